//! What goes wrong below, as clients of Coord's APIs are told.

use domain::user::{InvalidPlate, Lack, NoSimulatedLink};
use engine::{CardProblem, Failure, LinkProblem, LinkRefusal, SimulateProblem};
use http::StatusCode;

use super::error::CoordError;
use crate::jwt::JwtError;

impl From<Failure> for CoordError {
    fn from(failure: Failure) -> Self {
        if matches!(failure, Failure::Erased) {
            return Self::jwt().saying("The user of this JWT was erased.".to_owned());
        }
        if failure.is_passing() {
            tracing::warn!(%failure, "not finished");
            return Self::unavailable();
        }
        tracing::error!(%failure, "cannot be served");
        Self::internal()
    }
}

impl From<JwtError> for CoordError {
    fn from(error: JwtError) -> Self {
        match error {
            // Not the client's fault: the same request may succeed once the app's server answers again.
            JwtError::KeysUnavailable => Self::unavailable().saying(error.to_string()),
            error => Self::jwt().saying(error.to_string()),
        }
    }
}

impl From<InvalidPlate> for CoordError {
    fn from(invalid: InvalidPlate) -> Self {
        Self::bad_request("invalid_vehicle", "")
            .saying(invalid.to_string())
            .about(invalid.field())
    }
}

impl From<Lack> for CoordError {
    /// "A user who lacks a named field gets a 400 that names the field and the call that sets it."
    fn from(lack: Lack) -> Self {
        let error = match lack {
            Lack::RealCard => Self::bad_request(
                "no_test_transactions",
                "The system requires a saved card, and there are no test transactions where one is required.",
            ),
            Lack::Field(_) | Lack::LinkedAccount => Self::bad_request(
                "missing_user_data",
                "The user lacks something that the system requires: field names it, and call the call that sets it.",
            ),
        };
        error.about(lack.field()).set_by(lack.call())
    }
}

fn nothing_to_link() -> CoordError {
    CoordError::bad_request(
        "no_linked_account_needed",
        "The system needs no linked account: requires_linked_account of its transaction_info is false.",
    )
    .about("system_id")
}

impl From<SimulateProblem> for CoordError {
    fn from(problem: SimulateProblem) -> Self {
        match problem {
            SimulateProblem::NoSuchSystem => Self::unknown_system(),
            SimulateProblem::Refused(NoSimulatedLink::NotATestUser) => Self::not_a_test_user(),
            SimulateProblem::Refused(NoSimulatedLink::NothingToLink) => nothing_to_link(),
            SimulateProblem::Refused(NoSimulatedLink::Lacks(lack)) => lack.into(),
            SimulateProblem::Failure(failure) => failure.into(),
        }
    }
}

impl From<LinkProblem> for CoordError {
    fn from(problem: LinkProblem) -> Self {
        match problem {
            LinkProblem::Refused(LinkRefusal::NoSuchSystem) => Self::unknown_system(),
            LinkProblem::Refused(LinkRefusal::NothingToLink) => nothing_to_link(),
            LinkProblem::Refused(LinkRefusal::NoPermissionPage) => Self::bad_request(
                "no_permission_page",
                "The system has not said where its riders give their permission.",
            )
            .about("system_id"),
            // These are about states and idempotency keys, which no call with a JWT takes.
            LinkProblem::KeyReused
            | LinkProblem::NotOurs
            | LinkProblem::Expired
            | LinkProblem::NoSuchUser => Self::internal(),
            LinkProblem::Failure(failure) => failure.into(),
        }
    }
}

/// About the one field of `stripe_info`.
fn about_token(code: &'static str, message: &'static str) -> CoordError {
    CoordError::bad_request(code, message).about("coord_targeted_token")
}

pub(super) fn malformed_token() -> CoordError {
    about_token(
        "invalid_token",
        "The coord_targeted_token has to be a Stripe token (tok_…).",
    )
}

impl From<CardProblem> for CoordError {
    fn from(problem: CardProblem) -> Self {
        match problem {
            CardProblem::NoPlatform => Self::bad_request(
                "no_platform_account",
                "This app has no Stripe platform account to keep cards on.",
            ),
            CardProblem::TestUser => Self::test_user(),
            CardProblem::Declined { .. } => Self::new(
                StatusCode::PAYMENT_REQUIRED,
                "card_declined",
                "The card was declined.",
            )
            .about("coord_targeted_token"),
            CardProblem::Invalid { code } => match code.as_str() {
                "token_already_used" => about_token(
                    "token_already_used",
                    "This token was used before. A Stripe token is good once.",
                ),
                "resource_missing" => about_token(
                    "token_of_another_account",
                    "There is no such token on this app's platform account: it was made for another Stripe account, or \
                     never. Make it with the platform's publishable key, or with its id in the header Stripe-Account.",
                ),
                _ => about_token("token_refused", "Stripe does not make a card of this token."),
            },
            CardProblem::KeyReused | CardProblem::Undocumented => Self::internal(),
            CardProblem::Busy | CardProblem::Pending => Self::unavailable(),
            CardProblem::Failure(failure) => failure.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use serde_json::Value;

    use super::*;

    async fn told(error: CoordError) -> (u16, Value) {
        let response = error.into_response();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn every_refusal_of_a_token_has_a_code_of_its_own() {
        for (code, expected) in [
            ("token_already_used", "token_already_used"),
            ("resource_missing", "token_of_another_account"),
            ("parameter_invalid_empty", "token_refused"),
        ] {
            let code = code.to_owned();
            let (status, body) = told(CardProblem::Invalid { code }.into()).await;
            assert_eq!((status, &body["code"]), (400, &expected.into()));
            assert_eq!(body["field"], "coord_targeted_token");
        }
    }

    #[tokio::test]
    async fn what_breaks_is_told_without_what_it_was() {
        let broken = Failure::Corrupt("user_1: secret".to_owned());
        let (status, body) = told(broken.into()).await;
        assert_eq!((status, &body["code"]), (500, &"internal_error".into()));
        assert!(!body.to_string().contains("secret"));
        let (status, body) = told(Failure::Contended.into()).await;
        assert_eq!((status, &body["code"]), (503, &"try_again".into()));
        let (status, body) = told(Failure::Erased.into()).await;
        assert_eq!((status, &body["code"]), (401, &"invalid_jwt".into()));
    }
}
