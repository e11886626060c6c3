//! What a rider's browser carries to an operator's permission page and back, signed.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc, serde::ts_seconds};
use domain::{AppId, OperatorId, UserId};
use serde::{Deserialize, Serialize};
use vault::{Purpose, Vault};

/// Longer than anything that we sign: an address is at most 2,048 bytes.
const LONGEST: usize = 8_192;

/// For how long an operator's word about it is taken. Opening an account there takes a while.
pub(crate) const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Who wants to link what. Nothing in it tells an operator who the rider is: the id is a pseudonym.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkState {
    /// The rider's app.
    pub app: AppId,
    /// Where the account is.
    pub operator: OperatorId,
    /// Whose it is.
    pub user: UserId,
    /// Whether that is a test user, whose link is simulated.
    pub is_test: bool,
    /// Where the app wants the browser back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// Until when it counts.
    #[serde(with = "ts_seconds")]
    pub expires_at: DateTime<Utc>,
}

/// Whoever holds it can have an account linked to the rider.
impl std::fmt::Debug for LinkState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkState")
            .field("operator", &self.operator)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl LinkState {
    /// As an address carries it: letters, digits, `-`, `_` and one dot.
    pub(crate) fn signed(&self, vault: &Vault) -> Result<String, serde_json::Error> {
        let text = serde_json::to_vec(self)?;
        let signature = vault.sign(Purpose::AccountLink, &text);
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        Ok(format!("{}.{}", encode(&text), encode(&signature)))
    }

    /// What an address carries; nothing unless we signed it.
    pub(crate) fn read(vault: &Vault, state: &str) -> Option<Self> {
        let (text, signature) = state.split_once('.').filter(|_| state.len() <= LONGEST)?;
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).ok();
        let (text, signature) = (decode(text)?, decode(signature)?);
        let is_ours = vault.verify(Purpose::AccountLink, &text, &signature);
        serde_json::from_slice(&text).ok().filter(|_| is_ours)
    }
}
