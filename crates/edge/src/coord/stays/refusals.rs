//! Why a stay is not begun, ended or paid, as clients of Coord's APIs are told. No match has a wildcard.

use engine::{Failure, StayProblem};
use http::StatusCode;

use super::place::{unknown_location, unknown_session};
use crate::coord::error::CoordError;

impl From<StayProblem> for CoordError {
    fn from(problem: StayProblem) -> Self {
        let conflict = |code, message| Self::new(StatusCode::CONFLICT, code, message);
        let unpaid = |code, message| Self::new(StatusCode::PAYMENT_REQUIRED, code, message);
        match problem {
            StayProblem::KeyReused => {
                conflict("idempotency_key_reused", "The Idempotency-Key was used for another request.")
                    .about("Idempotency-Key")
            }
            StayProblem::NoSuchLocation => unknown_location(),
            StayProblem::NoSuchStay => unknown_session(),
            StayProblem::InProgress { session } => {
                let number = session.number().unwrap_or_default();
                conflict("session_active", "")
                    .saying(format!("The user's session {number} is still active; one is allowed at a time."))
            }
            StayProblem::Gated => conflict("gate_controlled", "A gate begins and ends sessions at this location."),
            StayProblem::NotGated => conflict("not_gate_controlled", "No gate controls the session's location."),
            StayProblem::NoneActive => conflict("no_active_session", "The user has no active session, so that no gate waits."),
            StayProblem::NotSimulated => conflict("not_a_test_session", "Only sessions of test users are simulated."),
            StayProblem::NotTransactable(obstacles) => {
                let codes: Vec<&str> = obstacles.iter().map(|obstacle| obstacle.code()).collect();
                conflict("system_not_transactable", "")
                    .saying(format!("The system takes no payment through this app now: {}.", codes.join(", ")))
            }
            StayProblem::Lacks(lack) => lack.into(),
            StayProblem::NoCard => Self::bad_request(
                "missing_user_data",
                "The location is not free and the user has no saved card: field names it, and call the call that sets it.",
            )
            .about("stripe_info.stripe_customer_id")
            .set_by(Some("POST /v1/users/user/current/stripe_info")),
            StayProblem::Owes(owed) => unpaid("debt_unpaid", "").saying(format!(
                "The user owes {owed} to the system for an earlier session; POST …/session/{{session_id}}/pay pays it."
            )),
            StayProblem::NothingOwed => conflict("nothing_owed", "Nothing is owed for this session."),
            StayProblem::GivenUp => conflict("session_given_up", "The session was given up and costs nothing."),
            // Riders end stays now, so that only a clock that was set back can say so.
            StayProblem::EndsBeforeStart => Failure::Unavailable("the clock is behind the record".to_owned()).into(),
            StayProblem::Failure(failure) => failure.into(),
        }
    }
}
