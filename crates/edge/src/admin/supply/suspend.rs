//! `POST /admin/v1/{environment}/operators/{operator_id}/suspend`, `…/reinstate`

use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::operator::{Operator, OperatorCommand};
use engine::{Answer, Claim};
use serde::Deserialize;

use super::view::OperatorView;
use crate::admin::{
    admin_key::Admin,
    once::{self, Asked},
    permit::EngineAdmin,
    problem::Problem,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

/// Why, in words that say something.
pub(in crate::admin) fn reason(asked: &Asked) -> Result<String, Problem> {
    let Reason { reason } = asked.read()?;
    match reason.trim().is_empty() {
        true => Err(Problem::unprocessable("The reason is blank.")),
        false => Ok(reason),
    }
}

/// Sells nothing from now on. What was bought is ridden, and what is under way comes to its end.
pub(super) async fn suspend(admin: EngineAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = stop(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn stop(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let reason = reason(asked)?;
    let command = |at| OperatorCommand::Suspend {
        reason: reason.clone(),
        at,
    };
    tell(admin, &command, claim).await
}

/// Sells again.
pub(super) async fn reinstate(admin: EngineAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = resume(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn resume(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let reason = reason(asked)?;
    let command = |at| OperatorCommand::Reinstate {
        reason: Some(reason.clone()),
        at,
    };
    tell(admin, &command, claim).await
}

/// Changes the operator that the path names, and answers with the whole of it.
pub(in crate::admin) async fn tell(
    admin: &Admin,
    command: &(dyn Fn(DateTime<Utc>) -> OperatorCommand + Send + Sync),
    claim: Option<&Claim>,
) -> Result<Answer, Problem> {
    let operator = admin.operator()?;
    let render = |operator: &Operator, now| once::success(&OperatorView::of(&admin.engine, operator, now));
    let told = admin
        .engine
        .administer(&admin.context, operator.as_str(), command, claim, &render)
        .await;
    Ok(told?)
}
