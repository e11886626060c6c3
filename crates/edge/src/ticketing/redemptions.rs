//! `GET /redeem`, `POST /redeem`

use axum::{Json, response::Response};
use domain::{transfer::TransferItem, wallet::Wallet};
use engine::{Answer, Claim, Redeem};
use http::HeaderMap;
use serde::Serialize;

use super::{TicketingError, once};
use crate::{
    params::Params,
    rider::{Asker, MaybeSession, Session},
};

/// What a link holds, in words for the rider.
#[derive(Debug, Serialize)]
pub(super) struct RedemptionView {
    code: String,
    message: String,
    title: &'static str,
}

/// What following a link would give. Nobody has to be logged in.
pub(super) async fn get(asker: MaybeSession, params: Params) -> Result<Response, TicketingError> {
    let caller = &asker.caller;
    let link = params.required("link")?;
    let html = params.one_of("text_mime_type", &["text/plain", "text/html"])? == Some("text/html");
    let info = caller
        .engine
        .redemption_info(caller.app.id(), link, asker.user())
        .await;
    let info = info.map_err(|problem| TicketingError::from(problem).in_languages(&caller.languages))?;
    Ok(asker.answer(Json(RedemptionView {
        code: info.code.expose().to_owned(),
        message: message(&info.items, html, &caller.languages),
        title: "Redeem Fares",
    })))
}

const INTRODUCTION: &str = "The following fares will be made available in your account:";

fn message(items: &[TransferItem], html: bool, languages: &[String]) -> String {
    let lines = counted(items, languages);
    if html {
        let list = lines.iter().fold(String::new(), |text, (name, count)| {
            text + &format!("<li>{}, Quantity: {count}</li>", super::view::escaped(name))
        });
        return format!("<p>{INTRODUCTION}</p><ul>{list}</ul>");
    }
    lines.iter().fold(INTRODUCTION.to_owned(), |text, (name, count)| {
        text + &format!("\n  - {name}, Quantity: {count}")
    })
}

/// Equal fares are counted, in the order of their first appearance.
fn counted<'a>(items: &'a [TransferItem], languages: &[String]) -> Vec<(&'a str, usize)> {
    let mut lines: Vec<(&str, usize)> = Vec::new();
    for item in items {
        let name = item.terms.fare.name.in_language(languages);
        match lines.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => lines.push((name, 1)),
        }
    }
    lines
}

/// Takes what the link holds into the rider's wallet, exactly once whoever tries.
pub(super) async fn post(
    session: Session,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let claim = once::claim(&session, &headers, "/redeem", &params)?;
    let response = match redeem(&session, &params, claim.as_ref()).await {
        Ok(answer) => once::response(answer),
        Err(error) => once::refuse(&session, claim.as_ref(), error).await,
    };
    Ok(session.answer(response))
}

async fn redeem(session: &Session, params: &Params, claim: Option<&Claim>) -> Result<Answer, TicketingError> {
    let redeem = Redeem {
        app: session.caller.app.id().clone(),
        by: session.user.clone(),
        link_or_code: params.required("link")?.to_owned(),
    };
    let render = |_: &Wallet| once::success(&serde_json::json!({}), Vec::new());
    Ok(session
        .caller
        .engine
        .redeem(&session.context(), &redeem, claim, &render)
        .await?)
}
