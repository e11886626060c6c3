//! `GET /redeem`, `POST /redeem`

use axum::{Json, response::Response};
use domain::{OperatorId, transfer::TransferItem, wallet::Wallet};
use engine::{Answer, Claim, PassesInfo, Redeem, RedemptionInfo, Seen, UnlockingInfo};
use http::HeaderMap;
use serde::Serialize;

use super::{
    ErrorCode, TicketingError,
    error::Language,
    magic_links::MagicLink,
    once, redeem_page,
    redemption_words::{Form, Gives, Line, message, title},
    view::AgencyView,
};
use crate::{
    api_key::Environment,
    caller::Caller,
    params::Params,
    rider::{MaybeSession, Session},
};

/// What a link holds, in words for the rider.
#[derive(Debug, Serialize)]
pub(super) struct RedemptionView {
    #[serde(skip_serializing_if = "Option::is_none")]
    agency: Option<AgencyView>,
    code: String,
    message: String,
    title: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    universal_url: Option<String>,
}

/// What following a link would give. Nobody has to be logged in.
pub(super) async fn get(session: MaybeSession, params: Params) -> Result<Response, TicketingError> {
    let view = look(&session, &params).await;
    let languages = &session.caller.languages;
    let view = view.map_err(|error| error.in_languages(languages))?;
    Ok(session.answer(Json(view)))
}

async fn look(asked: &MaybeSession, params: &Params) -> Result<RedemptionView, TicketingError> {
    let caller = &asked.caller;
    let link = params.required("link")?;
    let form = match params.one_of("text_mime_type", &["text/plain", "text/html"])? {
        Some("text/html") => Form::Html,
        _ => Form::Plain,
    };
    if let Some(magic) = magic(caller, link) {
        return match magic.refusal(asked.session.is_some()) {
            Some(code) => Err(TicketingError::new(code)),
            None => Ok(of_magic(magic, form, Language::of(&caller.languages))),
        };
    }
    let viewer = asked.session.as_ref().map(|session| &session.user);
    let info = caller
        .engine
        .redemption_info(caller.app.id(), link, viewer)
        .await?;
    Ok(match &info {
        RedemptionInfo::Passes(passes) => of_passes(caller, passes, form),
        RedemptionInfo::Fares(fares) => of_fares(caller, fares, form),
    })
}

/// Links for trying things out, as published for `test`. In `live` they are codes that nothing has.
fn magic(caller: &Caller, link: &str) -> Option<MagicLink> {
    match caller.environment {
        Environment::Test => MagicLink::parse(link),
        Environment::Live | Environment::Fake => None,
    }
}

/// What the published example announces. It holds nothing, so nobody else has to be able to redeem it.
fn of_magic(magic: MagicLink, form: Form, language: Language) -> RedemptionView {
    let lines = [("Adult Single Ride".to_owned(), Some(1))];
    RedemptionView {
        agency: None,
        code: magic.name().to_owned(),
        message: message(Gives::Passes, &lines, None, form, language),
        title: title(Gives::Passes, language),
        universal_url: None,
    }
}

fn of_passes(caller: &Caller, info: &PassesInfo, form: Form) -> RedemptionView {
    let language = Language::of(&caller.languages);
    let lines = counted(&info.items, &caller.languages);
    let first = info.items.first().map(|item| &item.terms.operator);
    // Passes of several agencies are not associated with one.
    let operator = first.filter(|id| info.items.iter().all(|item| item.terms.operator == **id));
    let code = info.code.expose();
    RedemptionView {
        agency: operator.and_then(|id| agency(caller, id)),
        code: code.to_owned(),
        message: message(Gives::Passes, &lines, None, form, language),
        title: title(Gives::Passes, language),
        universal_url: Some(redeem_page::url(&caller.public_url, caller.environment, code)),
    }
}

fn of_fares(caller: &Caller, info: &UnlockingInfo, form: Form) -> RedemptionView {
    let language = Language::of(&caller.languages);
    let operator = info.series.operator();
    let directory = caller.engine.directory();
    let catalog = directory.catalog_in_force(operator, caller.engine.host().now());
    let name = |id| {
        let fare = catalog.as_ref().and_then(|catalog| catalog.content.fare(id));
        fare.map_or_else(
            || id.to_string(),
            |fare| fare.name.in_language(&caller.languages).to_owned(),
        )
    };
    let fares = &info.series.terms().fares;
    let lines: Vec<Line> = fares.iter().map(|id| (name(id), None)).collect();
    let zone = directory
        .operator(operator)
        .map_or(chrono_tz::UTC, |operator| operator.profile().timezone);
    let until = info.until.map(|until| {
        let local = until.with_timezone(&zone);
        local.format("%Y-%m-%d %H:%M").to_string()
    });
    let code = info.code.expose();
    RedemptionView {
        agency: agency(caller, operator),
        code: code.to_owned(),
        message: message(Gives::Fares, &lines, until.as_deref(), form, language),
        title: title(Gives::Fares, language),
        universal_url: Some(redeem_page::url(&caller.public_url, caller.environment, code)),
    }
}

fn agency(caller: &Caller, operator: &OperatorId) -> Option<AgencyView> {
    let now = caller.engine.host().now();
    let operator = caller.engine.directory().operator(operator)?;
    Some(AgencyView::of(&operator, caller.version, &caller.languages, now))
}

/// Equal fares are counted, in the order of their first appearance.
fn counted(items: &[TransferItem], languages: &[String]) -> Vec<Line> {
    let mut lines: Vec<(&str, usize)> = Vec::new();
    for item in items {
        let name = item.terms.fare.name.in_language(languages);
        match lines.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => lines.push((name, 1)),
        }
    }
    let lines = lines.into_iter();
    lines
        .map(|(name, count)| (name.to_owned(), Some(count)))
        .collect()
}

/// Takes what the link holds into the rider's account, exactly once whoever tries.
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
    let link = params.required("link")?;
    if let Some(magic) = magic(&session.caller, link) {
        return redeem_magic(session, magic, claim).await;
    }
    let redeem = Redeem {
        app: session.caller.app.id().clone(),
        by: session.user.clone(),
        link_or_code: link.to_owned(),
    };
    let render = |_: &Wallet| nothing();
    Ok(session
        .caller
        .engine
        .redeem(&session.context(), &redeem, claim, &render)
        .await?)
}

/// Succeeds or fails as published, and changes nothing: any account can do it any number of times.
async fn redeem_magic(
    session: &Session,
    magic: MagicLink,
    claim: Option<&Claim>,
) -> Result<Answer, TicketingError> {
    if let Some(code) = magic.refusal(true) {
        return Err(TicketingError::new(code));
    }
    let Some(claim) = claim else {
        return Ok(nothing());
    };
    let engine = &session.caller.engine;
    match engine.freeze(&session.context(), claim, nothing()).await? {
        Seen::Answered(answer) => Ok(answer),
        Seen::Mismatch => Err(TicketingError::new(ErrorCode::IdempotencyKeyInUse)),
        Seen::Fresh | Seen::Underway { .. } => Ok(nothing()),
    }
}

/// "The response will always be an empty JSON object upon success."
fn nothing() -> Answer {
    once::success(&serde_json::json!({}), Vec::new())
}
