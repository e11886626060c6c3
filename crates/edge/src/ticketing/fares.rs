//! `GET /agency/{agency_id}/fare`, `GET /agency/{agency_id}/fare/{fare_id}`

use axum::{Json, extract::Path, response::Response};
use domain::{
    FareId, User,
    catalog::{CatalogVersion, Fare},
    operator::Operator,
    text::Text,
};
use serde::Serialize;

use super::{
    ErrorCode, TicketingError,
    agencies::agency,
    view::{FareOptionView, FareView, catalog_fares, fare_options},
};
use crate::{
    caller::Caller,
    language::{in_language, spoken},
    rider::{Asker, MaybeSession},
};

/// All fares of an agency.
#[derive(Debug, Serialize)]
pub(super) struct FareList {
    fare_options: Vec<FareOptionView>,
    fares: Vec<FareView>,
}

/// All fares, with the options that tell them apart. Empty while rides are free.
pub(super) async fn list(
    asker: MaybeSession,
    Path(agency_id): Path<String>,
) -> Result<Response, TicketingError> {
    let caller = &asker.caller;
    let operator = agency(caller, &agency_id)?;
    let catalog = catalog(caller, &operator)?;
    let rider = rider(caller, asker.user()).await?;
    let now = caller.engine.host().now();
    let content = &catalog.content;
    let list = FareList {
        fare_options: fare_options(&content.options, &caller.languages),
        fares: catalog_fares(
            &operator,
            content,
            rider.as_ref(),
            caller.version,
            &caller.languages,
            now,
        ),
    };
    let spoken = spoken(&caller.languages, content.fares.iter().flat_map(texts));
    Ok(in_language(spoken, asker.answer(Json(list))))
}

/// One fare.
pub(super) async fn get(
    asker: MaybeSession,
    Path((agency_id, fare_id)): Path<(String, String)>,
) -> Result<Response, TicketingError> {
    let caller = &asker.caller;
    let operator = agency(caller, &agency_id)?;
    let catalog = catalog(caller, &operator)?;
    let missing = || TicketingError::new(ErrorCode::ResourceNotFound).param("fare_id");
    let id = FareId::parse(fare_id).map_err(|_| missing())?;
    let now = caller.engine.host().now();
    let content = &catalog.content;
    let fare = content.fare_for_sale(&id, now).ok_or_else(missing)?;
    let rider = rider(caller, asker.user()).await?;
    let view = FareView::for_sale(&operator, content, fare, rider.as_ref(), &caller.languages, now);
    let spoken = spoken(&caller.languages, texts(fare));
    Ok(in_language(spoken, asker.answer(Json(view))))
}

/// What is shown of a fare in words.
fn texts(fare: &Fare) -> [&Text; 2] {
    [&fare.name, &fare.description]
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
