//! Whoever makes an attempt.

use async_trait::async_trait;

use super::reply::Reply;

/// What is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Where to.
    pub url: String,
    /// `webhook-id`
    pub id: String,
    /// `webhook-timestamp`: of this attempt, in seconds since 1970-01-01 UTC.
    pub timestamp: i64,
    /// `webhook-signature`: one for each secret, separated by spaces.
    pub signature: String,
    /// The body, byte for byte as it was signed.
    pub body: String,
}

impl Parcel {
    /// What is signed.
    #[must_use]
    pub fn signed(id: &str, timestamp: i64, body: &str) -> String {
        format!("{id}.{timestamp}.{body}")
    }
}

// A signature is as good as its message to whoever replays it soon enough.
impl std::fmt::Debug for Parcel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parcel")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Makes attempts.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    /// Makes one, and says what came of it. How long it takes is bounded.
    async fn carry(&self, parcel: Parcel) -> Reply;
}
