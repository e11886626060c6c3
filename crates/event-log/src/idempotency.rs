//! Idempotency records: one key, one outcome, for ever the same answer.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The answer that repeats of a request get, byte for byte.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// HTTP status code.
    pub status: u16,
    /// Headers worth repeating, in order.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub body: String,
}

// Bodies and headers may hold what must not reach a log.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A change to the idempotency records, stored in the same transaction as the command's events.
#[derive(Clone, PartialEq, Eq)]
pub enum RecordWrite {
    /// Take the key. When it is taken already, the whole command is refused with
    /// [`AppendError::Claimed`](crate::AppendError::Claimed).
    Claim {
        /// Whose keys these are, such as an app and an operation.
        scope: String,
        /// The caller's key.
        key: String,
        /// A hash of the request's parameters.
        fingerprint: String,
        /// What the claim is about, such as a purchase id, so that a repeat can resume it.
        reference: String,
        /// The answer, when it is known at once.
        answer: Option<Answer>,
    },
    /// Store the answer of a claimed key. The first answer stays: on a settled key this changes
    /// nothing and the command goes through. A key that nobody claimed refuses the command.
    Settle {
        /// Whose keys these are.
        scope: String,
        /// The caller's key.
        key: String,
        /// The answer for ever.
        answer: Answer,
    },
    /// Give the key back: the outcome was not final and the same key may be used afresh. Only a
    /// claim without an answer is removed; on a settled or missing key this changes nothing.
    Release {
        /// Whose keys these are.
        scope: String,
        /// The caller's key.
        key: String,
    },
}

impl RecordWrite {
    /// Scope and key, which together name the record.
    #[must_use]
    pub fn name(&self) -> (&str, &str) {
        match self {
            Self::Claim { scope, key, .. }
            | Self::Settle { scope, key, .. }
            | Self::Release { scope, key } => (scope, key),
        }
    }
}

// Keys are chosen by callers and may be anything, so they stay out of logs.
impl fmt::Debug for RecordWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, scope) = match self {
            Self::Claim { scope, .. } => ("Claim", scope),
            Self::Settle { scope, .. } => ("Settle", scope),
            Self::Release { scope, .. } => ("Release", scope),
        };
        f.debug_struct(what).field("scope", scope).finish_non_exhaustive()
    }
}

/// What the log knows about one key.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// Whose keys these are.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// Hash of the parameters of the request that claimed the key.
    pub fingerprint: String,
    /// What the claim is about.
    pub reference: String,
    /// The answer, once the outcome is final.
    pub answer: Option<Answer>,
    /// When the key was claimed, to the microsecond.
    pub claimed_at: DateTime<Utc>,
}

impl fmt::Debug for IdempotencyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyRecord")
            .field("scope", &self.scope)
            .field("reference", &self.reference)
            .field("answer", &self.answer)
            .field("claimed_at", &self.claimed_at)
            .finish_non_exhaustive()
    }
}
