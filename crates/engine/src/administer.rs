//! One decision about one aggregate: loaded, decided, stored, and decided anew where somebody else was faster. At
//! somebody's request it is answered once under the key of the request.

use chrono::{DateTime, Utc};
use event_log::{Answer, RecordWrite};

use crate::{
    Claim, Context, Engine, Failure,
    failure::Refused,
    handle::{ATTEMPTS, Change, Loaded, Streamed},
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

/// What is decided about an aggregate as it is at a moment, and the answer to whoever asked.
pub(crate) type Decide<'a, A, E> =
    &'a (dyn Fn(Loaded<A>, DateTime<Utc>) -> Result<(Change<A>, Answer), E> + Send + Sync);

impl Engine {
    /// Decides one command, and answers with what `render` makes of the state that it leads to. What is so already is
    /// answered all the same.
    pub async fn administer<A: Streamed>(
        &self,
        context: &Context,
        id: &str,
        command: &(dyn Fn(DateTime<Utc>) -> A::Command + Send + Sync),
        claim: Option<&Claim>,
        render: &(dyn Fn(&A, DateTime<Utc>) -> Answer + Send + Sync),
    ) -> Result<Answer, AdministerProblem<A::Rejection>> {
        let context = context.correlated(id);
        self.decide_once(&context, id, claim, &|loaded: Loaded<A>, at| {
            let change = loaded
                .decide(command(at))
                .map_err(Failure::from)?
                .map_err(AdministerProblem::Refused)?;
            let answer = render(led_to(&change, id)?, at);
            Ok((change, answer))
        })
        .await
    }

    /// Stores what was decided in one commit with the answer under the claim, and returns it.
    pub(crate) async fn decide_once<A, E>(
        &self,
        context: &Context,
        id: &str,
        claim: Option<&Claim>,
        decide: Decide<'_, A, E>,
    ) -> Result<Answer, E>
    where
        A: Streamed,
        E: From<Failure> + From<KeyProblem>,
    {
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered(claim).await? {
                return Ok(answer);
            }
            let at = self.host().now();
            let loaded = self.repository().load::<A>(id).await.map_err(Failure::from)?;
            let (change, answer) = decide(loaded, at)?;
            let records = claim.map(|claim| claim.claimed(id, Some(answer.clone())));
            if self
                .keep(context, at, &change, records.into_iter().collect())
                .await?
            {
                return Ok(answer);
            }
        }
        Err(Failure::Contended.into())
    }

    /// Decides one command that nobody waits for an answer to, and gives the state it leads to.
    pub(crate) async fn record<A: Streamed>(
        &self,
        context: &Context,
        id: &str,
        command: &(dyn Fn(DateTime<Utc>) -> A::Command + Send + Sync),
    ) -> Result<Result<A, A::Rejection>, Failure> {
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded = self.repository().load::<A>(id).await?;
            let change = match loaded.decide(command(at))? {
                Ok(change) => change,
                Err(rejection) => return Ok(Err(rejection)),
            };
            if self.keep(context, at, &change, vec![]).await? {
                return Ok(Ok(led_to(&change, id)?.clone()));
            }
        }
        Err(Failure::Contended)
    }

    /// Stores what was decided, if anything was, and returns when this server shows it. Whether it is stored: if not,
    /// it has to be decided anew.
    pub(crate) async fn keep<A: Streamed>(
        &self,
        context: &Context,
        at: DateTime<Utc>,
        change: &Change<A>,
        records: Vec<RecordWrite>,
    ) -> Result<bool, Failure> {
        if change.is_empty() && records.is_empty() {
            return Ok(true);
        }
        let stored = self
            .repository()
            .commit(context, at, vec![change.write()?], records)
            .await;
        match stored.map_err(Refused::from) {
            Ok(appended) => {
                if A::LISTED {
                    self.directory().reach(appended.last).await?;
                }
                Ok(true)
            }
            Err(Refused::Failed(failure)) => Err(failure),
            Err(Refused::Stale | Refused::Claimed(_)) => Ok(false),
        }
    }
}

/// The state that a change leads to.
pub(crate) fn led_to<'a, A: Streamed>(change: &'a Change<A>, id: &str) -> Result<&'a A, Failure> {
    change
        .after()
        .ok_or_else(|| Failure::Corrupt(format!("{id}: nothing came of a command")))
}
