//! `/admin/v1/{environment}/operators/{operator_id}/entitlements`: restricted fares of one rider, without any code.

use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::{AppId, FareId, OperatorId, UserId};
use engine::{Answer, Claim, Entitlement};
use serde::{Deserialize, Serialize};

use super::{
    admin_key::Admin,
    once::{self, Asked},
    permit::OperatorAdmin,
    problem::Problem,
};

/// A rider, by the app and its own name for them, and a fare.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntitlementDocument {
    app: AppId,
    /// The `sub` of the app's JWTs.
    subject: String,
    fare: FareId,
    /// Unlocked until then; for good, if absent.
    until: Option<DateTime<Utc>>,
}

/// Whom it is about now. The subject is not repeated.
#[derive(Serialize)]
struct EntitlementView<'a> {
    operator_id: &'a OperatorId,
    fare_id: &'a FareId,
    app_id: &'a AppId,
    user_id: &'a UserId,
    unlocked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
}

/// Unlocks a fare for a rider.
pub(super) async fn grant(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = unlock(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn unlock(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let (entitlement, until) = wanted(admin, asked)?;
    let render = |user: &UserId| view(&entitlement, user, true, until);
    let granted = admin
        .engine
        .grant_entitlement(&admin.context, &entitlement, until, claim, &render)
        .await;
    Ok(granted?)
}

/// Locks a fare again for a rider, however it was unlocked.
pub(super) async fn withdraw(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = lock(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn lock(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let (entitlement, until) = wanted(admin, asked)?;
    if until.is_some() {
        return Err(Problem::unprocessable("What is withdrawn has no until."));
    }
    let render = |user: &UserId| view(&entitlement, user, false, None);
    let withdrawn = admin
        .engine
        .withdraw_entitlement(&admin.context, &entitlement, claim, &render)
        .await;
    Ok(withdrawn?)
}

fn wanted(admin: &Admin, asked: &Asked) -> Result<(Entitlement, Option<DateTime<Utc>>), Problem> {
    let operator = admin.operator()?;
    let document: EntitlementDocument = asked.read()?;
    if document.subject.is_empty() {
        return Err(Problem::unprocessable("The subject is empty."));
    }
    let entitlement = Entitlement {
        operator,
        fare: document.fare,
        app: document.app,
        subject: document.subject,
    };
    Ok((entitlement, document.until))
}

fn view(entitlement: &Entitlement, user: &UserId, unlocked: bool, until: Option<DateTime<Utc>>) -> Answer {
    once::success(&EntitlementView {
        operator_id: &entitlement.operator,
        fare_id: &entitlement.fare,
        app_id: &entitlement.app,
        user_id: user,
        unlocked,
        until,
    })
}
