//! One idempotency key, one outcome, for ever the same answer (invariant M6).

use domain::{purchase::Purchase, wallet::Wallet};
pub use event_log::Answer;
use event_log::{IdempotencyRecord, RecordWrite};
use tokio::sync::OwnedMutexGuard;

use crate::{Context, Engine, Failure, failure::Refused, handle::ATTEMPTS};

/// The key of a request and what the request said.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// Within which keys are unique: the app and the environment.
    pub scope: String,
    /// The `Idempotency-Key` header.
    pub key: String,
    /// A digest of everything the request asks for.
    pub fingerprint: String,
}

// Keys are chosen by clients and may be anything, so they stay out of logs.
impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claim")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// A purchase that came to rest, as the answer to its request is rendered from it.
#[derive(Debug, Clone, Copy)]
pub struct Settled<'a> {
    /// How it ended.
    pub purchase: &'a Purchase,
    /// The rider's wallet at that moment.
    pub wallet: Option<&'a Wallet>,
}

/// Renders the answer. It is called before the commit that makes it true, so that both are stored in one.
pub type Render<'a> = &'a (dyn Fn(Settled<'_>) -> Answer + Send + Sync);

/// What a key that was used before says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Nothing: it is new.
    Fresh,
    /// The same request was answered like this.
    Answered(Answer),
    /// The same request is being worked on, or was cut off; this is what it works on.
    Underway {
        /// The purchase, or whatever else it began.
        reference: String,
    },
    /// Another request used it.
    Mismatch,
}

impl Claim {
    pub(crate) fn compare(&self, record: Option<IdempotencyRecord>) -> Seen {
        match record {
            None => Seen::Fresh,
            Some(record) if record.fingerprint != self.fingerprint => Seen::Mismatch,
            Some(IdempotencyRecord {
                answer: Some(answer), ..
            }) => Seen::Answered(answer),
            Some(IdempotencyRecord { reference, .. }) => Seen::Underway { reference },
        }
    }

    pub(crate) fn claimed(&self, reference: impl Into<String>, answer: Option<Answer>) -> RecordWrite {
        RecordWrite::Claim {
            scope: self.scope.clone(),
            key: self.key.clone(),
            fingerprint: self.fingerprint.clone(),
            reference: reference.into(),
            answer,
        }
    }

    pub(crate) fn settled(&self, answer: Answer) -> RecordWrite {
        RecordWrite::Settle {
            scope: self.scope.clone(),
            key: self.key.clone(),
            answer,
        }
    }
}

/// As long as it is held, nobody else in this process works under the same key.
#[derive(Debug)]
#[must_use = "it ends when it is dropped"]
pub struct Alone {
    _seat: Option<OwnedMutexGuard<()>>,
}

impl Engine {
    /// What is known of a key.
    pub async fn seen(&self, claim: &Claim) -> Result<Seen, Failure> {
        Ok(claim.compare(self.repository().record(&claim.scope, &claim.key).await?))
    }

    /// Waits until nobody else in this process works under the key. Without one there is nobody to wait for.
    pub async fn alone(&self, claim: Option<&Claim>) -> Alone {
        let seat = match claim {
            Some(claim) => {
                let name = format!("claim:{}:{}", claim.scope, claim.key);
                Some(self.flights().board(name).await)
            }
            None => None,
        };
        Alone { _seat: seat }
    }

    /// Keeps the answer to a request that changed nothing but is to be answered the same for ever, and gives what
    /// then stands under the key: another server may have answered first, or begun to work.
    pub async fn freeze(&self, context: &Context, claim: &Claim, answer: Answer) -> Result<Seen, Failure> {
        for _ in 0..ATTEMPTS {
            let records = vec![claim.claimed("answer", Some(answer.clone()))];
            let kept = self
                .repository()
                .commit(context, self.host().now(), Vec::new(), records)
                .await;
            match kept.map_err(Refused::from) {
                Ok(_) => return Ok(Seen::Answered(answer)),
                Err(Refused::Claimed(record)) => return Ok(claim.compare(Some(*record))),
                // Nobody knows whether it was stored, so that it has to be asked for once more.
                Err(Refused::Stale) => {}
                Err(Refused::Failed(failure)) => return Err(failure),
            }
        }
        Err(Failure::Contended)
    }

    /// Answers a key whose work was finished by somebody else, and gives what then stands under it. An answer that is
    /// not stored is never given: the next one might be another.
    pub(crate) async fn settle(
        &self,
        context: &Context,
        claim: &Claim,
        answer: Answer,
    ) -> Result<Answer, Failure> {
        for _ in 0..ATTEMPTS {
            let records = vec![claim.settled(answer.clone())];
            let kept = self
                .repository()
                .commit(context, self.host().now(), Vec::new(), records)
                .await;
            if let Err(Refused::Failed(failure)) = kept.map_err(Refused::from) {
                return Err(failure);
            }
            match self.seen(claim).await? {
                Seen::Answered(first) => return Ok(first),
                Seen::Underway { .. } => {}
                Seen::Fresh | Seen::Mismatch => {
                    return Err(Failure::Corrupt("a claim that was taken is another's".to_owned()));
                }
            }
        }
        Err(Failure::Contended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim() -> Claim {
        Claim {
            scope: "app".to_owned(),
            key: "secret-of-the-client".to_owned(),
            fingerprint: "what it asks".to_owned(),
        }
    }

    fn record(fingerprint: &str, answer: Option<Answer>) -> IdempotencyRecord {
        IdempotencyRecord {
            scope: "app".to_owned(),
            key: "secret-of-the-client".to_owned(),
            fingerprint: fingerprint.to_owned(),
            reference: "pur_1".to_owned(),
            answer,
            claimed_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn answer() -> Answer {
        Answer {
            status: 200,
            headers: vec![],
            body: "{}".to_owned(),
        }
    }

    #[test]
    fn a_key_of_another_request_is_a_mismatch_whether_answered_or_not() {
        for answer in [None, Some(answer())] {
            assert_eq!(
                claim().compare(Some(record("something else", answer))),
                Seen::Mismatch
            );
        }
    }

    #[test]
    fn the_same_request_gets_its_answer_or_the_work_it_began() {
        let answer = answer();
        assert_eq!(claim().compare(None), Seen::Fresh);
        let underway = Seen::Underway {
            reference: "pur_1".to_owned(),
        };
        assert_eq!(claim().compare(Some(record("what it asks", None))), underway);
        assert_eq!(
            claim().compare(Some(record("what it asks", Some(answer.clone())))),
            Seen::Answered(answer)
        );
    }

    #[test]
    fn a_clients_key_is_not_printed() {
        assert!(!format!("{:?}", claim()).contains("secret"));
    }
}
