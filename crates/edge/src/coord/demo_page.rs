//! `GET` and `POST /v1/users/link_account/demo`: the permission page that test users get.

use askama::Template;
use axum::{
    Extension, Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    response::Response,
};
use domain::user::NoSimulatedLink;
use engine::{Actor, Context, Engine, LinkProblem, LinkState, SimulateProblem};
use http::StatusCode;
use serde::Deserialize;

use super::link_account::{Carried, home, refused};
use crate::{api_key::Environment, onboarding::page::shown, request_id::RequestId, server::Edge};

#[derive(Template)]
#[template(path = "permission.html")]
struct Page<'a> {
    operator: &'a str,
    app: &'a str,
    state: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Decided {
    #[serde(default)]
    state: String,
    #[serde(default)]
    decision: String,
}

/// Asks for the permission.
pub(super) async fn show(
    State(edge): State<Edge>,
    carried: Result<Query<Carried>, QueryRejection>,
) -> Response {
    let carried = carried.map(|Query(carried)| carried.state).unwrap_or_default();
    let (engine, state) = match read(&edge, &carried) {
        Ok(read) => read,
        Err(problem) => return refused(&problem),
    };
    let operator = engine.directory().operator(&state.operator);
    let app = engine.directory().app(&state.app);
    let (Some(operator), Some(app)) = (operator, app) else {
        return refused(&LinkProblem::NotOurs);
    };
    let page = Page {
        operator: &operator.profile().name.default,
        app: app.name(),
        state: &carried,
    };
    match page.render() {
        Ok(page) => shown(StatusCode::OK, page),
        Err(error) => {
            let failure = engine::Failure::Corrupt(error.to_string());
            refused(&LinkProblem::Failure(failure))
        }
    }
}

/// Takes the answer: consent links the account, anything else leaves it as it is.
pub(super) async fn decide(
    State(edge): State<Edge>,
    request: Option<Extension<RequestId>>,
    decided: Result<Form<Decided>, FormRejection>,
) -> Response {
    let Ok(Form(decided)) = decided else {
        return refused(&LinkProblem::NotOurs);
    };
    let (engine, state) = match read(&edge, &decided.state) {
        Ok(read) => read,
        Err(problem) => return refused(&problem),
    };
    if decided.decision != "consent" {
        return home(&state, Err("access_denied"));
    }
    let request = request.map_or_else(String::new, |Extension(id)| id.0);
    let actor = Actor::User(state.user.clone());
    let context = Context::of_request(actor, Some(state.app.clone()), request);
    let linked = engine
        .simulate_link(&context, &state.app, &state.user, &state.operator, true)
        .await;
    match linked {
        Ok(()) => home(&state, Ok(())),
        Err(SimulateProblem::Refused(NoSimulatedLink::Lacks(_))) => home(&state, Err("missing_user_data")),
        Err(SimulateProblem::NoSuchSystem | SimulateProblem::Refused(_)) => refused(&LinkProblem::NotOurs),
        Err(SimulateProblem::Failure(failure)) => refused(&LinkProblem::Failure(failure)),
    }
}

/// A test user's state. Test users live in `test`.
fn read<'a>(edge: &'a Edge, carried: &str) -> Result<(&'a Engine, LinkState), LinkProblem> {
    let engine = edge.engine(Environment::Test).ok_or(LinkProblem::NotOurs)?;
    let state = carried.strip_prefix("test.").ok_or(LinkProblem::NotOurs)?;
    let state = engine.link_state(state)?;
    match state.is_test {
        true => Ok((engine, state)),
        false => Err(LinkProblem::NotOurs),
    }
}
