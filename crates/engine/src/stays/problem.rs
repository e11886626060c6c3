//! Why a stay is not begun or ended.

use domain::{Money, ParkingSessionId, user::Lack};

use crate::{Failure, Obstacle, once::KeyProblem};

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, thiserror::Error)]
pub enum StayProblem {
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// No such location is offered to the riders of the app.
    #[error("there is no such location")]
    NoSuchLocation,
    /// The user has no such stay there.
    #[error("there is no such stay")]
    NoSuchStay,
    /// Another stay goes on.
    #[error("another stay goes on")]
    InProgress {
        /// Which.
        session: ParkingSessionId,
    },
    /// A gate controls the location.
    #[error("a gate controls the location")]
    Gated,
    /// No gate controls the location.
    #[error("no gate controls the location")]
    NotGated,
    /// No stay goes on, for which there could be a barcode.
    #[error("no stay goes on")]
    NoneActive,
    /// It is a real user's.
    #[error("the stay is not simulated")]
    NotSimulated,
    /// The operator cannot be paid through the app now.
    #[error("the operator takes no payment through the app now")]
    NotTransactable(Vec<Obstacle>),
    /// The operator requires what the user does not have.
    #[error("the user lacks what the operator requires")]
    Lacks(Lack),
    /// There is something to pay and nothing to pay with.
    #[error("the user has no card")]
    NoCard,
    /// Stays there were not paid.
    #[error("the user owes {0} to the operator")]
    Owes(Money),
    /// Nothing is owed for the stay.
    #[error("nothing is owed for the stay")]
    NothingOwed,
    /// It was given up, and did not end.
    #[error("the stay was given up")]
    GivenUp,
    /// It is to end before it began.
    #[error("the stay cannot end before it began")]
    EndsBeforeStart,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<KeyProblem> for StayProblem {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Reused => Self::KeyReused,
            KeyProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}
