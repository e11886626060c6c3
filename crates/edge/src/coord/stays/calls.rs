//! The calls.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use domain::parking::EndedBy;
use engine::{Answer, BeginStay, EndStay, ShownStay, StayProblem};
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
        .begin_stay(&rider.context, &wish, claim.as_ref(), &|shown| {
            answer(&SessionView::of(shown))
        });
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
pub(super) async fn end(rider: CoordRider, named: Numbered, key: Key) -> Result<Response, CoordError> {
    once(
        &rider,
        &key,
        Box::pin(async {
            let end = EndStay {
                session: found(&rider, &named).await?.session.stay().session.clone(),
                by: EndedBy::Rider,
            };
            Ok(rider.engine.end_stay(&rider.context, &end).await?)
        }),
    )
    .await
}

/// `POST /v1/access/parking/{location_id}/session/{session_id}/pay`
pub(super) async fn pay(rider: CoordRider, named: Numbered, key: Key) -> Result<Response, CoordError> {
    once(
        &rider,
        &key,
        Box::pin(async {
            let session = found(&rider, &named).await?.session.stay().session.clone();
            Ok(rider.engine.pay_debt(&rider.context, &session).await?)
        }),
    )
    .await
}

/// What a repeated request is answered with again. A stay knows by itself what was done to it, so that a crash between
/// the deed and the answer does no harm; and a payment that is not decided yet is no answer to keep.
async fn once(
    rider: &CoordRider,
    key: &Key,
    deed: impl Future<Output = Result<ShownStay, CoordError>>,
) -> Result<Response, CoordError> {
    let claim = key.claim(rider);
    let _alone = rider.engine.alone(claim.as_ref()).await;
    let answered = rider.engine.answered(claim.as_ref()).await;
    if let Some(kept) = answered.map_err(StayProblem::from)? {
        return Ok(response(kept));
    }
    let shown = deed.await?;
    let claim = claim.as_ref().filter(|_| shown.session.payment_due().is_none());
    let answer = answer(&view(rider, &shown));
    let kept = rider.engine.keep_answer(&rider.context, claim, answer).await;
    Ok(response(kept.map_err(StayProblem::from)?))
}

pub(super) async fn found(rider: &CoordRider, named: &Numbered) -> Result<ShownStay, CoordError> {
    let place = (&named.place.operator, &named.place.location);
    Ok(rider.engine.stay(&rider.user, place, named.number).await?)
}

fn view(rider: &CoordRider, shown: &ShownStay) -> SessionView {
    SessionView::of(shown).receipted(shown, rider.receipts())
}

fn answer(session: &SessionView) -> Answer {
    Answer {
        status: StatusCode::OK.as_u16(),
        headers: Vec::new(),
        body: serde_json::to_string(session).unwrap_or_default(),
    }
}

fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
