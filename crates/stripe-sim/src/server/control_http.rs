//! The control API over HTTP, under `/_sim/`, for loopback peers only.

use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::extract::{ConnectInfo, Json, Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::{Value, json};

use super::connection::Peer;
use super::control::{Control, ControlError};
use super::faults::{FaultRule, WebhookFaults};
use super::shared::Shared;
use crate::core::{Command, CommandError};

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/_sim/command", post(command))
        .route(
            "/_sim/faults",
            get(list_faults).post(add_fault).delete(clear_faults),
        )
        .route("/_sim/webhook_faults", put(set_webhook_faults))
        .route("/_sim/books", get(books))
        .route("/_sim/executions/{key}", get(executions))
        .route("/_sim/deliveries", get(deliveries))
        .route("/_sim/platforms/{key}", get(platform))
        .route("/_sim/time", get(time))
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), loopback_only))
        .with_state(Control::new(shared))
}

/// Whoever can reach the control API can make money up; only this machine may.
async fn loopback_only(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    if shared.control_routes && peer.addr.ip().to_canonical().is_loopback() {
        return next.run(request).await;
    }
    StatusCode::NOT_FOUND.into_response()
}

async fn command(State(control): State<Control>, Json(command): Json<Command>) -> Response {
    match control.command(&command) {
        Ok(value) => Json(value).into_response(),
        Err(error) => {
            let status = match &error {
                ControlError::Command(CommandError::NoSuch { .. }) => StatusCode::NOT_FOUND,
                ControlError::Command(CommandError::NotNow(_)) => StatusCode::CONFLICT,
                ControlError::Journal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            };
            (status, Json(json!({ "error": error.to_string() }))).into_response()
        }
    }
}

async fn list_faults(State(control): State<Control>) -> Json<Vec<FaultRule>> {
    Json(control.faults_left())
}

async fn add_fault(State(control): State<Control>, Json(rule): Json<FaultRule>) -> StatusCode {
    control.add_fault(rule);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(control): State<Control>) -> StatusCode {
    control.clear_faults();
    StatusCode::NO_CONTENT
}

async fn set_webhook_faults(State(control): State<Control>, Json(faults): Json<WebhookFaults>) -> StatusCode {
    control.set_webhook_faults(faults);
    StatusCode::NO_CONTENT
}

async fn books(State(control): State<Control>) -> Json<Value> {
    Json(control.books())
}

async fn executions(State(control): State<Control>, Path(key): Path<String>) -> Json<Value> {
    Json(json!({ "executions": control.executions(&key) }))
}

async fn deliveries(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.deliveries()))
}

async fn platform(Path(key): Path<String>) -> Response {
    match Control::platform_of(&key) {
        Some(account) => Json(json!({ "account": account })).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn time(State(control): State<Control>) -> Json<Value> {
    Json(json!({ "now": control.time() }))
}

/// A poisoned lock only means that a handler panicked; the rules themselves are whole.
pub(super) fn strike(shared: &Shared, request: &crate::core::Request) -> Option<super::faults::Fault> {
    shared
        .faults
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .strike(request)
}
