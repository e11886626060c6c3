//! Changing an operator by one command, at the request of somebody who may be repeating it.

use chrono::{DateTime, Utc};
use domain::{
    OperatorId,
    operator::{Operator, OperatorCommand, OperatorRejection},
};
use event_log::Answer;

use crate::{Claim, Context, Engine, Failure, handle::Loaded, once::KeyProblem};

/// Why an operator was not changed.
#[derive(Debug, thiserror::Error)]
pub enum OperatorProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// What is asked cannot be read as a change of this operator; each flaw by its place.
    #[error("{}", .0.join("; "))]
    Flawed(Vec<String>),
    /// There is one with this id already.
    #[error("there is such an operator already")]
    Exists,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] OperatorRejection),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<KeyProblem> for OperatorProblem {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Reused => Self::KeyReused,
            KeyProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// Makes the command from the operator as it is now.
pub type OperatorChange<'a> =
    &'a (dyn Fn(Option<&Operator>, DateTime<Utc>) -> Result<OperatorCommand, OperatorProblem> + Send + Sync);

/// Renders the answer from the operator as it is afterwards.
pub type RenderOperator<'a> = &'a (dyn Fn(&Operator) -> Answer + Send + Sync);

impl Engine {
    /// Changes an operator. The answer is stored in the commit that makes it true, and this server shows the change
    /// when it returns.
    pub async fn change_operator(
        &self,
        context: &Context,
        operator: &OperatorId,
        change: OperatorChange<'_>,
        claim: Option<&Claim>,
        render: RenderOperator<'_>,
    ) -> Result<Answer, OperatorProblem> {
        let id = operator.as_str();
        self.decide_once(context, id, claim, &|loaded: Loaded<Operator>, at| {
            let command = change(loaded.state(), at)?;
            let decided = loaded.decide(command).map_err(Failure::from)??;
            let answer = render(decided.after().ok_or(OperatorRejection::NotRegistered)?);
            Ok((decided, answer))
        })
        .await
    }
}
