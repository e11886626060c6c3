//! `GET /agency/{agency_id}/fare`, `GET /agency/{agency_id}/fare/{fare_id}`

use axum::{Json, extract::Path};
use domain::{FareId, User, catalog::CatalogVersion, operator::Operator};
use serde::Serialize;

use super::{
    ErrorCode, TicketingError,
    agencies::agency,
    view::{FareOptionView, FareView, catalog_fares, fare_options},
};
use crate::{caller::Caller, rider::MaybeSession};

/// All fares of an agency.
#[derive(Debug, Serialize)]
pub(super) struct FareList {
    fare_options: Vec<FareOptionView>,
    fares: Vec<FareView>,
}

/// All fares, with the options that tell them apart. Empty while rides are free.
pub(super) async fn list(
    MaybeSession { caller, session }: MaybeSession,
    Path(agency_id): Path<String>,
) -> Result<Json<FareList>, TicketingError> {
    let operator = agency(&caller, &agency_id)?;
    let catalog = catalog(&caller, &operator)?;
    let rider = rider(&caller, session.as_ref().map(|session| &session.user)).await?;
    let now = caller.engine.host().now();
    Ok(Json(FareList {
        fare_options: fare_options(&catalog.content.options, &caller.languages),
        fares: catalog_fares(
            &operator,
            &catalog.content,
            rider.as_ref(),
            &caller.languages,
            now,
        ),
    }))
}

/// One fare.
pub(super) async fn get(
    MaybeSession { caller, session }: MaybeSession,
    Path((agency_id, fare_id)): Path<(String, String)>,
) -> Result<Json<FareView>, TicketingError> {
    let operator = agency(&caller, &agency_id)?;
    let catalog = catalog(&caller, &operator)?;
    let missing = || TicketingError::new(ErrorCode::ResourceNotFound).param("fare_id");
    let id = FareId::parse(fare_id).map_err(|_| missing())?;
    let now = caller.engine.host().now();
    let fare = catalog.content.fare_for_sale(&id, now).ok_or_else(missing)?;
    let rider = rider(&caller, session.as_ref().map(|session| &session.user)).await?;
    Ok(Json(FareView::for_sale(
        &operator,
        fare,
        rider.as_ref(),
        &caller.languages,
        now,
    )))
}

fn catalog(caller: &Caller, operator: &Operator) -> Result<CatalogVersion, TicketingError> {
    let now = caller.engine.host().now();
    let in_force = caller.engine.directory().catalog_in_force(operator.id(), now);
    in_force.ok_or_else(|| TicketingError::new(ErrorCode::ResourceNotFound).param("agency_id"))
}

async fn rider(caller: &Caller, user: Option<&domain::UserId>) -> Result<Option<User>, TicketingError> {
    match user {
        Some(user) => Ok(caller.engine.rider(user).await?),
        None => Ok(None),
    }
}
