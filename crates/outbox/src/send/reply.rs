//! What came back.

use std::time::Duration;

use chrono::{DateTime, Utc};

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
