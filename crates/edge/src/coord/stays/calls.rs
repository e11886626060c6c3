//! The calls.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use domain::parking::EndedBy;
use engine::{Answer, BeginStay, EndStay, ShownStay};
use http::{HeaderValue, StatusCode, header};

use super::{
    key::Key,
    place::{Numbered, Place},
    view::SessionView,
};
use crate::coord::{error::CoordError, rider::CoordRider};

/// `POST /v1/access/parking/{location_id}/session`
pub(super) async fn begin(rider: CoordRider, place: Place, key: Key) -> Result<Response, CoordError> {
    let claim = key.claim(&rider);
    let _alone = rider.engine.alone(claim.as_ref()).await;
    let wish = BeginStay {
        app: rider.app.id().clone(),
        user: rider.user.clone(),
        operator: place.operator,
        location: place.location,
    };
    let begun = rider
        .engine
        .begin_stay(&rider.context, &wish, claim.as_ref(), &answer);
    Ok(response(begun.await?))
}

/// `GET /v1/access/parking/{location_id}/session`
pub(super) async fn here(rider: CoordRider, place: Place) -> Result<Json<Vec<SessionView>>, CoordError> {
    let at = (&place.operator, &place.location);
    let stays = rider.engine.stays(&rider.user, Some(at)).await?;
    Ok(Json(stays.iter().map(|stay| view(&rider, stay)).collect()))
}

/// `GET /v1/access/parking/session`
pub(super) async fn everywhere(rider: CoordRider) -> Result<Json<Vec<SessionView>>, CoordError> {
    let stays = rider.engine.stays(&rider.user, None).await?;
    Ok(Json(stays.iter().map(|stay| view(&rider, stay)).collect()))
}

/// `GET /v1/access/parking/{location_id}/session/{session_id}`
pub(super) async fn one(rider: CoordRider, named: Numbered) -> Result<Json<SessionView>, CoordError> {
    Ok(Json(view(&rider, &found(&rider, &named).await?)))
}

/// `PUT /v1/access/parking/{location_id}/session/{session_id}/end`
pub(super) async fn end(rider: CoordRider, named: Numbered) -> Result<Json<SessionView>, CoordError> {
    let end = EndStay {
        session: found(&rider, &named).await?.session.stay().session.clone(),
        by: EndedBy::Rider,
    };
    let ended = rider.engine.end_stay(&rider.context, &end).await?;
    Ok(Json(view(&rider, &ended)))
}

/// `POST /v1/access/parking/{location_id}/session/{session_id}/pay`
pub(super) async fn pay(rider: CoordRider, named: Numbered) -> Result<Json<SessionView>, CoordError> {
    let session = found(&rider, &named).await?.session.stay().session.clone();
    let paid = rider.engine.pay_debt(&rider.context, &session).await?;
    Ok(Json(view(&rider, &paid)))
}

async fn found(rider: &CoordRider, named: &Numbered) -> Result<ShownStay, CoordError> {
    let place = (&named.place.operator, &named.place.location);
    Ok(rider.engine.stay(&rider.user, place, named.number).await?)
}

fn view(rider: &CoordRider, shown: &ShownStay) -> SessionView {
    SessionView::of(shown).receipted(shown, rider.receipts())
}

fn answer(shown: &ShownStay) -> Answer {
    Answer {
        status: StatusCode::OK.as_u16(),
        headers: Vec::new(),
        body: serde_json::to_string(&SessionView::of(shown)).unwrap_or_default(),
    }
}

fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
