//! `POST /admin/v1/{environment}/operators/{operator_id}/oauth`, `…/deauthorize`

use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::{AppId, OperatorId, StripeAccountId};
use engine::{Answer, Claim, GivenUp};
use serde::{Deserialize, Serialize};

use crate::{
    admin::{
        admin_key::Admin,
        once::{self, Asked},
        permit::OperatorAdmin,
        problem::Problem,
    },
    onboarding::callback_address,
};

use super::deals_with;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForApp {
    /// Whose platform.
    app: AppId,
}

/// Where to send the operator: the address is answered once.
#[derive(Serialize)]
struct ConsentView {
    operator_id: OperatorId,
    app_id: AppId,
    url: String,
    expires_at: DateTime<Utc>,
}

/// Answers with an address of Stripe's consent page, where the operator lets an app's platform act for its account.
pub(super) async fn begin(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = send_there(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, None, outcome).await
}

async fn send_there(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let ForApp { app } = asked.read()?;
    deals_with(admin, &app)?;
    let operator = admin.operator()?;
    let context = admin.context.correlated(operator.as_str());
    let address = callback_address(&admin.public_url);
    let way = (admin.environment.name(), address.as_str());
    let page = admin
        .engine
        .consent_page(&context, &operator, &app, claim, way)
        .await?;
    Ok(once::success(&ConsentView {
        operator_id: operator,
        app_id: app,
        url: page.url,
        expires_at: page.expires_at,
    }))
}

#[derive(Serialize)]
struct GivenUpView {
    operator_id: OperatorId,
    app_id: AppId,
    account_id: StripeAccountId,
    /// Whether Stripe has confirmed it. If not, doing it again asks Stripe again.
    at_stripe: bool,
}

/// Takes an app's permission to act for the operator's account away, here and at Stripe.
pub(super) async fn give_up(admin: OperatorAdmin, asked: Asked) -> Response {
    let outcome = withdraw(&admin, &asked).await;
    once::settle(&admin, None, outcome).await
}

async fn withdraw(admin: &Admin, asked: &Asked) -> Result<Answer, Problem> {
    let ForApp { app } = asked.read()?;
    let operator = admin.operator()?;
    let context = admin.context.correlated(operator.as_str());
    let (account_id, given_up) = admin.engine.give_up_account(&context, &operator, &app).await?;
    Ok(once::success(&GivenUpView {
        operator_id: operator,
        app_id: app,
        account_id,
        at_stripe: given_up == GivenUp::AtStripe,
    }))
}
