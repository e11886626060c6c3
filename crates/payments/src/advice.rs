//! What a caller may do after a call, as a pure function of how it ended and how old its key is.
//!
//! Rules: <https://docs.stripe.com/error-low-level> and <https://docs.stripe.com/api/idempotent_requests>.

use std::time::Duration;

use crate::{Outcome, RefusalKind};

/// How long a key may be used again. Stripe forgets keys once they are at least 24 hours old; the hour less is for
/// clocks that differ and for a request on its way. Using a forgotten key would charge twice.
pub const KEY_KEPT: Duration = Duration::from_hours(23);

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAdvice {
    /// Nothing: the answer is final for this key and for this request.
    Never,
    /// Send the same request under the same key, `after` at least so long.
    SameKey {
        /// How long Stripe wants us to wait; without it, back off as you see fit.
        after: Option<Duration>,
    },
    /// Nothing happened, and Stripe may replay this answer under this key for ever: a corrected request needs a key of
    /// a new generation.
    NewGeneration,
    /// Do not send it again. Find out by metadata whether it happened.
    LookUp,
}

impl<T> Outcome<T> {
    /// What to do next, `age` after the key was first sent.
    #[must_use]
    pub fn advice(&self, age: Duration) -> RetryAdvice {
        match self {
            Self::Done(_) => RetryAdvice::Never,
            Self::Refused(refusal) => refusal_advice(refusal.kind, age),
            Self::NotExecuted(postponed) | Self::Unknown(postponed) => match postponed.should_retry {
                // Stripe knows more than the status does, and says that asking again is no use.
                Some(false) => RetryAdvice::LookUp,
                // An earlier request may have got through, so an old key is old even if this one was never sent.
                Some(true) | None => same_key(postponed.retry_after, age),
            },
        }
    }
}

fn refusal_advice(kind: RefusalKind, age: Duration) -> RetryAdvice {
    match kind {
        // The key was used for something else, or the status is one that Stripe does not document: what became of an
        // earlier request with this key is not in this answer.
        RefusalKind::Idempotency | RefusalKind::Other => RetryAdvice::LookUp,
        RefusalKind::Card => RetryAdvice::Never,
        // Stripe checks who asks before it looks at the key, so this says nothing of an earlier request with the same
        // key: a new one could charge twice. Once we may ask again, the same key is right.
        RefusalKind::Authentication | RefusalKind::Permission => same_key(None, age),
        RefusalKind::InvalidRequest | RefusalKind::NotFound => RetryAdvice::NewGeneration,
    }
}

fn same_key(after: Option<Duration>, age: Duration) -> RetryAdvice {
    if age >= KEY_KEPT {
        RetryAdvice::LookUp
    } else {
        RetryAdvice::SameKey { after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Postponed, Reason, Refusal};

    fn postponed(should_retry: Option<bool>, retry_after: Option<u64>) -> Postponed {
        Postponed {
            should_retry,
            retry_after: retry_after.map(Duration::from_secs),
            ..Postponed::without_answer(Reason::ServerError)
        }
    }

    fn refused(kind: RefusalKind) -> Outcome<()> {
        Outcome::Refused(Refusal::new(400, kind))
    }

    #[test]
    fn an_unknown_end_is_retried_under_the_same_key_while_stripe_keeps_it() {
        let unknown = Outcome::<()>::Unknown(postponed(None, Some(2)));
        let young = unknown.advice(Duration::from_hours(22));
        assert_eq!(
            young,
            RetryAdvice::SameKey {
                after: Some(Duration::from_secs(2))
            }
        );
        assert_eq!(unknown.advice(KEY_KEPT), RetryAdvice::LookUp);
    }

    #[test]
    fn an_old_key_is_not_sent_again_even_when_the_last_attempt_was_never_sent() {
        let never_sent = Outcome::<()>::NotExecuted(Postponed::without_answer(Reason::NotConnected));
        assert_eq!(
            never_sent.advice(Duration::ZERO),
            RetryAdvice::SameKey { after: None }
        );
        assert_eq!(never_sent.advice(Duration::from_hours(24)), RetryAdvice::LookUp);
    }

    #[test]
    fn stripe_saying_no_to_a_retry_is_obeyed() {
        let unknown = Outcome::<()>::Unknown(postponed(Some(false), None));
        assert_eq!(unknown.advice(Duration::ZERO), RetryAdvice::LookUp);
        let told_to = Outcome::<()>::Unknown(postponed(Some(true), None));
        assert_eq!(
            told_to.advice(Duration::ZERO),
            RetryAdvice::SameKey { after: None }
        );
    }

    #[test]
    fn a_decline_is_final_and_a_corrected_request_needs_a_new_generation() {
        assert_eq!(
            refused(RefusalKind::Card).advice(Duration::ZERO),
            RetryAdvice::Never
        );
        for kind in [RefusalKind::InvalidRequest, RefusalKind::NotFound] {
            assert_eq!(
                refused(kind).advice(Duration::ZERO),
                RetryAdvice::NewGeneration,
                "{kind:?}"
            );
        }
    }

    #[test]
    fn a_revoked_key_says_nothing_of_what_was_asked_before() {
        for kind in [RefusalKind::Authentication, RefusalKind::Permission] {
            let refused = refused(kind);
            assert_eq!(
                refused.advice(Duration::ZERO),
                RetryAdvice::SameKey { after: None },
                "{kind:?}"
            );
            assert_eq!(refused.advice(KEY_KEPT), RetryAdvice::LookUp, "{kind:?}");
        }
    }

    #[test]
    fn a_refusal_that_hides_what_happened_before_must_be_looked_up() {
        for kind in [RefusalKind::Idempotency, RefusalKind::Other] {
            assert_eq!(
                refused(kind).advice(Duration::ZERO),
                RetryAdvice::LookUp,
                "{kind:?}"
            );
        }
    }
}
