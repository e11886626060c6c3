//! What happens to an access key. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::role::Role;
use crate::{
    AccessKeyId,
    app::{KeyDigest, KeyHint},
};

/// The history of an access key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AccessEvent {
    /// It may be used.
    Issued {
        /// The key, by its handle.
        key: AccessKeyId,
        /// What it is for.
        label: String,
        /// What it may do.
        #[serde(flatten)]
        role: Role,
        /// Hash of the whole key.
        sha256: KeyDigest,
        /// The key's last characters.
        hint: KeyHint,
        /// Until when, if not for good.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<DateTime<Utc>>,
        /// The key whose place it takes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<AccessKeyId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Another key has taken its place; for a while both are good.
    Retired {
        /// Which other.
        successor: AccessKeyId,
        /// Until when it is good.
        until: DateTime<Utc>,
        /// When this was decided.
        at: DateTime<Utc>,
    },
    /// It may be used no more, for good.
    Revoked {
        /// When.
        at: DateTime<Utc>,
    },
}
