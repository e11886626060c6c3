//! Who administers, and which environment. Without that no handler can be called.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use domain::{
    AccessKeyId, AppId, OperatorId,
    access::Role,
    app::{App, KeyDigest},
};
use engine::{Actor, Context, Engine};
use sha2::{Digest, Sha256};

use super::problem::Problem;
use crate::{api_key::Environment, caller::hex, request_id::RequestId, rider::bearer, server::Edge};

/// Somebody known, at work on one environment. What they may do there is the business of [`super::permit`].
pub(super) struct Admin {
    pub(super) environment: Environment,
    pub(super) engine: Arc<Engine>,
    pub(super) context: Context,
    /// What they may do.
    pub(super) role: Role,
    /// Their access key, unless they hold the key that the server was configured with.
    pub(super) key: Option<AccessKeyId>,
    /// Under which address this server is reached from outside.
    pub(super) public_url: Arc<str>,
    /// What the path names, by the names of its placeholders.
    path: HashMap<String, String>,
}

impl Admin {
    /// What the path names in a place.
    pub(super) fn named(&self, place: &str) -> &str {
        self.path.get(place).map_or("", String::as_str)
    }

    /// The operator that the path names.
    pub(super) fn operator(&self) -> Result<OperatorId, Problem> {
        let missing = || Problem::not_found("There is no such operator.");
        let id = OperatorId::parse(self.named("operator_id")).map_err(|_| missing())?;
        self.engine.directory().operator(&id).ok_or_else(missing)?;
        Ok(id)
    }

    /// The app that the path names.
    pub(super) fn app(&self) -> Result<Arc<App>, Problem> {
        let missing = || Problem::not_found("There is no such app.");
        let id = AppId::parse(self.named("app_id")).map_err(|_| missing())?;
        self.engine.directory().app(&id).ok_or_else(missing)
    }

    /// What the keys of an environment's administrators begin with.
    pub(super) fn key_prefix(&self) -> String {
        format!("ak_{}_", self.environment.name())
    }
}

impl FromRequestParts<Edge> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let given = bearer(&parts.headers)
            .ok_or_else(Problem::unauthorized)?
            .to_owned();
        let unknown = || Problem::not_found("There is no such environment.");
        let Path(path) = Path::<HashMap<String, String>>::from_request_parts(parts, edge)
            .await
            .map_err(|_| unknown())?;
        let environment = match path.get("environment").map(String::as_str) {
            Some("test") => Some(Environment::Test),
            Some("live") => Some(Environment::Live),
            _ => None,
        };
        let engine = environment
            .and_then(|environment| edge.engine(environment))
            .map(Arc::clone);
        let (role, key) = match edge.is_admin(&given) {
            true => (Role::EngineAdmin, None),
            false => {
                let engine = engine.as_ref().ok_or_else(Problem::unauthorized)?;
                let (role, key) = holder(engine, &given).ok_or_else(Problem::unauthorized)?;
                (role, Some(key))
            }
        };
        let (environment, engine) = environment.zip(engine).ok_or_else(unknown)?;
        let request = RequestId::of(parts);
        let actor = key.clone().map_or(Actor::Admin, Actor::AccessKey);
        let app = match &role {
            Role::AppAdmin { app } => Some(app.clone()),
            Role::EngineAdmin | Role::OperatorAdmin { .. } | Role::Finance => None,
        };
        Ok(Self {
            environment,
            engine,
            context: Context::of_request(actor, app, request),
            role,
            key,
            public_url: edge.public_url(),
            path,
        })
    }
}

/// Whose access key this is, in the environment that issued it. It is looked up by its hash, which says nothing about
/// keys that are nearly right.
pub(crate) fn holder(engine: &Engine, given: &str) -> Option<(Role, AccessKeyId)> {
    let digest = KeyDigest::parse(hex(&Sha256::digest(given.as_bytes()))).ok()?;
    let key = engine.directory().access_key_of(&digest, engine.host().now())?;
    Some((key.role.clone(), key.id.clone()))
}
