//! Permission to administer an environment. Without one no handler can be called.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use domain::OperatorId;
use engine::{Actor, Context, Engine};

use super::problem::Problem;
use crate::{api_key::Environment, request_id::RequestId, rider::bearer, server::Edge};

/// Somebody with the admin key, at work on one environment.
pub(super) struct Admin {
    pub(super) environment: Environment,
    pub(super) engine: Arc<Engine>,
    pub(super) context: Context,
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
}

impl FromRequestParts<Edge> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let key = bearer(&parts.headers).ok_or_else(Problem::unauthorized)?;
        if !edge.is_admin(key) {
            return Err(Problem::unauthorized());
        }
        let unknown = || Problem::not_found("There is no such environment.");
        let Path(path) = Path::<HashMap<String, String>>::from_request_parts(parts, edge)
            .await
            .map_err(|_| unknown())?;
        let environment = match path.get("environment").map(String::as_str) {
            Some("test") => Environment::Test,
            Some("live") => Environment::Live,
            _ => return Err(unknown()),
        };
        let engine = Arc::clone(edge.engine(environment).ok_or_else(unknown)?);
        let request = parts
            .extensions
            .get::<RequestId>()
            .map_or_else(String::new, |id| id.0.clone());
        Ok(Self {
            environment,
            engine,
            context: Context::of_request(Actor::Admin, None, request),
            public_url: edge.public_url(),
            path,
        })
    }
}
