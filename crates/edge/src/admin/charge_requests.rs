//! `/admin/v1/{environment}/operators/{operator_id}/charge-requests`: an operator that charges by itself.

use axum::{
    Json, Router,
    response::Response,
    routing::{get, post},
};
use domain::{ChargeId, PurchaseId, purchase::PurchaseRejection};
use engine::{Answer, ChargeReport, ChargeRequestProblem, Claim};
use serde::{Deserialize, Serialize};

use super::{
    admin_key::Admin,
    charge_request_view::{ChargeRequestView, render},
    once::{self, Asked, key_reused},
    permit::{OperatorAdmin, OperatorReader},
    problem::Problem,
    supply::sentence,
};
use crate::server::Edge;

/// Longest code of a failure; Stripe's are shorter.
const LONGEST_CODE: usize = 64;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/charge-requests",
            get(list),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/charge-requests/{purchase_id}",
            get(show),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/charge-requests/{purchase_id}/claim",
            post(claim),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/charge-requests/{purchase_id}/report",
            post(report),
        )
}

/// Everything that is open.
#[derive(Serialize)]
struct OpenRequests {
    data: Vec<ChargeRequestView>,
}

/// What the operator may charge now, the oldest first, without tokens.
async fn list(admin: OperatorReader) -> Result<Json<OpenRequests>, Problem> {
    let open = admin.engine.open_charge_requests(&admin.operator()?).await?;
    Ok(Json(OpenRequests {
        data: open.iter().map(ChargeRequestView::of).collect(),
    }))
}

/// One, however it stands.
async fn show(admin: OperatorReader) -> Result<Json<ChargeRequestView>, Problem> {
    let (operator, purchase) = (admin.operator()?, purchase_id(&admin)?);
    let purchase = admin.engine.charge_request(&operator, &purchase).await?;
    Ok(Json(ChargeRequestView::of(&purchase)))
}

/// Gives the token out, once.
async fn claim(admin: OperatorAdmin, asked: Asked) -> Response {
    let key = asked.claim(&admin);
    let outcome = give_out(&admin, key.as_ref()).await;
    once::settle(&admin, key.as_ref(), outcome).await
}

async fn give_out(admin: &Admin, key: Option<&Claim>) -> Result<Answer, Problem> {
    // An answer that was lost and cannot be asked for again would be a token that is lost.
    let key = key.ok_or_else(|| {
        Problem::unreadable(
            "The Idempotency-Key is missing. A token is shown once, and a lost answer by its key.",
        )
    })?;
    let (operator, purchase) = (admin.operator()?, purchase_id(admin)?);
    let given = admin
        .engine
        .claim_charge_request(&admin.context, (&operator, &purchase), key, &render)
        .await;
    Ok(given?)
}

/// What came of it: exactly one of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportDocument {
    charge: Option<String>,
    failed: Option<String>,
}

/// Takes in what came of it.
async fn report(admin: OperatorAdmin, asked: Asked) -> Response {
    let key = asked.claim(&admin);
    let outcome = take_in(&admin, &asked, key.as_ref()).await;
    once::settle(&admin, key.as_ref(), outcome).await
}

async fn take_in(admin: &Admin, asked: &Asked, key: Option<&Claim>) -> Result<Answer, Problem> {
    let said = said(asked.read()?)?;
    let (operator, purchase) = (admin.operator()?, purchase_id(admin)?);
    let told = admin
        .engine
        .report_charge(&admin.context, (&operator, &purchase), &said, key, &render)
        .await;
    Ok(told?)
}

fn said(document: ReportDocument) -> Result<ChargeReport, Problem> {
    match (document.charge, document.failed) {
        (Some(charge), None) => ChargeId::parse(charge)
            .map(ChargeReport::Charged)
            .map_err(|_| Problem::unprocessable("charge: must be the id of a charge, ch_….")),
        (None, Some(code)) if is_code(&code) => Ok(ChargeReport::Failed(code)),
        (None, Some(_)) => Err(Problem::unprocessable(
            "failed: must be a code such as card_declined, of at most 64 small letters, digits and _.",
        )),
        _ => Err(Problem::unprocessable("Name a charge, or why it failed.")),
    }
}

/// A code and no sentence, which might say more of a person than it should.
fn is_code(text: &str) -> bool {
    (1..=LONGEST_CODE).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn purchase_id(admin: &Admin) -> Result<PurchaseId, Problem> {
    PurchaseId::parse(admin.named("purchase_id")).map_err(|_| not_known())
}

fn not_known() -> Problem {
    Problem::not_found("There is no such charge request.")
}

impl From<ChargeRequestProblem> for Problem {
    fn from(problem: ChargeRequestProblem) -> Self {
        match problem {
            ChargeRequestProblem::KeyReused => key_reused(),
            ChargeRequestProblem::NotKnown => not_known(),
            problem @ (ChargeRequestProblem::NotGivenOut | ChargeRequestProblem::Gone) => {
                Self::conflict(sentence(&problem))
            }
            ChargeRequestProblem::Refused(rejection) => refused(&rejection),
            ChargeRequestProblem::Unanswered => Self::unavailable(),
            ChargeRequestProblem::Failure(failure) => failure.into(),
        }
    }
}

/// Whatever the rules refuse here is a matter of how the purchase stands.
fn refused(rejection: &PurchaseRejection) -> Problem {
    Problem::conflict(sentence(rejection))
}
