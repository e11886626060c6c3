//! One command to one aggregate on an administrator's word, done once under the key of the request.

use chrono::{DateTime, Utc};
use event_log::Answer;

use crate::{
    Claim, Context, Engine, Failure,
    failure::Refused,
    handle::{ATTEMPTS, Streamed},
    once::KeyProblem,
};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum AdministerProblem<R: std::error::Error> {
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The rules say no.
    #[error(transparent)]
    Refused(R),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl<R: std::error::Error> From<KeyProblem> for AdministerProblem<R> {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Reused => Self::KeyReused,
            KeyProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl Engine {
    /// Loads the aggregate, decides, and stores what was decided together with the answer, which `render` makes of the
    /// state that it leads to. Returns when the directory shows it. What is so already is answered all the same and
    /// records nothing but the answer.
    pub async fn administer<A: Streamed>(
        &self,
        context: &Context,
        id: &str,
        command: &(dyn Fn(DateTime<Utc>) -> A::Command + Send + Sync),
        claim: Option<&Claim>,
        render: &(dyn Fn(&A, DateTime<Utc>) -> Answer + Send + Sync),
    ) -> Result<Answer, AdministerProblem<A::Rejection>> {
        let context = context.correlated(id);
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered(claim).await? {
                return Ok(answer);
            }
            let at = self.host().now();
            let loaded = self.repository().load::<A>(id).await.map_err(Failure::from)?;
            let change = loaded
                .decide(command(at))
                .map_err(Failure::from)?
                .map_err(AdministerProblem::Refused)?;
            let after = change
                .after()
                .ok_or_else(|| Failure::Corrupt(format!("{id}: nothing came of a command")))?;
            let answer = render(after, at);
            let records: Vec<_> = claim
                .map(|claim| claim.claimed(id, Some(answer.clone())))
                .into_iter()
                .collect();
            if change.is_empty() && records.is_empty() {
                return Ok(answer);
            }
            let writes = vec![change.write().map_err(Failure::from)?];
            let stored = self.repository().commit(&context, at, writes, records).await;
            match stored.map_err(Refused::from) {
                Ok(appended) => {
                    self.directory().reach(appended.last).await?;
                    return Ok(answer);
                }
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }
}
