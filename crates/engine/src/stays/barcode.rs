//! What a rider shows at a gate: a code that this engine signed, good for a while. It is derived, so that every server
//! shows the same one, and kept nowhere: the log holds its hash only.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ParkingSessionId, app::KeyDigest, parking::ParkingSession};
use sha2::{Digest, Sha256};
use vault::{Purpose, Vault};

use crate::redemption_code::hex;

/// Barcodes change on the clock, every so many seconds, and each is good through the time of the next.
const CHANGES_EVERY: i64 = 15 * 60;

/// The longest text that is looked into, in bytes.
const LONGEST: usize = 256;

/// Clocks of gates go as they like.
pub(super) const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(2);

/// A barcode of a stay, drawn as a QR code.
#[derive(Clone, PartialEq, Eq)]
pub struct Barcode {
    text: String,
    session: ParkingSessionId,
    expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for Barcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Barcode")
            .field("session", &self.session)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Barcode {
    /// What the rider shows next, if a gate controls the stay and it goes on: another one for leaving than for entering.
    pub(super) fn of(vault: &Vault, session: &ParkingSession, now: DateTime<Utc>) -> Option<Self> {
        session.redemption().filter(|_| session.is_active())?;
        Self::new(
            vault,
            &session.stay().session,
            session.started_at().is_some(),
            now,
        )
    }

    /// The first barcode of a stay that is about to begin.
    pub(super) fn first(vault: &Vault, session: &ParkingSessionId, now: DateTime<Utc>) -> Option<Self> {
        Self::new(vault, session, false, now)
    }

    fn new(vault: &Vault, session: &ParkingSessionId, is_inside: bool, now: DateTime<Utc>) -> Option<Self> {
        let expires = (now.timestamp().div_euclid(CHANGES_EVERY) + 2) * CHANGES_EVERY;
        let way = if is_inside { "out" } else { "in" };
        let said = format!("{session}.{way}.{expires:x}");
        let signature = vault.sign(Purpose::GateBarcode, said.as_bytes());
        Some(Self {
            text: format!("{said}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)),
            session: session.clone(),
            expires_at: DateTime::from_timestamp(expires, 0)?,
        })
    }

    /// Reads what a gate scanned. Nothing if it is not one of ours.
    pub(super) fn read(vault: &Vault, scanned: &str) -> Option<Self> {
        let text = Some(scanned.trim()).filter(|text| text.len() <= LONGEST)?;
        let (said, given) = text.rsplit_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(given).ok()?;
        let is_ours = vault.verify(Purpose::GateBarcode, said.as_bytes(), &signature);
        let mut parts = said.split('.').filter(|_| is_ours);
        let (session, _, expires) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            text: text.to_owned(),
            session: ParkingSessionId::parse(session).ok()?,
            expires_at: DateTime::from_timestamp(i64::from_str_radix(expires, 16).ok()?, 0)?,
        })
    }

    /// The code itself, for the rider.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// When it stops opening anything.
    #[must_use]
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    pub(super) const fn session(&self) -> &ParkingSessionId {
        &self.session
    }

    pub(super) fn digest(&self) -> Option<KeyDigest> {
        KeyDigest::parse(hex(&Sha256::digest(self.text.as_bytes()))).ok()
    }
}
