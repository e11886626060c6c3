//! How a call ended. The four ends are kept apart because money depends on it.

use std::time::Duration;

use crate::Refusal;

/// How one request to Stripe ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an outcome that nobody looks at may be a charge that nobody knows of"]
pub enum Outcome<T> {
    /// Stripe did it.
    Done(Done<T>),
    /// Stripe answered that it did not do it, and why.
    Refused(Refusal),
    /// It certainly did not happen: nothing was sent, or Stripe turned the request away before looking at it.
    NotExecuted(Postponed),
    /// It may or may not have happened. Never final, never to be guessed.
    Unknown(Postponed),
}

/// What Stripe did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<T> {
    /// What the call returns.
    pub value: T,
    /// Stripe's `Request-Id`, for its support and for our log.
    pub request_id: Option<String>,
    /// Stripe answered from its record of an earlier request with this key (`Idempotent-Replayed`).
    pub replayed: bool,
}

/// A call whose end is still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postponed {
    /// What went wrong.
    pub reason: Reason,
    /// The HTTP status, where an answer came at all.
    pub status: Option<u16>,
    /// Stripe's `Request-Id`, where an answer came at all.
    pub request_id: Option<String>,
    /// How long Stripe asks us to wait (`Retry-After`).
    pub retry_after: Option<Duration>,
    /// What Stripe says about trying again (`Stripe-Should-Retry`); it knows better than the status does.
    pub should_retry: Option<bool>,
    /// Stripe answered from its record of an earlier request with this key, and will for as long as it keeps the key.
    pub replayed: bool,
}

impl Postponed {
    /// Something that went wrong before any answer came.
    #[must_use]
    pub const fn without_answer(reason: Reason) -> Self {
        Self {
            reason,
            status: None,
            request_id: None,
            retry_after: None,
            should_retry: None,
            replayed: false,
        }
    }
}

/// Why a call's end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The request could not even be written: a key with odd characters, or a live key towards a plain-text address.
    Unsendable,
    /// The host name could not be resolved.
    NameLookup,
    /// Nobody accepted the connection, or TLS could not be agreed on.
    NotConnected,
    /// Connecting took too long.
    ConnectTimeout,
    /// 429: too many requests; Stripe did not act.
    RateLimited,
    /// The whole call took longer than its deadline.
    Deadline,
    /// The connection broke, or the answer ended early.
    ConnectionLost,
    /// 409: an earlier request with this key is still at work, or somebody else holds the object.
    InProgress,
    /// The object is locked by another request (`lock_timeout`).
    LockTimeout,
    /// 424 or 5xx: something failed on the far side, at a moment nobody can tell.
    ServerError,
    /// Stripe answered an error and said that trying again may help.
    StripeSaysRetry,
    /// The answer was not JSON, so perhaps not from Stripe.
    NotJson,
    /// The answer was JSON without what it must contain.
    Incomplete,
    /// A redirect or another status that Stripe does not use.
    UnexpectedStatus,
    /// The answer was larger than we read.
    TooLarge,
    /// A list had more pages than we walk.
    TooManyPages,
    /// Not sent: Stripe has not served the account of late.
    CircuitOpen,
    /// Not sent: so much is being repeated on the account that this has to wait.
    RetryBudget,
    /// Not sent: too many calls are under way.
    Crowded,
}

impl Reason {
    /// A stable word for logs and events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsendable => "unsendable",
            Self::NameLookup => "name_lookup",
            Self::NotConnected => "not_connected",
            Self::ConnectTimeout => "connect_timeout",
            Self::RateLimited => "rate_limited",
            Self::Deadline => "deadline",
            Self::ConnectionLost => "connection_lost",
            Self::InProgress => "in_progress",
            Self::LockTimeout => "lock_timeout",
            Self::ServerError => "server_error",
            Self::StripeSaysRetry => "stripe_says_retry",
            Self::NotJson => "not_json",
            Self::Incomplete => "incomplete",
            Self::UnexpectedStatus => "unexpected_status",
            Self::TooLarge => "too_large",
            Self::TooManyPages => "too_many_pages",
            Self::CircuitOpen => "circuit_open",
            Self::RetryBudget => "retry_budget",
            Self::Crowded => "crowded",
        }
    }
}

impl<T> Outcome<T> {
    /// Applies `change` to what was done, and leaves the other ends as they are.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Done(done) => Outcome::Done(Done {
                value: change(done.value),
                request_id: done.request_id,
                replayed: done.replayed,
            }),
            Self::Refused(refusal) => Outcome::Refused(refusal),
            Self::NotExecuted(postponed) => Outcome::NotExecuted(postponed),
            Self::Unknown(postponed) => Outcome::Unknown(postponed),
        }
    }

    /// Reads what was done. Where it cannot be read, the end is unknown: Stripe did something, and we cannot say what.
    pub(crate) fn and_then<U>(self, read: impl FnOnce(T) -> Result<U, Reason>) -> Outcome<U> {
        match self {
            Self::Done(Done {
                value,
                request_id,
                replayed,
            }) => match read(value) {
                Ok(value) => Outcome::Done(Done {
                    value,
                    request_id,
                    replayed,
                }),
                Err(reason) => Outcome::Unknown(Postponed {
                    request_id,
                    ..Postponed::without_answer(reason)
                }),
            },
            Self::Refused(refusal) => Outcome::Refused(refusal),
            Self::NotExecuted(postponed) => Outcome::NotExecuted(postponed),
            Self::Unknown(postponed) => Outcome::Unknown(postponed),
        }
    }

    /// What was done, if it was.
    #[must_use]
    pub fn done(&self) -> Option<&T> {
        match self {
            Self::Done(done) => Some(&done.value),
            Self::Refused(_) | Self::NotExecuted(_) | Self::Unknown(_) => None,
        }
    }

    /// Stripe's `Request-Id`, where there is one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Done(done) => done.request_id.as_deref(),
            Self::Refused(refusal) => refusal.request_id.as_deref(),
            Self::NotExecuted(postponed) | Self::Unknown(postponed) => postponed.request_id.as_deref(),
        }
    }

    /// A stable word for metrics and logs.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Refused(_) => "refused",
            Self::NotExecuted(_) => "not_executed",
            Self::Unknown(_) => "unknown",
        }
    }
}
