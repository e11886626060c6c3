//! What an administrator may do here, as the arguments of handlers.
//!
//! Whoever may not see a thing is told that it is not there; whoever sees it and may not change it is told so.

use std::{marker::PhantomData, ops::Deref};

use axum::{extract::FromRequestParts, http::request::Parts};

use super::{admin_key::Admin, problem::Problem};
use crate::server::Edge;

/// Whoever runs the marketplace.
pub(super) type EngineAdmin = Permitted<ToRun>;

/// Whoever runs the marketplace or keeps its books.
pub(super) type Reader = Permitted<ToRead>;

/// Whoever acts for the operator that the path names as `operator_id`.
pub(super) type OperatorAdmin = Permitted<ToActForOperator>;

/// Whoever may look at what is that operator's.
pub(super) type OperatorReader = Permitted<ToSeeOperator>;

/// Whoever acts for the app that the path names as `app_id`.
pub(super) type AppAdmin = Permitted<ToActForApp>;

/// Whoever may look at what is that app's.
pub(super) type AppReader = Permitted<ToSeeApp>;

/// An administrator who may do what `P` says.
pub(super) struct Permitted<P> {
    admin: Admin,
    permission: PhantomData<P>,
}

impl<P> Deref for Permitted<P> {
    type Target = Admin;

    fn deref(&self) -> &Admin {
        &self.admin
    }
}

/// A permission.
pub(super) trait Permission {
    /// Refuses whoever does not have it.
    fn check(admin: &Admin) -> Result<(), Problem>;
}

impl<P: Permission> FromRequestParts<Edge> for Permitted<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let admin = Admin::from_request_parts(parts, edge).await?;
        P::check(&admin)?;
        Ok(Self {
            admin,
            permission: PhantomData,
        })
    }
}

/// To do everything.
pub(super) struct ToRun;

/// To look at everything.
pub(super) struct ToRead;

/// To act for an operator.
pub(super) struct ToActForOperator;

/// To look at what is an operator's.
pub(super) struct ToSeeOperator;

/// To act for an app.
pub(super) struct ToActForApp;

/// To look at what is an app's.
pub(super) struct ToSeeApp;

impl Permission for ToRun {
    fn check(admin: &Admin) -> Result<(), Problem> {
        allowed(admin.role.runs_the_engine())
    }
}

impl Permission for ToRead {
    fn check(admin: &Admin) -> Result<(), Problem> {
        allowed(admin.role.sees_everything())
    }
}

impl Permission for ToActForOperator {
    fn check(admin: &Admin) -> Result<(), Problem> {
        ToSeeOperator::check(admin)?;
        allowed(admin.role.acts_for_operator(&admin.operator()?))
    }
}

impl Permission for ToSeeOperator {
    fn check(admin: &Admin) -> Result<(), Problem> {
        match admin.role.sees_operator(&admin.operator()?) {
            true => Ok(()),
            false => Err(Problem::not_found("There is no such operator.")),
        }
    }
}

impl Permission for ToActForApp {
    fn check(admin: &Admin) -> Result<(), Problem> {
        ToSeeApp::check(admin)?;
        allowed(admin.role.acts_for_app(admin.app()?.id()))
    }
}

impl Permission for ToSeeApp {
    fn check(admin: &Admin) -> Result<(), Problem> {
        match admin.role.sees_app(admin.app()?.id()) {
            true => Ok(()),
            false => Err(Problem::not_found("There is no such app.")),
        }
    }
}

fn allowed(is_allowed: bool) -> Result<(), Problem> {
    match is_allowed {
        true => Ok(()),
        false => Err(Problem::forbidden()),
    }
}
