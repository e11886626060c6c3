//! `/admin/v1/{environment}/apps/{app_id}/keys`: an app's API keys. A key is shown once, when it is made.

use axum::{
    Json, Router,
    response::Response,
    routing::{get, post},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ApiKeyId,
    app::{App, AppRejection, DeclaredKey, IssuedKey, KeyHint, KeyKind},
};
use engine::{Answer, Claim, FreshKey, IssueApiKey, RevokeProblem};
use serde::{Deserialize, Serialize};

use super::{
    admin_key::Admin,
    once::{self, Asked},
    overlap::Overlap,
    permit::{AppAdmin, AppReader},
    problem::Problem,
};
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/apps/{app_id}/keys",
            get(list).post(issue),
        )
        .route(
            "/admin/v1/{environment}/apps/{app_id}/keys/{key_id}/rotate",
            post(rotate),
        )
        .route(
            "/admin/v1/{environment}/apps/{app_id}/keys/{key_id}/revoke",
            post(revoke),
        )
}

/// A key that was not revoked: enough to tell it from others, not enough to use it.
#[derive(Serialize)]
struct KeyView {
    key_id: ApiKeyId,
    kind: KeyKind,
    /// The key's last characters.
    hint: KeyHint,
    issued_at: DateTime<Utc>,
    /// The key that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<ApiKeyId>,
    /// Until when it is good, if it was replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    good_until: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
pub(super) struct KeyList {
    keys: Vec<KeyView>,
}

impl KeyList {
    fn of(app: &App) -> Json<Self> {
        let view = |issued: &IssuedKey| KeyView {
            key_id: issued.key.key.clone(),
            kind: issued.key.kind,
            hint: issued.key.hint.clone(),
            issued_at: issued.issued_at,
            replaced_by: issued.replaced.as_ref().map(|it| it.successor.clone()),
            good_until: issued.replaced.as_ref().map(|it| it.until),
        };
        Json(Self {
            keys: app.keys().map(view).collect(),
        })
    }
}

/// A key that nobody has seen yet, and never again.
#[derive(Serialize)]
struct FreshView<'a> {
    key_id: &'a ApiKeyId,
    kind: KeyKind,
    /// The whole key.
    key: String,
}

fn shown(declared: &DeclaredKey, fresh: &FreshKey) -> Answer {
    once::success(&FreshView {
        key_id: &declared.key,
        kind: declared.kind,
        key: fresh.expose(),
    })
}

/// The keys of an app that were not revoked.
async fn list(admin: AppReader) -> Result<Json<KeyList>, Problem> {
    Ok(KeyList::of(&*admin.app()?))
}

/// What an API key may do, of what can be issued here.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum IssuedKind {
    Publishable,
    Secret,
}

impl IssuedKind {
    const fn kind(self) -> KeyKind {
        match self {
            Self::Publishable => KeyKind::Publishable,
            Self::Secret => KeyKind::Secret,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyDocument {
    kind: IssuedKind,
    key_id: Option<ApiKeyId>,
}

/// What keys of a kind begin with in an environment (ticketing API, "API Authentication").
fn prefix(admin: &Admin, kind: KeyKind) -> Result<String, Problem> {
    let start = match kind {
        KeyKind::Publishable => "pk",
        KeyKind::Secret => "sk",
        KeyKind::ServerToken => {
            return Err(Problem::unprocessable("Server tokens are declared in a file."));
        }
    };
    Ok(format!("{start}_{}_", admin.environment.name()))
}

/// Makes a key and shows it.
async fn issue(admin: AppAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = make(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn make(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let document: KeyDocument = asked.read()?;
    let wanted = IssueApiKey {
        app: admin.app()?.id().clone(),
        key: document.key_id,
        kind: document.kind.kind(),
    };
    let prefix = prefix(admin, wanted.kind)?;
    let issued = admin
        .engine
        .issue_api_key(&admin.context, &prefix, &wanted, claim, &shown)
        .await;
    Ok(issued?)
}

/// Makes a key in the place of another, and lets both be good for a while.
async fn rotate(admin: AppAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = replace(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn replace(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let overlap: TimeDelta = asked.read::<Overlap>()?.length()?;
    let (app, key) = (admin.app()?, key_of(admin)?);
    let known = app.key(&key).ok_or_else(no_key)?;
    let prefix = prefix(admin, known.key.kind)?;
    let rotated = admin
        .engine
        .rotate_api_key(&admin.context, &prefix, (app.id(), &key, overlap), claim, &shown)
        .await;
    Ok(rotated?)
}

/// Takes a key away for good; answers with those that are left.
async fn revoke(admin: AppAdmin) -> Result<Json<KeyList>, Problem> {
    let (app, key) = (admin.app()?, key_of(&admin)?);
    match admin.engine.revoke_key(&admin.context, app.id(), &key).await {
        Ok(()) => Ok(KeyList::of(&*admin.app()?)),
        Err(RevokeProblem::NoSuchKey) => Err(no_key()),
        Err(RevokeProblem::Failure(failure)) => Err(failure.into()),
    }
}

fn key_of(admin: &Admin) -> Result<ApiKeyId, Problem> {
    ApiKeyId::parse(admin.named("key_id")).map_err(|_| no_key())
}

fn no_key() -> Problem {
    Problem::not_found("The app has no such key.")
}

impl From<AppRejection> for Problem {
    fn from(rejection: AppRejection) -> Self {
        match rejection {
            AppRejection::NotRegistered => Self::not_found("There is no such app."),
            AppRejection::NoSuchKey { .. } => no_key(),
            rejection @ (AppRejection::KeyDiffers { .. }
            | AppRejection::KeyIssuedAlready { .. }
            | AppRejection::KeyRevoked { .. }
            | AppRejection::KeyReplaced { .. }) => Self::conflict(rejection.to_string()),
            rejection @ (AppRejection::AnotherApp
            | AppRejection::BlankName
            | AppRejection::JwksUrlNotSecure
            | AppRejection::NotARedemptionLink
            | AppRejection::AnotherKind) => Self::unprocessable(rejection.to_string()),
        }
    }
}
