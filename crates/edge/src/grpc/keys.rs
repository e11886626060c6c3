//! Who calls: a key as metadata `authorization: Bearer …`, and which environment it opens.

use std::sync::Arc;

use domain::access::Role;
use engine::{Engine, Sight};
use tonic::{Code, Status, metadata::MetadataMap};

use super::refusal::{malformed, no_key, refused};
use crate::{
    admin,
    api_key::{ApiKey, Environment, KeyKind},
    caller::holder_of,
    server::Edge,
};

/// Which environment is meant, for the one key that opens both.
const ENVIRONMENT: &str = "x-environment";

/// The key of a call.
pub(super) fn key_of(metadata: &MetadataMap) -> Result<&str, Status> {
    let given = metadata.get("authorization").and_then(|it| it.to_str().ok());
    let (scheme, key) = given
        .and_then(|it| it.trim().split_once(' '))
        .ok_or_else(no_key)?;
    let key = key.trim();
    match scheme.eq_ignore_ascii_case("bearer") && !key.is_empty() {
        true => Ok(key),
        false => Err(no_key()),
    }
}

/// The environment that an administrator's key opens: its own, or for the key of the configuration the one that is named.
pub(super) fn environment_of(edge: &Edge, metadata: &MetadataMap, key: &str) -> Result<Environment, Status> {
    if edge.is_admin(key) {
        let wanted = "The metadata x-environment has to be test or live with this key.";
        let named = metadata.get(ENVIRONMENT).and_then(|it| it.to_str().ok());
        return named
            .and_then(named_environment)
            .ok_or_else(|| malformed(ENVIRONMENT, wanted));
    }
    let infix = key.split('_').nth(1);
    infix.and_then(named_environment).ok_or_else(no_key)
}

fn named_environment(name: &str) -> Option<Environment> {
    [Environment::Test, Environment::Live]
        .into_iter()
        .find(|environment| environment.name() == name)
}

/// Somebody who may see events.
pub(super) struct Viewer {
    pub(super) engine: Arc<Engine>,
    pub(super) sight: Sight,
    edge: Edge,
    environment: Environment,
    key: String,
}

impl Viewer {
    /// Whose key it is, and what it may see.
    pub(super) fn of(edge: &Edge, metadata: &MetadataMap) -> Result<Self, Status> {
        let key = key_of(metadata)?;
        let environment = match ApiKey::parse(key) {
            Ok(key) => key.environment(),
            Err(_) => environment_of(edge, metadata, key)?,
        };
        let engine = edge.engine(environment).ok_or_else(no_key)?;
        Ok(Self {
            engine: Arc::clone(engine),
            sight: sight(edge, engine, key)?,
            edge: edge.clone(),
            environment,
            key: key.to_owned(),
        })
    }

    /// Refuses a key that was revoked, or may see something else now.
    pub(super) fn check(&self) -> Result<(), Status> {
        let engine = self.edge.engine(self.environment).ok_or_else(no_key)?;
        match sight(&self.edge, engine, &self.key)? == self.sight {
            true => Ok(()),
            false => Err(no_key()),
        }
    }

    /// What counts the key's calls.
    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

fn sight(edge: &Edge, engine: &Engine, key: &str) -> Result<Sight, Status> {
    if edge.is_admin(key) {
        return Ok(Sight::Everything);
    }
    if let Ok(key) = ApiKey::parse(key) {
        let holder = holder_of(engine, &key).ok_or_else(no_key)?;
        return match key.kind() {
            KeyKind::Secret => Ok(Sight::App(holder.app.id().clone())),
            KeyKind::Publishable => {
                let message =
                    "Events are not for publishable keys: this needs a secret key or an access key.";
                Err(refused(
                    Code::PermissionDenied,
                    "permission_denied",
                    message,
                    None,
                ))
            }
        };
    }
    let (role, _) = admin::holder(engine, key).ok_or_else(no_key)?;
    Ok(match role {
        Role::EngineAdmin | Role::Finance => Sight::Everything,
        Role::AppAdmin { app } => Sight::App(app),
        Role::OperatorAdmin { operator } => Sight::Operator(operator),
    })
}
