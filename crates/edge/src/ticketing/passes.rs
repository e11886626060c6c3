//! `GET /pass`, `GET /pass/{pass_id}`, `GET /agency/{agency_id}/pass/{pass_id}`, `POST /pass/{pass_id}/activate`

use std::sync::Arc;

use axum::{
    Json,
    extract::Path,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    OperatorId, PassBookId, PassId, PurchaseId,
    catalog::CatalogVersion,
    operator::Operator,
    wallet::{Pass, PassStatus, Wallet},
};
use engine::{Activate, Answer};
use http::{HeaderMap, HeaderName, HeaderValue};
use vault::Purpose;

use super::{
    ErrorCode, TicketingError, once,
    receipts::ReceiptLinks,
    view::{FareOptionView, PassView, PassesView, Shown, TicketFormat, Viewer, fare_options, passes},
};
use crate::{
    params::{ParamError, Params},
    passes_state::{self, PASSES_STATE_HEADER},
    rider::Session,
};

/// What a client wants to see of passes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    format: TicketFormat,
    omit_unusable: bool,
    shown: Shown,
}

impl Wanted {
    /// Of a list, where the ticket's format must be said.
    pub(super) fn of_list(params: &Params) -> Result<Self, TicketingError> {
        params.required("ticket_format")?;
        Self::of_one(params)
    }

    /// Of one pass that is just being bought, where the ticket's format must be said, and the price is shown only to
    /// who asks for it: the document's example has none.
    pub(super) fn of_bought(params: &Params) -> Result<Self, TicketingError> {
        let wanted = Self::of_list(params)?;
        let price = params.boolean("include_fare_price", false)?;
        let shown = Shown {
            price,
            ..wanted.shown
        };
        Ok(Self { shown, ..wanted })
    }

    /// Of one pass, where base64 is the default.
    fn of_one(params: &Params) -> Result<Self, TicketingError> {
        Ok(Self {
            format: format_of(params)?,
            // The document's own example spells it `omit_unusabled_passes`, and is to work as printed.
            omit_unusable: params.boolean("omit_unusable_passes", true)?
                && params.boolean("omit_unusabled_passes", true)?,
            shown: Shown {
                price: params.boolean("include_fare_price", true)?,
                options: params.boolean("include_fare_options", false)?,
            },
        })
    }
}

fn format_of(params: &Params) -> Result<TicketFormat, ParamError> {
    let names = TicketFormat::NAMES.map(|(name, _)| name);
    let wanted = params.one_of("ticket_format", &names)?;
    let found = TicketFormat::NAMES.iter().find(|(name, _)| Some(*name) == wanted);
    Ok(found.map_or(TicketFormat::HtmlBase64, |(_, format)| *format))
}

/// What just happened, for the answer to show.
#[derive(Default, Clone, Copy)]
pub(super) struct News<'a> {
    /// This purchase.
    pub(super) bought: Option<&'a PurchaseId>,
    /// The activation of this pass, or of what a fare cap gave in its stead.
    pub(super) activated: Option<&'a PassId>,
}

/// A wallet as its rider sees it at a moment.
pub(super) fn view(
    session: &Session,
    wallet: Option<&Wallet>,
    wanted: Wanted,
    news: News<'_>,
    at: DateTime<Utc>,
) -> PassesView {
    look(session, wanted, news, at, wallet, |viewer| passes(wallet, viewer))
}

/// One pass as its rider sees it at a moment.
pub(super) fn view_one(
    session: &Session,
    wallet: &Wallet,
    pass: &Pass,
    wanted: Wanted,
    at: DateTime<Utc>,
) -> PassView {
    look(session, wanted, News::default(), at, Some(wallet), |viewer| {
        viewer.pass(pass)
    })
}

fn look<T>(
    session: &Session,
    wanted: Wanted,
    news: News<'_>,
    at: DateTime<Utc>,
    wallet: Option<&Wallet>,
    show: impl FnOnce(&Viewer<'_>) -> T,
) -> T {
    let caller = &session.caller;
    let operator = |id: &OperatorId| caller.engine.directory().operator(id);
    let shows_tickets = |operator: &Operator| {
        operator
            .link(caller.app.id())
            .is_some_and(|link| link.shows_tickets)
    };
    show(&Viewer {
        device: session.device.as_ref(),
        at,
        languages: &caller.languages,
        format: wanted.format,
        omit_unusable: wanted.omit_unusable,
        shown: wanted.shown,
        operator: &operator,
        shows_tickets: &shows_tickets,
        receipts: ReceiptLinks::of(caller),
        tickets: &caller.tickets,
        fare_options: wanted.shown.options.then(|| options_of(session, wallet)),
        bought: news.bought,
        activated: news.activated,
    })
}

/// The options of every catalog that a pass of the wallet was sold from.
fn options_of(session: &Session, wallet: Option<&Wallet>) -> Vec<FareOptionView> {
    let mut versions: Vec<(OperatorId, u32)> = wallet
        .into_iter()
        .flat_map(Wallet::passes)
        .map(|pass| (pass.terms().operator.clone(), pass.terms().catalog_version))
        .collect();
    versions.sort();
    versions.dedup();
    let directory = session.caller.engine.directory();
    versions
        .iter()
        .filter_map(|(operator, version)| {
            directory
                .catalog(operator)
                .and_then(|catalog| catalog.version(*version).cloned())
        })
        .flat_map(|version: CatalogVersion| fare_options(&version.content.options, &session.caller.languages))
        .collect()
}

/// The state to be shown to this rider's client.
pub(super) fn passes_state(session: &Session, wallet: Option<&Wallet>) -> String {
    let engine = Arc::clone(&session.caller.engine);
    let signer = move |message: &[u8]| engine.vault().sign(Purpose::PassesState, message);
    let revision = wallet.map_or(0, Wallet::revision);
    passes_state::encode(&signer, session.caller.environment, &session.user, revision)
}

/// The state that the client has seen. It must say.
pub(super) fn seen(session: &Session, headers: &HeaderMap) -> Result<u64, TicketingError> {
    let missing = || TicketingError::new(ErrorCode::PassesStateHeaderInvalidOrMissing);
    let value = headers
        .get(PASSES_STATE_HEADER)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(missing)?;
    let engine = Arc::clone(&session.caller.engine);
    let signer = move |message: &[u8]| engine.vault().sign(Purpose::PassesState, message);
    Ok(passes_state::decode(
        &signer,
        session.caller.environment,
        &session.user,
        value,
    )?)
}

/// All passes of the rider.
pub(super) async fn list(session: Session, params: Params) -> Result<Response, TicketingError> {
    let wanted = Wanted::of_list(&params)?;
    let wallet = session.caller.engine.wallet_of(&session.user).await?;
    let at = session.caller.engine.host().now();
    let view = view(&session, wallet.as_ref(), wanted, News::default(), at);
    let mut response = session.answer(Json(view));
    if let Ok(state) = HeaderValue::try_from(passes_state(&session, wallet.as_ref())) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(PASSES_STATE_HEADER), state);
    }
    Ok(response)
}

/// One pass.
pub(super) async fn get(
    session: Session,
    Path(pass_id): Path<String>,
    params: Params,
) -> Result<Response, TicketingError> {
    let view = one(&session, &pass_id, None, &params).await?;
    Ok(session.answer(Json(view)))
}

/// One pass, said to be of an agency.
pub(super) async fn get_of_agency(
    session: Session,
    Path((agency_id, pass_id)): Path<(String, String)>,
    params: Params,
) -> Result<Response, TicketingError> {
    let view = one(&session, &pass_id, Some(&agency_id), &params).await?;
    Ok(session.answer(Json(view)))
}

async fn one(
    session: &Session,
    pass_id: &str,
    agency_id: Option<&str>,
    params: &Params,
) -> Result<PassView, TicketingError> {
    let wanted = Wanted::of_one(params)?;
    let id = pass_id_of(pass_id)?;
    let missing = || TicketingError::new(ErrorCode::ResourceNotFound).param("pass_id");
    let wallet = session
        .caller
        .engine
        .wallet_of(&session.user)
        .await?
        .ok_or_else(missing)?;
    let pass = wallet.pass(&id).ok_or_else(missing)?;
    let at = session.caller.engine.host().now();
    let gone = matches!(pass.status(session.device.as_ref(), at), PassStatus::Transferred);
    if gone || agency_id.is_some_and(|agency| agency != pass.terms().operator.as_str()) {
        return Err(missing());
    }
    Ok(view_one(session, &wallet, pass, wanted, at))
}

/// A pass's id; a book's id has its own error, because clients mix them up.
pub(super) fn pass_id_of(text: &str) -> Result<PassId, TicketingError> {
    if PassBookId::parse(text).is_ok() {
        return Err(TicketingError::new(ErrorCode::InvalidId).param("pass_id"));
    }
    PassId::parse(text).map_err(|_| TicketingError::new(ErrorCode::ResourceNotFound).param("pass_id"))
}

/// Makes a pass usable for boarding on this device.
pub(super) async fn activate(
    session: Session,
    Path(pass_id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let claim = once::claim(&session, &headers, &format!("/pass/{pass_id}/activate"), &params)?;
    let outcome = try_activate(&session, &pass_id, &headers, &params, claim.as_ref()).await;
    let response = match outcome {
        Ok(answer) => once::response(answer),
        Err(error) => once::refuse(&session, claim.as_ref(), error).await,
    };
    Ok(session.answer(response.into_response()))
}

async fn try_activate(
    session: &Session,
    pass_id: &str,
    headers: &HeaderMap,
    params: &Params,
    claim: Option<&engine::Claim>,
) -> Result<Answer, TicketingError> {
    if let Some(claim) = claim
        && let Some(answer) = once::answered(session, claim).await?
    {
        return Ok(answer);
    }
    let wanted = Wanted::of_list(params)?;
    let activate = Activate {
        user: session.user.clone(),
        pass: pass_id_of(pass_id)?,
        device: session.device.clone(),
        seen: seen(session, headers)?,
    };
    let engine = &session.caller.engine;
    let render = |wallet: &Wallet| {
        let at = engine.host().now();
        let boarding = wallet.boarding_pass(&activate.pass, activate.device.as_ref(), at);
        let news = News {
            activated: Some(boarding.map_or(&activate.pass, Pass::id)),
            ..News::default()
        };
        let view = view(session, Some(wallet), wanted, news, at);
        once::success(
            &view,
            vec![(PASSES_STATE_HEADER, passes_state(session, Some(wallet)))],
        )
    };
    Ok(engine
        .activate(&session.context(), &activate, claim, &render)
        .await?)
}
