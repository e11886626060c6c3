//! Why an operator is not brought on board, as problems. No match has a wildcard.

use engine::{ConsentProblem, OnboardProblem};
use http::StatusCode;

use crate::admin::{once::key_reused, problem::Problem, supply::sentence};

impl From<OnboardProblem> for Problem {
    fn from(problem: OnboardProblem) -> Self {
        match problem {
            OnboardProblem::KeyReused => key_reused(),
            OnboardProblem::NoSuchOperator => Self::not_found("There is no such operator."),
            OnboardProblem::NotMadeHere | OnboardProblem::PlatformRefused { .. } => {
                Self::new(StatusCode::CONFLICT, "Conflict", sentence(&problem))
            }
            OnboardProblem::NameTheApp
            | OnboardProblem::NoPlatform { .. }
            | OnboardProblem::RefusedByStripe { .. } => Self::unprocessable(sentence(&problem)),
            OnboardProblem::Rejected(rejection) => rejection.into(),
            OnboardProblem::Pending => Self::unavailable(),
            OnboardProblem::Failure(failure) => failure.into(),
        }
    }
}

impl From<ConsentProblem> for Problem {
    fn from(problem: ConsentProblem) -> Self {
        match problem {
            ConsentProblem::KeyReused => key_reused(),
            ConsentProblem::NoSuchOperator => Self::not_found("There is no such operator."),
            ConsentProblem::AnotherOperators | ConsentProblem::Denied | ConsentProblem::TooLate => {
                Self::new(StatusCode::CONFLICT, "Conflict", sentence(&problem))
            }
            ConsentProblem::NoPlatform { .. }
            | ConsentProblem::NoClientId { .. }
            | ConsentProblem::NotOurs
            | ConsentProblem::RefusedByStripe { .. } => Self::unprocessable(sentence(&problem)),
            ConsentProblem::Rejected(rejection) => rejection.into(),
            ConsentProblem::Pending => Self::unavailable(),
            ConsentProblem::Failure(failure) => failure.into(),
        }
    }
}
