//! `GET /agency`, `GET /agency/{agency_id}`

use axum::{Json, extract::Path};
use domain::{OperatorId, operator::Operator};
use serde::Serialize;
use std::sync::Arc;

use super::{ErrorCode, TicketingError, view::AgencyView};
use crate::caller::Caller;

/// The list of agencies.
#[derive(Debug, Serialize)]
pub(super) struct AgencyList {
    agencies: Vec<AgencyView>,
}

/// All agencies that this app can buy a fare from.
pub(super) async fn list(caller: Caller) -> Json<AgencyList> {
    let now = caller.engine.host().now();
    let operators = caller.engine.directory().operators_of(caller.app.id());
    let agencies = operators
        .iter()
        .filter(|operator| operator.kind().sells_rides())
        .filter(|operator| {
            caller
                .engine
                .directory()
                .catalog_in_force(operator.id(), now)
                .is_some()
        })
        .map(|operator| AgencyView::of(operator, caller.version, &caller.languages, now))
        .collect();
    Json(AgencyList { agencies })
}

/// One agency.
pub(super) async fn get(
    caller: Caller,
    Path(agency_id): Path<String>,
) -> Result<Json<AgencyView>, TicketingError> {
    let operator = agency(&caller, &agency_id)?;
    Ok(Json(AgencyView::of(
        &operator,
        caller.version,
        &caller.languages,
        caller.engine.host().now(),
    )))
}

/// An operator that this app is linked to and that sells rides. Others do not exist for it.
pub(super) fn agency(caller: &Caller, agency_id: &str) -> Result<Arc<Operator>, TicketingError> {
    let missing = || TicketingError::new(ErrorCode::ResourceNotFound).param("agency_id");
    let id = OperatorId::parse(agency_id).map_err(|_| missing())?;
    let operator = caller.engine.directory().operator(&id).ok_or_else(missing)?;
    let serves = operator.kind().sells_rides() && operator.link(caller.app.id()).is_some();
    if serves { Ok(operator) } else { Err(missing()) }
}
