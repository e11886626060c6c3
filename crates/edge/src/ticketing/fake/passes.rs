//! `GET /pass`, `GET /pass/{pass_id}`, `GET /agency/{agency_id}/pass/{pass_id}`, `POST /pass/{pass_id}/activate`

use axum::{Json, response::Response};
use http::HeaderMap;

use super::{
    catalog::AGENCY,
    clock::Clock,
    holdings::{Holdings, Pass},
    keyed::Keyed,
    pass_view::Viewer,
    rider::FakeRider,
    segments::Segments,
    state,
    wanted::Wanted,
};
use crate::{
    params::Params,
    ticketing::{ErrorCode, TicketingError},
};

/// All passes.
pub(super) async fn list(rider: FakeRider, params: Params) -> Result<Response, TicketingError> {
    let viewer = Viewer {
        wanted: Wanted::of_list(&params)?,
        clock: Clock::now(),
    };
    let view = viewer.passes(&Holdings::all(), None);
    Ok(state::with_state(rider.answer(Json(view))))
}

/// One pass.
pub(super) async fn get(
    rider: FakeRider,
    Segments(pass_id): Segments<String>,
    params: Params,
) -> Result<Response, TicketingError> {
    let wanted = Wanted::of_one(&params)?;
    let holdings = Holdings::all();
    let pass = holdings.pass(&pass_id)?;
    Ok(rider.answer(one(pass, wanted)))
}

/// One pass, said to be of an agency.
pub(super) async fn get_of_agency(
    rider: FakeRider,
    Segments((agency_id, pass_id)): Segments<(String, String)>,
    params: Params,
) -> Result<Response, TicketingError> {
    let wanted = Wanted::of_one(&params)?;
    let holdings = Holdings::all();
    let pass = holdings.pass(&pass_id)?;
    if agency_id != AGENCY {
        return Err(TicketingError::new(ErrorCode::ResourceNotFound).param("pass_id"));
    }
    Ok(rider.answer(one(pass, wanted)))
}

/// A pass, by itself.
pub(super) fn one(pass: &Pass, wanted: Wanted) -> Json<super::pass_view::PassView> {
    let viewer = Viewer {
        wanted,
        clock: Clock::now(),
    };
    Json(viewer.pass(pass))
}

/// Shows what the account would look like. The next request finds it as it was.
pub(super) async fn activate(
    rider: FakeRider,
    Segments(pass_id): Segments<String>,
    _: Keyed,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let viewer = Viewer {
        wanted: Wanted::of_list(&params)?,
        clock: Clock::now(),
    };
    let holdings = Holdings::all();
    holdings.pass(&pass_id)?;
    state::check(&headers)?;
    let holdings = holdings.activate(&pass_id)?;
    let view = viewer.activated(&holdings, holdings.pass(&pass_id)?);
    Ok(state::with_state(rider.answer(Json(view))))
}
