//! What may be asked of a catalog, and why it may be refused.

use chrono::{DateTime, Utc};

use super::{
    event::{CatalogContent, CatalogSource},
    parking_rate::ParkingLocation,
    problem::CatalogProblem,
};
use crate::{LocationId, OperatorId};

/// Requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogCommand {
    /// Sell this. The same as was published last is not published again, whenever it is or was to be in force; so
    /// applying an old file does not undo a roll-back.
    Publish {
        /// Whose catalog.
        operator: OperatorId,
        /// The whole of it.
        content: Box<CatalogContent>,
        /// From when on; none, or a moment that is past, means now.
        effective_from: Option<DateTime<Utc>>,
        /// Where it came from.
        source: CatalogSource,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Sell what was sold before.
    RollBack {
        /// Which version.
        to_version: u32,
        /// From when on; none, or a moment that is past, means now.
        effective_from: Option<DateTime<Utc>>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Describe and price a parking location. The same as was published last is not published again.
    PublishRates {
        /// Whose location.
        operator: OperatorId,
        /// The whole of it.
        location: Box<ParkingLocation>,
        /// From when on; none, or a moment that is past, means now.
        effective_from: Option<DateTime<Utc>>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Let nobody park there any more; whoever does leaves as agreed.
    WithdrawLocation {
        /// Which.
        location: LocationId,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogRejection {
    /// Nothing was ever published.
    #[error("there is no catalog")]
    NotPublished,
    /// The catalog is another operator's.
    #[error("the catalog is another operator's")]
    AnotherOperator,
    /// It cannot be sold like that. Every problem is named.
    #[error("the catalog has {} problem(s)", .0.len())]
    Invalid(Vec<CatalogProblem>),
    /// There is no such version.
    #[error("there is no version {version}")]
    NoSuchVersion {
        /// Which.
        version: u32,
    },
    /// There is no such location.
    #[error("there is no location {location}")]
    NoSuchLocation {
        /// Which.
        location: LocationId,
    },
    /// Four billion versions.
    #[error("there are too many versions")]
    TooManyVersions,
}
