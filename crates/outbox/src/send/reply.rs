//! What came back.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// The address is none that anything is sent to.
pub(super) const NOT_ALLOWED: &str = "address not allowed";
/// The message cannot be written as a request.
pub(super) const NOT_SENDABLE: &str = "message not sendable";
/// Nobody answered the door.
pub(super) const NO_CONNECTION: &str = "no connection";

/// The ways to fail before anything is sent. That there was no answer in time is none of them.
const NEVER_LEFT: [&str; 3] = [NOT_ALLOWED, NOT_SENDABLE, NO_CONNECTION];

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why there was none, or why it is not one we go by.
    pub error: Option<&'static str>,
    /// How the answer began.
    pub excerpt: Option<String>,
    /// When to come again, in the answer's words.
    pub retry_after: Option<String>,
    /// How long it took.
    pub took: Duration,
}

impl Reply {
    /// Whether the message was taken.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether the message certainly never left us: no connection was had that it could have left by.
    #[must_use]
    pub fn never_left(&self) -> bool {
        self.status.is_none() && self.error.is_some_and(|error| NEVER_LEFT.contains(&error))
    }

    /// Whether nobody is there any more, by the receiver's own word.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.status == Some(410)
    }

    /// How long the receiver asks to be left alone: `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3).
    #[must_use]
    pub fn wish(&self, now: DateTime<Utc>) -> Option<Duration> {
        let text = self.retry_after.as_deref()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let at = DateTime::parse_from_rfc2822(text).ok()?;
        at.with_timezone(&Utc).signed_duration_since(now).to_std().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(text: &str) -> Option<Duration> {
        let reply = Reply {
            status: Some(503),
            error: None,
            excerpt: None,
            retry_after: Some(text.to_owned()),
            took: Duration::ZERO,
        };
        reply.wish(DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_receiver_says_when_to_come_again_in_seconds_or_by_date() {
        assert_eq!(wish("90"), Some(Duration::from_secs(90)));
        assert_eq!(
            wish("Thu, 01 Jan 1970 00:10:00 GMT"),
            Some(Duration::from_mins(10))
        );
        assert_eq!(wish("soon"), None);
        assert_eq!(wish("-5"), None);
    }
}
