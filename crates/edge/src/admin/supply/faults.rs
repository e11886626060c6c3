//! What is refused about operators, as problems. No match has a wildcard.

use domain::operator::OperatorRejection;
use engine::OperatorProblem;
use http::StatusCode;

use crate::{
    admin::{once::key_reused, problem::Problem},
    marketplace::Flawed,
};

impl From<OperatorProblem> for Problem {
    fn from(problem: OperatorProblem) -> Self {
        match problem {
            OperatorProblem::KeyReused => key_reused(),
            OperatorProblem::Flawed(flaws) => Flawed(flaws).into(),
            OperatorProblem::Exists => Self::conflict("There is such an operator already."),
            OperatorProblem::Refused(rejection) => rejection.into(),
            OperatorProblem::Failure(failure) => failure.into(),
        }
    }
}

impl From<OperatorRejection> for Problem {
    fn from(rejection: OperatorRejection) -> Self {
        use OperatorRejection as R;
        match rejection {
            R::NotRegistered => Self::not_found("There is no such operator."),
            R::NotLinked { .. } => Self::not_found("There is no such link."),
            R::NoSuchProposal => Self::not_found("There is no such proposal, or not any more."),
            R::NoSuchNotice { .. } => Self::not_found("There is no such announcement."),
            R::NoAccount
            | R::AnotherAccount { .. }
            | R::AccountUnderWay { .. }
            | R::NotRequested
            | R::ConsentOutdated
            | R::LinkDiffers { .. }
            | R::LinkStands { .. }
            | R::AnswerFirst
            | R::OwnProposal
            | R::TermsDiffer
            | R::NoticeDiffers { .. } => Self::new(StatusCode::CONFLICT, "Conflict", sentence(&rejection)),
            R::AnotherOperator
            | R::Profile(_)
            | R::WebhookNotSecure
            | R::ChargingTimeOutOfRange
            | R::PermissionPageNotSecure
            | R::LinkedTwice { .. }
            | R::UnsoundFee
            | R::ConsentMissing
            | R::EmptyPeriod => Self::unprocessable(sentence(&rejection)),
        }
    }
}

/// A fragment as a sentence.
pub(in crate::admin) fn sentence(error: &impl std::fmt::Display) -> String {
    let fragment = error.to_string();
    let mut letters = fragment.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => fragment,
    }
}
