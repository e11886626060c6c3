//! `GET /redeem`, `POST /redeem`

use axum::{Json, response::Response};
use serde::Serialize;
use serde_json::json;

use super::{
    keyed::Keyed,
    rider::{FakeRider, MaybeFakeRider},
};
use crate::{
    params::Params,
    ticketing::{ErrorCode, TicketingError, magic_links::MagicLink},
};

/// The link of the printed commands.
const PUBLISHED: &str = "redemption.link";

const TEXT: &str =
    "The following fares will be made available in your account:\n  - Adult Single Ride, Quantity: 1";
const HTML: &str = "<p>The following fares will be made available in your account:</p><ul><li>Adult Single Ride, Quantity: 1</li></ul>";

/// What a link holds, in words for the rider.
#[derive(Debug, Serialize)]
struct RedemptionView {
    /// The printed example has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    title: &'static str,
    message: &'static str,
}

/// What following the link would give.
pub(super) async fn get(rider: MaybeFakeRider, params: Params) -> Result<Response, TicketingError> {
    let link = params.required("link")?;
    let html = params.one_of("text_mime_type", &["text/plain", "text/html"])? == Some("text/html");
    follow(link, rider.is_logged_in())?;
    Ok(rider.answer(Json(RedemptionView {
        code: MagicLink::parse(link).map(MagicLink::name),
        title: "Redeem Fares",
        message: if html { HTML } else { TEXT },
    })))
}

/// Takes what the link holds. It can be taken again.
pub(super) async fn post(rider: FakeRider, _: Keyed, params: Params) -> Result<Response, TicketingError> {
    follow(params.required("link")?, true)?;
    Ok(rider.answer(Json(json!({}))))
}

fn follow(link: &str, logged_in: bool) -> Result<(), TicketingError> {
    let refusal = match MagicLink::parse(link) {
        Some(magic) => magic.refusal(logged_in),
        None if link.trim() == PUBLISHED => None,
        None => Some(ErrorCode::RedemptionInvalid),
    };
    refusal.map_or(Ok(()), |code| Err(TicketingError::new(code)))
}
