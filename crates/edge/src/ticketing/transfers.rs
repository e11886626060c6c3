//! Pass transfers. The document publishes the object and its redemption; how a transfer is made, read and taken back is
//! ours: `POST /pass_transfer`, `GET /pass_transfer`, `GET /pass_transfer/{id}`, `POST /pass_transfer/{id}/cancel`,
//! `POST /pass_transfer/{id}/refund`.

use axum::{Json, extract::Path, response::Response};
use chrono::{DateTime, Utc};
use domain::{
    PassBookId, PassId, TransferId,
    transfer::{TransferItem, TransferStatus},
    wallet::ItemId,
};
use engine::{Answer, Claim, OwnTransfer, PassTransfer, RefundTransfer, RefundWord, SendPasses};
use http::HeaderMap;
use serde::Serialize;

use super::{
    ErrorCode, TicketingError, once,
    view::{FareView, Shown, local},
};
use crate::{
    params::{ParamError, Params},
    rider::Session,
};

/// A PassTransfer object.
#[derive(Debug, Serialize)]
pub(super) struct PassTransferView {
    creation_timestamp: String,
    id: String,
    items: Vec<ItemView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redemption: Option<RedemptionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_timestamp: Option<String>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_timestamp: Option<String>,
}

#[derive(Debug, Serialize)]
struct RedemptionView {
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_timestamp: Option<String>,
    url: String,
}

/// A PassTransferItem object.
#[derive(Debug, Serialize)]
struct ItemView {
    fare: FareView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass_book_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass_id: Option<String>,
    purchase_timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_timestamp: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Every transfer that this account made.
#[derive(Debug, Serialize)]
pub(super) struct TransferList {
    pass_transfers: Vec<PassTransferView>,
}

fn view(session: &Session, sent: &PassTransfer) -> PassTransferView {
    let transfer = &sent.transfer;
    let stamp = |at: DateTime<Utc>| local(at, chrono_tz::UTC);
    let open = transfer.status() == TransferStatus::AwaitingTransfer;
    PassTransferView {
        creation_timestamp: stamp(transfer.created_at()),
        id: transfer.id().to_string(),
        items: transfer
            .items()
            .iter()
            .map(|item| item_view(session, sent, item))
            .collect(),
        redemption: open.then(|| RedemptionView {
            expiration_timestamp: transfer.expires_at().map(stamp),
            url: sent.redemption_url.clone(),
        }),
        refund_timestamp: transfer.refunded_or_cancelled_at().map(stamp),
        status: transfer.status().as_str(),
        transfer_timestamp: transfer.redemption().map(|redemption| stamp(redemption.at)),
    }
}

fn item_view(session: &Session, sent: &PassTransfer, item: &TransferItem) -> ItemView {
    let terms = &item.terms;
    let languages = &session.caller.languages;
    let operator = session.caller.engine.directory().operator(&terms.operator);
    let agency_name = operator.map_or_else(
        || terms.operator.to_string(),
        |operator| operator.profile().name.in_language(languages).to_owned(),
    );
    let shown = Shown {
        price: true,
        options: false,
    };
    let zone = terms.calendar.zone;
    let (pass_id, pass_book_id, kind) = match &item.item {
        ItemId::Pass(id) => (Some(id.to_string()), None, "pass"),
        ItemId::PassBook(id) => (None, Some(id.to_string()), "pass_book"),
    };
    ItemView {
        fare: FareView::of(
            terms.operator.as_str(),
            &agency_name,
            &terms.fare,
            shown,
            languages,
        ),
        pass_book_id,
        pass_id,
        purchase_timestamp: local(item.issued_at, zone),
        refund_timestamp: sent
            .transfer
            .item_refunded_at(&item.item)
            .map(|at| local(at, zone)),
        kind,
    }
}

/// Sets passes aside and makes the link that redeems them.
pub(super) async fn create(
    session: Session,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let claim = once::claim(&session, &headers, "/pass_transfer", &params)?;
    let response = match send(&session, &params, claim.as_ref()).await {
        Ok(answer) => once::response(answer),
        Err(error) => once::refuse(&session, claim.as_ref(), error).await,
    };
    Ok(session.answer(response))
}

async fn send(session: &Session, params: &Params, claim: Option<&Claim>) -> Result<Answer, TicketingError> {
    let send = SendPasses {
        app: session.caller.app.id().clone(),
        from: session.user.clone(),
        items: items(params)?.ok_or_else(|| ParamError::missing("items"))?,
        expires_at: params.timestamp("expiration_timestamp")?.map(|at| at.to_utc()),
    };
    let render = |sent: &PassTransfer| once::success(&view(session, sent), Vec::new());
    Ok(session
        .caller
        .engine
        .send_passes(&session.context(), send, claim, &render)
        .await?)
}

/// `items`: ids of passes and pass books, separated by commas.
fn items(params: &Params) -> Result<Option<Vec<ItemId>>, TicketingError> {
    let Some(text) = params.optional("items")? else {
        return Ok(None);
    };
    let wanted = "ids of passes and pass books, separated by commas";
    let item = |id: &str| match PassBookId::parse(id) {
        Ok(book) => Ok(ItemId::PassBook(book)),
        Err(_) => PassId::parse(id)
            .map(ItemId::Pass)
            .map_err(|_| ParamError::malformed("items", wanted)),
    };
    let items: Result<Vec<ItemId>, ParamError> = text.split(',').map(|id| item(id.trim())).collect();
    Ok(Some(items?))
}

/// Every transfer of the account.
pub(super) async fn list(session: Session) -> Result<Response, TicketingError> {
    let sent = session
        .caller
        .engine
        .transfers_of(session.caller.app.id(), &session.user)
        .await?;
    let pass_transfers = sent.iter().map(|sent| view(&session, sent)).collect();
    Ok(session.answer(Json(TransferList { pass_transfers })))
}

/// One transfer of the account.
pub(super) async fn get(session: Session, Path(id): Path<String>) -> Result<Response, TicketingError> {
    let own = own(&session, &id)?;
    let sent = session
        .caller
        .engine
        .transfer(&own.app, &own.from, &own.transfer)
        .await?;
    let sent = sent.ok_or_else(missing)?;
    Ok(session.answer(Json(view(&session, &sent))))
}

fn missing() -> TicketingError {
    TicketingError::new(ErrorCode::ResourceNotFound).param("id")
}

fn own(session: &Session, id: &str) -> Result<OwnTransfer, TicketingError> {
    Ok(OwnTransfer {
        app: session.caller.app.id().clone(),
        from: session.user.clone(),
        transfer: TransferId::parse(id).map_err(|_| missing())?,
    })
}

/// Takes back what nobody has taken: the passes are the sender's again.
pub(super) async fn cancel(
    session: Session,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let claim = once::claim(
        &session,
        &headers,
        &format!("/pass_transfer/{id}/cancel"),
        &params,
    )?;
    let own = own(&session, &id)?;
    let render = |sent: &PassTransfer| once::success(&view(&session, sent), Vec::new());
    let cancelled = session
        .caller
        .engine
        .cancel_transfer(&session.context(), &own, claim.as_ref(), &render)
        .await;
    let response = match cancelled {
        Ok(answer) => once::response(answer),
        Err(problem) => once::refuse(&session, claim.as_ref(), problem.into()).await,
    };
    Ok(session.answer(response))
}

/// Gives the money back for all of a transfer, or for the `items` named.
pub(super) async fn refund(
    session: Session,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let claim = once::claim(
        &session,
        &headers,
        &format!("/pass_transfer/{id}/refund"),
        &params,
    )?;
    let refund = RefundTransfer {
        own: own(&session, &id)?,
        items: items(&params)?,
        reason: "requested by the sender".to_owned(),
        word: RefundWord::App,
    };
    let render = |sent: &PassTransfer| once::success(&view(&session, sent), Vec::new());
    let refunded = session
        .caller
        .engine
        .refund_transfer(&session.context(), &refund, claim.as_ref(), &render)
        .await;
    let response = match refunded {
        Ok(answer) => once::response(answer),
        Err(problem) => once::refuse(&session, claim.as_ref(), problem.into()).await,
    };
    Ok(session.answer(response))
}
