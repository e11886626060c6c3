//! `/admin/v1/{environment}/apps`: the demand side.

use axum::{
    Json, Router,
    response::Response,
    routing::{get, post},
};
use domain::{
    AppId, StripeAccountId,
    app::{App, AppCommand, Origin, WebUrl},
};
use engine::{Answer, Claim};
use serde::{Deserialize, Serialize};

use super::{
    admin_key::Admin,
    once::{self, Asked},
    page::{Page, Paging},
    permit::{AppReader, EngineAdmin, Reader},
    problem::Problem,
};
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    let app = "/admin/v1/{environment}/apps/{app_id}";
    Router::new()
        .route("/admin/v1/{environment}/apps", get(list))
        .route(app, get(show))
        .route(&format!("{app}/suspend"), post(suspend))
        .route(&format!("{app}/reinstate"), post(reinstate))
}

/// An app.
#[derive(Serialize)]
struct AppView {
    app_id: AppId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_url: Option<WebUrl>,
    origins: Vec<Origin>,
    /// Its platform account at Stripe.
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_account: Option<StripeAccountId>,
    /// Whether it is served.
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended_for: Option<String>,
}

impl From<&App> for AppView {
    fn from(app: &App) -> Self {
        Self {
            app_id: app.id().clone(),
            name: app.name().to_owned(),
            jwks_url: app.jwks_url().cloned(),
            origins: app.origins().iter().cloned().collect(),
            stripe_account: app.platform().map(|platform| platform.account.clone()),
            active: app.is_active(),
            suspended_for: app.suspended_for().map(str::to_owned),
        }
    }
}

/// Every app, by id.
async fn list(admin: Reader, paging: Paging) -> Json<Page<AppView>> {
    let mut apps = admin.engine.directory().apps();
    apps.sort_by(|one, other| one.id().cmp(other.id()));
    Json(Page::of(
        apps,
        &paging,
        |app| app.id().to_string(),
        |app| AppView::from(&*app),
    ))
}

/// One app.
async fn show(admin: AppReader) -> Result<Json<AppView>, Problem> {
    Ok(Json(AppView::from(&*admin.app()?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

/// Serves the app no more, for now.
async fn suspend(admin: EngineAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = stop(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn stop(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let Reason { reason } = asked.read()?;
    if reason.trim().is_empty() {
        return Err(Problem::unprocessable("The reason is blank."));
    }
    let command = |at| AppCommand::Suspend {
        reason: reason.clone(),
        at,
    };
    tell(admin, &command, claim).await
}

/// Serves it again.
async fn reinstate(admin: EngineAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = tell(&admin, &|at| AppCommand::Reinstate { at }, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn tell(
    admin: &Admin,
    command: &(dyn Fn(chrono::DateTime<chrono::Utc>) -> AppCommand + Send + Sync),
    claim: Option<&Claim>,
) -> Result<Answer, Problem> {
    let app = admin.app()?;
    let render = |app: &App, _| once::success(&AppView::from(app));
    let told = admin
        .engine
        .administer(&admin.context, app.id().as_str(), command, claim, &render)
        .await;
    Ok(told?)
}
