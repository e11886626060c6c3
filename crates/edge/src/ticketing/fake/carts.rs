//! `POST /cart`

use axum::{Json, response::Response};
use serde::Serialize;

use super::{
    agencies,
    cart_token::Cart,
    catalog::{
        AGENCY, FARE_OPTIONS, FARES, FareOptionView, FareView, PriceView, REDUCED_SINGLE_RIDE, SINGLE_RIDE,
    },
    keyed::Keyed,
    rider::MaybeFakeRider,
};
use crate::{
    params::{ParamError, Params},
    ticketing::{ErrorCode, TicketingError},
};

/// A Cart object, its members in the printed order.
#[derive(Debug, Serialize)]
struct CartView {
    cart_token: String,
    agency_id: &'static str,
    items: Vec<CartItemView>,
    total_price: PriceView,
    /// The printed example has only these two.
    agency_fares: [FareView; 2],
    agency_fare_options: [FareOptionView; 2],
}

#[derive(Debug, Serialize)]
struct CartItemView {
    fare: FareView,
    quantity: u32,
    total_fare_price: PriceView,
}

/// A cart of the wanted fares.
pub(super) async fn fill(
    rider: MaybeFakeRider,
    _: Keyed,
    params: Params,
) -> Result<Response, TicketingError> {
    let cart = change(begin(&params)?, &params)?;
    Ok(rider.answer(Json(view(&cart))))
}

/// The cart to start from: an empty one, or another one.
fn begin(params: &Params) -> Result<Cart, TicketingError> {
    match (params.optional("a")?, params.optional("cart_token")?) {
        (Some(agency), None) => {
            agencies::known(agency, "a")?;
            Ok(Cart::default())
        }
        (None, Some(token)) => Cart::of_token(token),
        (Some(_), Some(_)) => Err(ParamError::malformed("a", "left out where there is a cart_token").into()),
        (None, None) => Err(ParamError::missing("a").into()),
    }
}

fn change(mut cart: Cart, params: &Params) -> Result<Cart, TicketingError> {
    let changes = [
        ("add_fares", params.quantities("add_fares")?),
        ("update_fares", params.quantities("update_fares")?),
        ("remove_fares", params.quantities("remove_fares")?),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for (name, quantities) in changes {
        for (id, quantity) in quantities {
            let param = format!("{name}[{id}]");
            if !seen.insert(id) {
                let wanted = "in only one of add_fares, update_fares and remove_fares";
                return Err(ParamError::malformed(param, wanted).into());
            }
            let held = cart.quantity(id);
            let quantity = match (name, quantity) {
                ("update_fares", wanted) => Some(wanted),
                (_, 0) => return Err(ParamError::malformed(param, "a whole number from 1").into()),
                ("add_fares", more) => held.checked_add(more),
                (_, less) => Some(held.checked_sub(less).ok_or_else(|| invalid(&param))?),
            };
            let quantity =
                quantity.ok_or_else(|| TicketingError::new(ErrorCode::SingleOrderPassLimitExceeded))?;
            cart.set(id, quantity, &param)?;
        }
    }
    cart.checked()
}

/// More is to be taken out than there is.
fn invalid(param: &str) -> TicketingError {
    TicketingError::new(ErrorCode::InvalidCart).param(param)
}

fn view(cart: &Cart) -> CartView {
    // At most a hundred passes of a few dollars each.
    let cost = |id: &str, price: i64| price.saturating_mul(i64::from(cart.quantity(id)));
    let wanted = FARES.iter().filter(|fare| cart.quantity(fare.id) > 0);
    CartView {
        cart_token: cart.token(),
        agency_id: AGENCY,
        items: wanted
            .map(|fare| CartItemView {
                fare: FareView::for_sale(fare),
                quantity: cart.quantity(fare.id),
                total_fare_price: PriceView::of(cost(fare.id, fare.price)),
            })
            .collect(),
        total_price: PriceView::of(FARES.iter().map(|fare| cost(fare.id, fare.price)).sum()),
        agency_fares: [SINGLE_RIDE, REDUCED_SINGLE_RIDE].map(|fare| FareView::for_sale(&fare)),
        agency_fare_options: FARE_OPTIONS,
    }
}
