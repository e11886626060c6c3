//! Which aggregates live in the log, and how each is kept at hand.

use domain::Aggregate;
use event_log::Version;
use serde::{Serialize, de::DeserializeOwned};

/// An aggregate that lives in the log.
pub trait Streamed: Aggregate + Serialize + DeserializeOwned + Send + Sync {
    /// The shape of its snapshots; raised whenever the state changes shape, which throws the old ones away.
    const SNAPSHOT_SCHEMA: u16 = 1;
    /// After how many events a snapshot is worth its while; never for streams that stay short.
    const SNAPSHOT_EVERY: Option<Version> = None;
    /// Whether the directory shows it: then a change is over when it does.
    const LISTED: bool = false;
}

impl Streamed for domain::access::AccessKey {
    const LISTED: bool = true;
}
impl Streamed for domain::app::App {
    const LISTED: bool = true;
}
impl Streamed for domain::disclosure::Disclosure {}
impl Streamed for domain::operator::Operator {
    const LISTED: bool = true;
}
impl Streamed for domain::notification::Notification {}
impl Streamed for domain::occupancy::Occupancy {
    const SNAPSHOT_EVERY: Option<Version> = Some(64);
    const LISTED: bool = true;
}
impl Streamed for domain::catalog::Catalog {
    const LISTED: bool = true;
}
impl Streamed for domain::parking::ParkingSession {}
impl Streamed for domain::purchase::Purchase {}
impl Streamed for domain::transfer::Transfer {}
impl Streamed for domain::series::Series {}
impl Streamed for domain::voucher::Voucher {}
impl Streamed for domain::endpoint::Endpoint {
    const LISTED: bool = true;
}
impl Streamed for domain::user::User {
    // 2: customers asked for, and what was redeemed of each series of vouchers. 3: whether it is a test user.
    // 4: stays.
    const SNAPSHOT_SCHEMA: u16 = 4;
    const SNAPSHOT_EVERY: Option<Version> = Some(256);
}
impl Streamed for domain::wallet::Wallet {
    const SNAPSHOT_SCHEMA: u16 = 2;
    const SNAPSHOT_EVERY: Option<Version> = Some(128);
}
