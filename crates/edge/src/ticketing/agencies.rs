//! `GET /agency`, `GET /agency/{agency_id}`

use std::sync::Arc;

use axum::{Json, extract::Path, response::Response};
use domain::{OperatorId, operator::Operator, text::Text};
use serde::Serialize;

use super::{ErrorCode, TicketingError, view::AgencyView};
use crate::{
    caller::Caller,
    language::{in_language, spoken},
    rider::Anybody,
};

/// The list of agencies.
#[derive(Debug, Serialize)]
pub(super) struct AgencyList {
    agencies: Vec<AgencyView>,
}

/// All agencies that this app can buy a fare from.
pub(super) async fn list(Anybody(asker): Anybody) -> Response {
    let caller = &asker.caller;
    let now = caller.engine.host().now();
    let directory = caller.engine.directory();
    let mut operators = directory.operators_of(caller.app.id());
    operators.retain(|operator| {
        operator.kind().sells_rides() && directory.catalog_in_force(operator.id(), now).is_some()
    });
    let agencies = operators
        .iter()
        .map(|operator| AgencyView::of(operator, caller.version, &caller.languages, now))
        .collect();
    let spoken = spoken(
        &caller.languages,
        operators.iter().flat_map(|operator| texts(operator)),
    );
    in_language(spoken, asker.answer(Json(AgencyList { agencies })))
}

/// One agency.
pub(super) async fn get(
    Anybody(asker): Anybody,
    Path(agency_id): Path<String>,
) -> Result<Response, TicketingError> {
    let caller = &asker.caller;
    let operator = agency(caller, &agency_id)?;
    let now = caller.engine.host().now();
    let view = AgencyView::of(&operator, caller.version, &caller.languages, now);
    let spoken = spoken(&caller.languages, texts(&operator));
    Ok(in_language(spoken, asker.answer(Json(view))))
}

/// What is shown of an agency in words.
fn texts(operator: &Operator) -> impl Iterator<Item = &Text> {
    let profile = operator.profile();
    std::iter::once(&profile.name).chain(&profile.region)
}

/// An operator that this app is linked to and that sells rides. Others do not exist for it.
pub(super) fn agency(caller: &Caller, agency_id: &str) -> Result<Arc<Operator>, TicketingError> {
    let missing = || TicketingError::new(ErrorCode::ResourceNotFound).param("agency_id");
    let id = OperatorId::parse(agency_id).map_err(|_| missing())?;
    let operator = caller.engine.directory().operator(&id).ok_or_else(missing)?;
    let serves = operator.kind().sells_rides() && operator.link(caller.app.id()).is_some();
    if serves { Ok(operator) } else { Err(missing()) }
}
