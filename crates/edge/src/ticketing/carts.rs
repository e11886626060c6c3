//! `POST /cart`

use std::{collections::BTreeSet, sync::Arc};

use axum::response::Response;
use domain::{
    FareId, OperatorId,
    cart::{Cart, CartChange},
};
use engine::{Answer, CartProblem, CartSource, FillCart};
use http::HeaderMap;
use vault::Purpose;

use super::{ErrorCode, TicketingError, once, view::CartView};
use crate::{
    caller::Caller,
    cart_token,
    params::{ParamError, Params},
    rider::{Asker, MaybeSession},
};

/// A map's name, and what a quantity in it does.
type Map = (&'static str, fn(u32) -> CartChange);

/// The three maps.
const MAPS: [Map; 3] = [
    ("add_fares", CartChange::Add),
    ("update_fares", CartChange::Set),
    ("remove_fares", CartChange::Remove),
];

/// One change, and the parameter that asks for it.
struct Wanted {
    param: String,
    fare: FareId,
    change: CartChange,
}

/// Fills a cart, or refreshes it. A rider need not be known.
pub(super) async fn fill(
    asker: MaybeSession,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let claim = once::claim(&asker, &headers, "/cart", &params)?;
    let response = once::once(&asker, claim.as_ref(), try_fill(&asker, &params)).await;
    Ok(asker.answer(response))
}

async fn try_fill(asker: &MaybeSession, params: &Params) -> Result<Answer, TicketingError> {
    let caller = &asker.caller;
    let from = source(caller, params)?;
    let wanted = changes(params)?;
    let filled = caller
        .engine
        .fill_cart(FillCart {
            app: caller.app.id().clone(),
            user: asker.user().cloned(),
            from,
            changes: wanted.iter().map(|it| (it.fare.clone(), it.change)).collect(),
        })
        .await;
    let filled = filled.map_err(|problem| refusal(problem, &wanted))?;
    let token = cart_token::encode(&signer(caller), caller.environment, caller.app.id(), &filled.cart);
    let view = CartView::of(&filled, token, caller.version, &caller.languages);
    Ok(once::success(&view, Vec::new()))
}

/// "A request must specify either `a` or `cart_token`", and not both.
fn source(caller: &Caller, params: &Params) -> Result<CartSource, TicketingError> {
    let Some(token) = params.optional("cart_token")? else {
        let missing = || TicketingError::new(ErrorCode::ResourceNotFound).param("a");
        let agency = params.required("a")?;
        return Ok(CartSource::Empty(
            OperatorId::parse(agency).map_err(|_| missing())?,
        ));
    };
    if params.optional("a")?.is_some() {
        return Err(ParamError::malformed("a", "left out where a cart_token is given").into());
    }
    Ok(CartSource::Cart(cart_of(caller, token)?))
}

/// The cart that a token is.
pub(super) fn cart_of(caller: &Caller, token: &str) -> Result<Cart, TicketingError> {
    cart_token::decode(&signer(caller), caller.environment, caller.app.id(), token)
        .map_err(|_| ParamError::malformed("cart_token", "the cart_token of a cart").into())
}

fn signer(caller: &Caller) -> impl crate::passes_state::Signer + use<> {
    let engine = Arc::clone(&caller.engine);
    move |message: &[u8]| engine.vault().sign(Purpose::CartToken, message)
}

/// "Any individual fare ID may only appear in one of them."
fn changes(params: &Params) -> Result<Vec<Wanted>, TicketingError> {
    let (mut wanted, mut named) = (Vec::new(), BTreeSet::new());
    for (map, change) in MAPS {
        for (id, quantity) in params.quantities(map)? {
            let param = format!("{map}[{id}]");
            if !named.insert(id) {
                let elsewhere = "the only one that names this fare";
                return Err(ParamError::malformed(param, elsewhere).into());
            }
            let change = change(quantity);
            if matches!(change, CartChange::Add(0) | CartChange::Remove(0)) {
                return Err(ParamError::malformed(param, "a whole number from 1").into());
            }
            let Ok(fare) = FareId::parse(id) else {
                return Err(TicketingError::new(ErrorCode::ResourceNotFound).param(param));
            };
            wanted.push(Wanted { param, fare, change });
        }
    }
    Ok(wanted)
}

/// What is refused because of one fare names the parameter that brought it up.
fn refusal(problem: CartProblem, wanted: &[Wanted]) -> TicketingError {
    let CartProblem::Change { fare, rejection } = problem else {
        return problem.into();
    };
    let error = TicketingError::from(rejection);
    match wanted.iter().find(|it| it.fare == fare) {
        Some(wanted) => error.param(wanted.param.clone()),
        None => error,
    }
}
