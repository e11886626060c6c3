//! Whose endpoints the path names.

use std::sync::Arc;

use domain::{
    EndpointId,
    endpoint::{Endpoint, EndpointOwner},
};

use super::super::{
    admin_key::Admin,
    permit::{Permission, ToActForApp, ToActForOperator, ToSeeApp, ToSeeOperator},
    problem::Problem,
};

/// A permission that is for an app or an operator.
pub(super) trait Watcher: Permission + Send + Sync + 'static {
    /// Which one the path names.
    fn owner(admin: &Admin) -> Result<EndpointOwner, Problem>;

    /// The endpoint that the path names, if it is theirs.
    fn endpoint(admin: &Admin) -> Result<Arc<Endpoint>, Problem> {
        let owner = Self::owner(admin)?;
        let known = EndpointId::parse(admin.named("endpoint_id"))
            .ok()
            .and_then(|id| admin.engine.directory().endpoint(&id));
        known
            .filter(|endpoint| *endpoint.owner() == owner && !endpoint.is_deleted())
            .ok_or_else(|| Problem::not_found("There is no such webhook endpoint."))
    }
}

/// A permission to act, too.
pub(super) trait Owner: Watcher {}

fn app(admin: &Admin) -> Result<EndpointOwner, Problem> {
    Ok(EndpointOwner::App(admin.app()?.id().clone()))
}

fn operator(admin: &Admin) -> Result<EndpointOwner, Problem> {
    Ok(EndpointOwner::Operator(admin.operator()?))
}

impl Watcher for ToSeeApp {
    fn owner(admin: &Admin) -> Result<EndpointOwner, Problem> {
        app(admin)
    }
}

impl Watcher for ToActForApp {
    fn owner(admin: &Admin) -> Result<EndpointOwner, Problem> {
        app(admin)
    }
}

impl Owner for ToActForApp {}

impl Watcher for ToSeeOperator {
    fn owner(admin: &Admin) -> Result<EndpointOwner, Problem> {
        operator(admin)
    }
}

impl Watcher for ToActForOperator {
    fn owner(admin: &Admin) -> Result<EndpointOwner, Problem> {
        operator(admin)
    }
}

impl Owner for ToActForOperator {}
