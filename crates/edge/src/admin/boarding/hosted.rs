//! `POST /admin/v1/{environment}/operators/{operator_id}/onboarding`

use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::{AppId, OperatorId, StripeAccountId, operator::AccountKind};
use engine::{Answer, Claim, Onboard};
use serde::{Deserialize, Serialize};

use crate::{
    admin::{
        admin_key::Admin,
        once::{self, Asked},
        permit::OperatorAdmin,
        problem::Problem,
    },
    onboarding::form_base,
};

use super::deals_with;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnboardingOrder {
    /// The app whose platform makes the account; not needed where the operator is linked to one only.
    app: Option<AppId>,
    #[serde(default)]
    kind: AccountKind,
    /// ISO 3166-1 alpha-2; that of the profile, if absent.
    country: Option<String>,
}

/// Where to send the operator, at once: the address works once and for minutes.
#[derive(Serialize)]
struct OnboardingView {
    operator_id: OperatorId,
    account_id: StripeAccountId,
    app_id: AppId,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
}

/// Has Stripe make the operator's account, if there is none, and answers with an address of Stripe's form. The same
/// key again is the same account, and an address that works.
pub(super) async fn begin(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = send_there(&admin, &asked, claim.as_ref()).await;
    // A refusal may be mended by whoever runs the platform, so that none is kept.
    once::settle(&admin, None, outcome).await
}

async fn send_there(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let order: OnboardingOrder = asked.read()?;
    if let Some(country) = &order.country
        && !(country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        return Err(Problem::unprocessable(
            "The country is no ISO 3166-1 alpha-2 code.",
        ));
    }
    if let Some(app) = &order.app {
        deals_with(admin, app)?;
    }
    let order = Onboard {
        operator: admin.operator()?,
        app: order.app,
        kind: order.kind,
        country: order.country,
    };
    let base = form_base(&admin.public_url, admin.environment);
    let context = admin.context.correlated(order.operator.as_str());
    let form = admin.engine.onboard(&context, &order, claim, &base).await?;
    Ok(once::success(&OnboardingView {
        operator_id: order.operator,
        account_id: form.account,
        app_id: form.app,
        url: form.url,
        expires_at: form.expires_at,
    }))
}
