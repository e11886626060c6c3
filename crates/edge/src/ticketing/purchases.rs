//! `POST /purchase`: one fare at its usual price, or a cart for what it showed.

use axum::response::Response;
use domain::{FareId, OperatorId};
use engine::{Answer, Buy, Claim, Settled, Wish};
use http::HeaderMap;

use super::{
    ErrorCode, TicketingError,
    carts::cart_of,
    faults, once,
    passes::{News, Wanted, passes_state, seen, view},
    stripe_token,
};
use crate::{
    caller::Caller,
    params::{ParamError, Params},
    passes_state::PASSES_STATE_HEADER,
    rider::Session,
};

/// Buys a fare or a cart, and answers with all passes of the rider.
pub(super) async fn purchase(
    session: Session,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let claim = once::claim(&session, &headers, "/purchase", &params)?;
    let response = match try_purchase(&session, &headers, &params, claim.as_ref()).await {
        Ok(answer) => once::response(answer),
        Err(error) => once::refuse(&session, claim.as_ref(), error).await,
    };
    Ok(session.answer(response))
}

async fn try_purchase(
    session: &Session,
    headers: &HeaderMap,
    params: &Params,
    claim: Option<&Claim>,
) -> Result<Answer, TicketingError> {
    // A repeated request is answered before its conditions are looked at: they held when it was made.
    if let Some(claim) = claim
        && let Some(answer) = once::answered(session, claim).await?
    {
        return Ok(answer);
    }
    let wanted = Wanted::of_list(params)?;
    let buy = Buy {
        app: session.caller.app.id().clone(),
        user: session.user.clone(),
        wish: wish(&session.caller, params)?,
        card: stripe_token::credential(params)?,
        seen: Some(seen(session, headers)?),
        at_once: None,
    };
    let render = |settled: Settled<'_>| answer(session, settled, wanted);
    let engine = &session.caller.engine;
    Ok(engine.buy(&session.context(), buy, claim, &render).await?)
}

/// "Either `fare_id` or `cart_token` must be supplied", the former with the agency.
fn wish(caller: &Caller, params: &Params) -> Result<Wish, TicketingError> {
    if let Some(token) = params.optional("cart_token")? {
        for other in ["a", "fare_id"] {
            if params.optional(other)?.is_some() {
                return Err(ParamError::malformed(other, "left out where a cart_token is given").into());
            }
        }
        return Ok(Wish::Cart(cart_of(caller, token)?));
    }
    let missing = |param: &str| TicketingError::new(ErrorCode::ResourceNotFound).param(param);
    let agency = params.required("a")?;
    let fare = params.required("fare_id")?;
    Ok(Wish::Fares {
        operator: OperatorId::parse(agency).map_err(|_| missing("a"))?,
        fares: vec![(FareId::parse(fare).map_err(|_| missing("fare_id"))?, 1)],
    })
}

fn answer(session: &Session, settled: Settled<'_>, wanted: Wanted) -> Answer {
    if let Some(error) = faults::ending(settled.purchase.stage()) {
        return once::refusal(&error.in_languages(&session.caller.languages));
    }
    let at = session.caller.engine.host().now();
    let news = News {
        bought: Some(&settled.purchase.order().purchase),
        ..News::default()
    };
    let view = view(session, settled.wallet, wanted, news, at);
    once::success(
        &view,
        vec![(PASSES_STATE_HEADER, passes_state(session, settled.wallet))],
    )
}
