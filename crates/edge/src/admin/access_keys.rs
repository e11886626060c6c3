//! `/admin/v1/{environment}/access-keys`: keys to this very API, each with a role. A key is shown once, when it is made.

use axum::{
    Json, Router,
    response::Response,
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use domain::{
    AccessKeyId, AppId, OperatorId,
    access::{AccessKey, AccessRejection, Role},
    app::KeyHint,
};
use engine::{Answer, Claim, FreshKey, IssueAccess};
use serde::{Deserialize, Serialize};

use super::{
    admin_key::Admin,
    once::{self, Asked},
    overlap::Overlap,
    page::{Page, Paging},
    permit::{EngineAdmin, Reader},
    problem::Problem,
};
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route("/admin/v1/{environment}/access-keys", get(list).post(issue))
        .route("/admin/v1/{environment}/access-keys/self", get(own))
        .route(
            "/admin/v1/{environment}/access-keys/{key_id}/rotate",
            post(rotate),
        )
        .route(
            "/admin/v1/{environment}/access-keys/{key_id}/revoke",
            post(revoke),
        )
}

/// A key: enough to tell it from others, not enough to use it.
#[derive(Serialize)]
struct KeyView {
    key_id: AccessKeyId,
    label: String,
    #[serde(flatten)]
    role: Role,
    /// The key's last characters.
    hint: KeyHint,
    issued_at: DateTime<Utc>,
    /// Whether it may be used now.
    good: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<AccessKeyId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<AccessKeyId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<DateTime<Utc>>,
}

impl KeyView {
    fn of(key: &AccessKey, now: DateTime<Utc>) -> Self {
        Self {
            key_id: key.id.clone(),
            label: key.label.clone(),
            role: key.role.clone(),
            hint: key.hint.clone(),
            issued_at: key.issued_at,
            good: key.is_good(now),
            expires_at: key.expires_at,
            replaces: key.replaces.clone(),
            replaced_by: key.successor.clone(),
            revoked_at: key.revoked_at,
        }
    }
}

/// A key that nobody has seen yet, and never again.
#[derive(Serialize)]
struct FreshView<'a> {
    key_id: &'a AccessKeyId,
    label: &'a str,
    #[serde(flatten)]
    role: &'a Role,
    /// The whole key.
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
}

fn shown(issued: &AccessKey, fresh: &FreshKey) -> Answer {
    once::success(&FreshView {
        key_id: &issued.id,
        label: &issued.label,
        role: &issued.role,
        key: fresh.expose(),
        expires_at: issued.expires_at,
    })
}

/// Every key, in the order of issue.
async fn list(admin: Reader, paging: Paging) -> Json<Page<KeyView>> {
    let now = admin.engine.host().now();
    let keys = admin.engine.directory().access_keys();
    Json(Page::of(
        keys,
        &paging,
        |key| key.id.to_string(),
        |key| KeyView::of(&key, now),
    ))
}

/// Whoever asks.
#[derive(Serialize)]
struct OwnView {
    /// The key that the server was configured with has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<AccessKeyId>,
    #[serde(flatten)]
    role: Role,
    environment: &'static str,
}

/// Tells whoever asks what their own key may do.
async fn own(admin: Admin) -> Json<OwnView> {
    Json(OwnView {
        key_id: admin.key.clone(),
        environment: admin.environment.name(),
        role: admin.role,
    })
}

/// A key as it is to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyDocument {
    label: String,
    role: RoleName,
    app: Option<AppId>,
    operator: Option<OperatorId>,
    expires_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RoleName {
    EngineAdmin,
    AppAdmin,
    OperatorAdmin,
    Finance,
}

impl KeyDocument {
    /// The role, with what it is limited to and nothing else: whoever names an app for an engine's admin means
    /// something smaller.
    fn role(&self) -> Result<Role, Problem> {
        match (&self.role, &self.app, &self.operator) {
            (RoleName::EngineAdmin, None, None) => Ok(Role::EngineAdmin),
            (RoleName::Finance, None, None) => Ok(Role::Finance),
            (RoleName::AppAdmin, Some(app), None) => Ok(Role::AppAdmin { app: app.clone() }),
            (RoleName::OperatorAdmin, None, Some(operator)) => Ok(Role::OperatorAdmin {
                operator: operator.clone(),
            }),
            _ => Err(Problem::unprocessable(
                "An app admin names an app and an operator admin an operator; nobody names anything else.",
            )),
        }
    }
}

/// Makes a key and shows it.
async fn issue(admin: EngineAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = make(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn make(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let document: KeyDocument = asked.read()?;
    let directory = admin.engine.directory();
    let role = document.role()?;
    let is_there = match &role {
        Role::EngineAdmin | Role::Finance => true,
        Role::AppAdmin { app } => directory.app(app).is_some(),
        Role::OperatorAdmin { operator } => directory.operator(operator).is_some(),
    };
    if !is_there {
        return Err(Problem::unprocessable(
            "The role is limited to what is not there.",
        ));
    }
    let wanted = IssueAccess {
        label: document.label,
        role,
        expires_at: document.expires_at,
    };
    let issued = admin
        .engine
        .issue_access(&admin.context, &admin.key_prefix(), &wanted, claim, &shown)
        .await;
    Ok(issued?)
}

/// Makes a key in the place of another, and lets both be good for a while. A key may replace itself.
async fn rotate(admin: Admin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = replace(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn replace(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let key = own_or_any(admin)?;
    let overlap = asked.read::<Overlap>()?.length()?;
    let rotated = admin
        .engine
        .rotate_access(
            &admin.context,
            &admin.key_prefix(),
            (&key, overlap),
            claim,
            &shown,
        )
        .await;
    Ok(rotated?)
}

/// Takes a key away for good. A key may give itself up.
async fn revoke(admin: Admin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = take_away(&admin, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn take_away(admin: &Admin, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let key = own_or_any(admin)?;
    let render = |key: &AccessKey, now| once::success(&KeyView::of(key, now));
    let revoked = admin
        .engine
        .revoke_access(&admin.context, &key, claim, &render)
        .await;
    Ok(revoked?)
}

/// The key that the path names, if whoever asks may decide about it: their own, or any for those who run the engine.
fn own_or_any(admin: &Admin) -> Result<AccessKeyId, Problem> {
    let key = AccessKeyId::parse(admin.named("key_id")).map_err(|_| no_key())?;
    match admin.role.runs_the_engine() || admin.key.as_ref() == Some(&key) {
        true => Ok(key),
        false => Err(no_key()),
    }
}

fn no_key() -> Problem {
    Problem::not_found("There is no such key.")
}

impl From<AccessRejection> for Problem {
    fn from(rejection: AccessRejection) -> Self {
        match rejection {
            AccessRejection::NotKnown => no_key(),
            rejection @ (AccessRejection::KeyDiffers
            | AccessRejection::Ended
            | AccessRejection::Replaced { .. }) => Self::conflict(rejection.to_string()),
            rejection @ (AccessRejection::BadLabel | AccessRejection::EndsBeforeItBegins) => {
                Self::unprocessable(rejection.to_string())
            }
        }
    }
}
