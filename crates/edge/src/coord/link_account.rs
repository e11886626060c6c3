//! `GET /v1/users/link_account`, `GET /v1/users/link_account/callback`: a rider's browser on its way to an operator's
//! permission page, and back.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    OperatorId,
    app::{App, WebUrl},
};
use engine::{LinkProblem, LinkState};
use http::{HeaderValue, StatusCode, header};
use reqwest::Url;
use serde::Deserialize;

use super::{error::CoordError, rider::BrowserRider};
use crate::{api_key::Environment, onboarding::page::told, server::Edge};

/// Our page for test users.
const DEMO: &str = "/v1/users/link_account/demo";

/// Where operators' pages send browsers back to.
const CALLBACK: &str = "/v1/users/link_account/callback";

#[derive(Deserialize)]
pub(super) struct Asked {
    system_id: Option<String>,
    return_url: Option<String>,
}

/// What a browser carries: the environment and, behind a dot, the state.
#[derive(Deserialize)]
pub(super) struct Carried {
    #[serde(default)]
    pub(super) state: String,
}

/// Sends the browser to where the rider gives permission.
pub(super) async fn ask(
    State(edge): State<Edge>,
    BrowserRider(rider): BrowserRider,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, CoordError> {
    let missing = || {
        CoordError::bad_request("missing_parameter", "The query parameter system_id is required.")
            .about("system_id")
    };
    let Query(asked) = asked.map_err(|_| missing())?;
    let system = asked.system_id.ok_or_else(missing)?;
    let system = OperatorId::parse(system).map_err(|_| CoordError::unknown_system())?;
    let return_url = asked.return_url.map(|url| own_page(&rider.app, &url));
    let asked = rider
        .engine
        .ask_to_link(rider.app.id(), &rider.user, &system, return_url.transpose()?)
        .await?;
    let base = edge.public_url();
    let page = asked.page.unwrap_or_else(|| format!("{base}{DEMO}"));
    let mut page = Url::parse(&page).map_err(|_| CoordError::internal())?;
    page.query_pairs_mut()
        .append_pair("state", &format!("{}.{}", rider.environment.name(), asked.state))
        .append_pair("redirect_uri", &format!("{base}{CALLBACK}"))
        .append_pair("app_id", rider.app.id().as_str());
    Ok(to(page.as_str()))
}

/// A return address has to be the app's own: of one of its `allowed_origins`, over HTTPS unless it is this machine. An
/// open redirect would let anybody borrow our name.
fn own_page(app: &App, url: &str) -> Result<String, CoordError> {
    let foreign = || {
        CoordError::bad_request(
            "invalid_return_url",
            "The return_url has to be an HTTPS address of one of the app's allowed_origins.",
        )
        .about("return_url")
    };
    let url = WebUrl::parse(url).map_err(|_| foreign())?;
    let parsed = Url::parse(url.as_str()).map_err(|_| foreign())?;
    // As browsers understand the address, which may be otherwise than it looks.
    let origin = parsed.origin().ascii_serialization();
    let is_own = app.origins().iter().any(|own| own.as_str() == origin);
    match WebUrl::parse(parsed.as_str()) {
        Ok(understood) if is_own && understood.is_secure() => Ok(parsed.into()),
        Ok(_) | Err(_) => Err(foreign()),
    }
}

/// The browser comes back from an operator's page. What came of it is what the operator has told us, not what the
/// address says.
pub(super) async fn back(
    State(edge): State<Edge>,
    carried: Result<Query<Carried>, QueryRejection>,
) -> Response {
    let carried = carried.map(|Query(carried)| carried.state).unwrap_or_default();
    let (environment, state) = carried.split_once('.').unwrap_or_default();
    let environment = match environment {
        "test" => Some(Environment::Test),
        "live" => Some(Environment::Live),
        _ => None,
    };
    let Some(engine) = environment.and_then(|environment| edge.engine(environment)) else {
        return refused(&LinkProblem::NotOurs);
    };
    match engine.link_outcome(state).await {
        Ok((state, true)) => home(&state, Ok(())),
        Ok((state, false)) => home(&state, Err("access_denied")),
        Err(problem) => refused(&problem),
    }
}

/// Back to the app, if it said where to, with what came of it.
pub(super) fn home(state: &LinkState, outcome: Result<(), &'static str>) -> Response {
    let return_url = state.return_url.as_deref().and_then(|url| Url::parse(url).ok());
    let Some(mut url) = return_url else {
        return match outcome {
            Ok(()) => told(
                StatusCode::OK,
                "Thank you",
                "Your account is linked. You can go back to the app.",
            ),
            Err(_) => told(
                StatusCode::OK,
                "Nothing was linked",
                "Nothing has changed. You can go back to the app, and try again from there.",
            ),
        };
    };
    let linked = if outcome.is_ok() { "true" } else { "false" };
    url.query_pairs_mut()
        .append_pair("system_id", state.operator.as_str())
        .append_pair("linked_account", linked)
        .extend_pairs(outcome.err().map(|error| ("error", error)));
    to(url.as_str())
}

/// Nobody can be sent home by a state that we cannot trust.
pub(super) fn refused(problem: &LinkProblem) -> Response {
    match problem {
        LinkProblem::KeyReused | LinkProblem::NotOurs | LinkProblem::NoSuchUser | LinkProblem::Refused(_) => {
            told(
                StatusCode::BAD_REQUEST,
                "Nothing was linked",
                "This link is not one of ours. Please go back to the app, and try again from there.",
            )
        }
        LinkProblem::Expired => told(
            StatusCode::GONE,
            "The link has expired",
            "Please go back to the app, and try again from there.",
        ),
        LinkProblem::Failure(failure) => {
            tracing::warn!(%failure, "no account was linked");
            told(
                StatusCode::SERVICE_UNAVAILABLE,
                "Not now",
                "Please try again in a few minutes.",
            )
        }
    }
}

/// Away, without telling where from: the address that was asked for holds a JWT or a state.
fn to(url: &str) -> Response {
    let mut response = Redirect::to(url).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
