//! What may be asked of an access key, and why it may refuse.

use chrono::{DateTime, Utc};

use super::role::Role;
use crate::{
    AccessKeyId,
    app::{KeyDigest, KeyHint},
};

/// Requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessCommand {
    /// Allow a key.
    Issue {
        /// The key itself, by its handle.
        key: AccessKeyId,
        /// What it is for, so that people can tell keys apart; never a person's name.
        label: String,
        /// What it may do.
        role: Role,
        /// Hash of the whole key.
        sha256: KeyDigest,
        /// The key's last characters.
        hint: KeyHint,
        /// Until when, if not for good.
        expires_at: Option<DateTime<Utc>>,
        /// The key whose place it takes.
        replaces: Option<AccessKeyId>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Let it end, because another key has taken its place.
    Retire {
        /// Which other.
        successor: AccessKeyId,
        /// Until when both are good.
        until: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Allow it no more, for good.
    Revoke {
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessRejection {
    /// There is no such key.
    #[error("there is no such key")]
    NotKnown,
    /// The handle is taken by a key of another kind.
    #[error("another key has this id")]
    KeyDiffers,
    /// Nobody could tell what it is for; an e-mail address is a person.
    #[error("the label is blank, too long or an e-mail address")]
    BadLabel,
    /// It would never be good.
    #[error("the key would end before it begins")]
    EndsBeforeItBegins,
    /// It is not good any more.
    #[error("the key was revoked or has ended")]
    Ended,
    /// It has a successor already.
    #[error("the key was replaced already, by {successor}")]
    Replaced {
        /// Which.
        successor: AccessKeyId,
    },
}
