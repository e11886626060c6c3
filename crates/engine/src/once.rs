//! What use cases that answer at once have in common: an answer under the client's key, in the commit that makes it
//! true.

use chrono::{DateTime, Utc};
use event_log::{Answer, StreamWrite};

use crate::{Claim, Context, Engine, Failure, Seen, failure::Refused};

/// The key was used for another request, or nobody can tell.
pub enum KeyProblem {
    /// The former.
    Reused,
    /// The latter.
    Failure(Failure),
}

impl From<Failure> for KeyProblem {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl Engine {
    /// The answer that a key was given before, if any.
    pub async fn answered(&self, claim: Option<&Claim>) -> Result<Option<Answer>, KeyProblem> {
        let Some(claim) = claim else {
            return Ok(None);
        };
        match self.seen(claim).await? {
            Seen::Answered(answer) => Ok(Some(answer)),
            Seen::Mismatch => Err(KeyProblem::Reused),
            Seen::Fresh | Seen::Underway { .. } => Ok(None),
        }
    }

    /// Keeps the answer to a request whose deed is known to be done once by something else than its key, and gives the
    /// one that then stands under the key.
    pub async fn keep_answer(
        &self,
        context: &Context,
        claim: Option<&Claim>,
        answer: Answer,
    ) -> Result<Answer, KeyProblem> {
        let Some(claim) = claim else {
            return Ok(answer);
        };
        match self.freeze(context, claim, answer.clone()).await? {
            Seen::Answered(kept) => Ok(kept),
            Seen::Mismatch => Err(KeyProblem::Reused),
            Seen::Fresh | Seen::Underway { .. } => Ok(answer),
        }
    }

    /// Stores what was decided together with its answer. Whether it is stored: if not, somebody else was faster, and it
    /// has to be decided anew.
    pub(crate) async fn store(
        &self,
        context: &Context,
        at: DateTime<Utc>,
        writes: Vec<StreamWrite>,
        claim: Option<&Claim>,
        reference: &str,
        answer: &Answer,
    ) -> Result<bool, Failure> {
        let records: Vec<_> = claim
            .map(|claim| claim.claimed(reference, Some(answer.clone())))
            .into_iter()
            .collect();
        if records.is_empty() && writes.iter().all(|write| write.events.is_empty()) {
            return Ok(true);
        }
        let stored = self.repository().commit(context, at, writes, records).await;
        match stored.map_err(Refused::from) {
            Ok(_) => Ok(true),
            Err(Refused::Failed(failure)) => Err(failure),
            Err(Refused::Stale | Refused::Claimed(_)) => Ok(false),
        }
    }
}
