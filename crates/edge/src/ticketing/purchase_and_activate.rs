//! `POST /agency/{agency_id}/fare/{fare_id}/purchase`

use axum::{extract::Path, response::Response};
use domain::{FareId, PassId, purchase::AtOnce};
use engine::{Answer, Buy, Claim, Settled, Wish};
use http::HeaderMap;

use super::{
    ErrorCode, TicketingError,
    agencies::agency,
    faults, once,
    passes::{Wanted, passes_state, view_one},
    stripe_token,
};
use crate::{
    params::{ParamError, Params},
    passes_state::PASSES_STATE_HEADER,
    rider::Session,
};

/// Buys one pass and has it active in the same commit. The rider decides on nothing that is in the wallet, so that
/// no state of the passes is asked for.
pub(super) async fn purchase(
    session: Session,
    Path((agency_id, fare_id)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let path = format!("/agency/{agency_id}/fare/{fare_id}/purchase");
    let claim = once::claim(&session, &headers, &path, &params)?;
    let outcome = try_purchase(&session, &agency_id, &fare_id, &params, claim.as_ref()).await;
    let response = match outcome {
        Ok(answer) => once::response(answer),
        Err(error) => once::refuse(&session, claim.as_ref(), error).await,
    };
    Ok(session.answer(response))
}

async fn try_purchase(
    session: &Session,
    agency_id: &str,
    fare_id: &str,
    params: &Params,
    claim: Option<&Claim>,
) -> Result<Answer, TicketingError> {
    if let Some(claim) = claim
        && let Some(answer) = once::answered(session, claim).await?
    {
        return Ok(answer);
    }
    if !params.boolean("activate_on_purchase", true)? {
        let wanted = "true here; a pass that is not to be activated is bought with /purchase";
        return Err(ParamError::malformed("activate_on_purchase", wanted).into());
    }
    let wanted = Wanted::of_bought(params)?;
    let operator = agency(&session.caller, agency_id)?;
    let fare = FareId::parse(fare_id)
        .map_err(|_| TicketingError::new(ErrorCode::ResourceNotFound).param("fare_id"))?;
    let buy = Buy {
        app: session.caller.app.id().clone(),
        user: session.user.clone(),
        wish: Wish::Fares {
            operator: operator.id().clone(),
            fares: vec![(fare, 1)],
        },
        card: stripe_token::credential(params)?,
        seen: None,
        at_once: Some(AtOnce {
            device: session.device.clone(),
        }),
    };
    let render = |settled: Settled<'_>| answer(session, settled, wanted);
    let engine = &session.caller.engine;
    Ok(engine.buy(&session.context(), buy, claim, &render).await?)
}

/// The pass, as it is in the wallet.
fn answer(session: &Session, settled: Settled<'_>, wanted: Wanted) -> Answer {
    let languages = &session.caller.languages;
    if let Some(error) = faults::ending(settled.purchase.stage()) {
        return once::refusal(&error.in_languages(languages));
    }
    let bought = PassId::bought(&settled.purchase.order().purchase, 1);
    let at = session.caller.engine.host().now();
    let device = session.device.as_ref();
    // A fare cap that is reached gives another pass in its stead.
    let found = settled
        .wallet
        .and_then(|wallet| Some((wallet, wallet.boarding_pass(&bought, device, at)?)));
    let Some((wallet, pass)) = found else {
        let error = TicketingError::new(ErrorCode::InternalChecksFailed);
        return once::refusal(&error.in_languages(languages));
    };
    let view = view_one(session, wallet, pass, wanted, at);
    once::success(
        &view,
        vec![(PASSES_STATE_HEADER, passes_state(session, Some(wallet)))],
    )
}
