//! `GET /admin/v1/{environment}/apps/{app_id}/keys`, `POST …/keys/{key_id}/revoke`

use std::{collections::HashMap, sync::Arc};

use axum::{Json, extract::Path};
use chrono::{DateTime, Utc};
use domain::{
    ApiKeyId, AppId,
    app::{App, IssuedKey, KeyHint, KeyKind},
};
use engine::RevokeProblem;
use serde::Serialize;

use super::{admin_key::Admin, problem::Problem};

/// A key that counts: enough to tell it from others, not enough to use it.
#[derive(Serialize)]
pub(super) struct KeyView {
    key_id: ApiKeyId,
    kind: KeyKind,
    /// The key's last characters.
    hint: KeyHint,
    issued_at: DateTime<Utc>,
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
        };
        Json(Self {
            keys: app.keys().map(view).collect(),
        })
    }
}

/// The keys of an app that were not revoked.
pub(super) async fn list(
    admin: Admin,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Json<KeyList>, Problem> {
    Ok(KeyList::of(&*app(&admin, &path)?))
}

/// Takes a key away for good; answers with those that are left.
pub(super) async fn revoke(
    admin: Admin,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Json<KeyList>, Problem> {
    let known = app(&admin, &path)?;
    let key = path.get("key_id").cloned().unwrap_or_default();
    let key = ApiKeyId::parse(key).map_err(|_| no_key())?;
    match admin.engine.revoke_key(&admin.context, known.id(), &key).await {
        Ok(()) => Ok(KeyList::of(&*app(&admin, &path)?)),
        Err(RevokeProblem::NoSuchKey) => Err(no_key()),
        Err(RevokeProblem::Failure(failure)) => Err(failure.into()),
    }
}

fn no_key() -> Problem {
    Problem::not_found("The app has no such key.")
}

fn app(admin: &Admin, path: &HashMap<String, String>) -> Result<Arc<App>, Problem> {
    let missing = || Problem::not_found("There is no such app.");
    let id = path.get("app_id").cloned().unwrap_or_default();
    let id = AppId::parse(id).map_err(|_| missing())?;
    admin.engine.directory().app(&id).ok_or_else(missing)
}
