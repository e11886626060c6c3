//! `POST /validation/visual`

use axum::response::Response;
use engine::{Answer, Claim, ShowPass};
use http::HeaderMap;

use super::{TicketingError, degrees, once, passes::pass_id_of};
use crate::{
    params::{ParamError, Params},
    rider::Session,
};

/// Takes note that the rider showed a pass to whoever drives.
pub(super) async fn visual(
    session: Session,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let claim = once::claim(&session, &headers, "/validation/visual", &params)?;
    let response = match show(&session, &params, claim.as_ref()).await {
        Ok(answer) => once::response(answer),
        Err(error) => once::refuse(&session, claim.as_ref(), error).await,
    };
    Ok(session.answer(response))
}

async fn show(session: &Session, params: &Params, claim: Option<&Claim>) -> Result<Answer, TicketingError> {
    let shown_at = params.timestamp("timestamp")?;
    let show = ShowPass {
        user: session.user.clone(),
        pass: pass_id_of(params.required("pass_id")?)?,
        shown_at: shown_at.ok_or_else(|| ParamError::missing("timestamp"))?.to_utc(),
        latitude_microdegrees: degrees::latitude(params, "latitude")?,
        longitude_microdegrees: degrees::longitude(params, "longitude")?,
    };
    let answer = once::success(&serde_json::json!({}), Vec::new());
    let engine = &session.caller.engine;
    Ok(engine
        .show_pass(&session.context(), &show, claim, &answer)
        .await?)
}
