//! `POST /purchase`, `POST /agency/{agency_id}/fare/{fare_id}/purchase`

use axum::{Json, response::Response};
use http::HeaderMap;

use super::{
    agencies, cards, cart_token::Cart, catalog::SINGLE_RIDE, clock::Clock, fares, holdings, keyed::Keyed,
    pass_view::Viewer, passes, rider::FakeRider, segments::Segments, state, wanted::Wanted,
};
use crate::{
    params::{ParamError, Params},
    ticketing::TicketingError,
};

/// Shows what was bought, as the printed example does. Nothing of it is in the account afterwards that was not before.
pub(super) async fn purchase(
    rider: FakeRider,
    _: Keyed,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let viewer = Viewer {
        wanted: Wanted::of_list(&params)?,
        clock: Clock::now(),
    };
    let bought = order(&params)?.buy()?;
    // The state comes before the money, as it does where there is any.
    state::check(&headers)?;
    let source = cards::pay(&params)?;
    let view = viewer.passes(&bought, Some(&source));
    Ok(state::with_state(rider.answer(Json(view))))
}

/// Either a cart, or one fare of an agency.
fn order(params: &Params) -> Result<Cart, TicketingError> {
    let (agency, fare) = (params.optional("a")?, params.optional("fare_id")?);
    let Some(token) = params.optional("cart_token")? else {
        agencies::known(agency.ok_or_else(|| ParamError::missing("a"))?, "a")?;
        let fare = fare.ok_or_else(|| ParamError::missing("fare_id"))?;
        let mut cart = Cart::default();
        cart.set(fare, 1, "fare_id")?;
        return Ok(cart);
    };
    let besides = [("a", agency), ("fare_id", fare)];
    match besides.iter().find(|(_, value)| value.is_some()) {
        Some((name, _)) => Err(ParamError::malformed(*name, "left out where there is a cart_token").into()),
        None => Cart::of_token(token),
    }
}

/// Shows the pass as it is once bought and activated.
pub(super) async fn purchase_and_activate(
    rider: FakeRider,
    Segments((agency_id, fare_id)): Segments<(String, String)>,
    _: Keyed,
    params: Params,
) -> Result<Response, TicketingError> {
    params.required("ticket_format")?;
    let wanted = Wanted::of_one(&params)?;
    if !params.boolean("activate_on_purchase", true)? {
        let only = "true here. A pass that is to be activated later is bought with POST /purchase";
        return Err(ParamError::malformed("activate_on_purchase", only).into());
    }
    agencies::known(&agency_id, "agency_id")?;
    let fare = fares::sold(&fare_id, "fare_id")?;
    cards::pay(&params)?;
    let pass = match fare.id == SINGLE_RIDE.id {
        true => holdings::ACTIVE,
        false => holdings::ACTIVE_RIDE,
    };
    Ok(state::with_state(rider.answer(passes::one(&pass, wanted))))
}
