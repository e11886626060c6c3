//! What messages hold: ids, money and moments. Nothing here may be personal or secret.

use chrono::{DateTime, Utc};
use domain::{
    DisputeId, Money, OperatorId, PaymentIntentId, Purchase, PurchaseId, RefundId, Wallet,
    operator::{Account, FeeTerms, Operator},
    purchase::{LineItem, ParkedStay},
    transfer::{Transfer, TransferItem},
    wallet::{IssueCause, ItemId},
};
use serde_json::{Map, Value, json};

use super::message::moment;

/// An amount in minor units, and its currency.
pub(super) fn money(money: Money) -> Value {
    json!({ "amount": money.amount, "currency": money.currency.code() })
}

/// Puts further fields into an object.
pub(super) fn with(object: Value, more: Value) -> Value {
    match (object, more) {
        (Value::Object(mut fields), Value::Object(more)) => {
            fields.extend(more.into_iter().filter(|(_, value)| !value.is_null()));
            Value::Object(fields)
        }
        (object, _) => object,
    }
}

/// Without what is null: a field that says nothing is left out.
pub(super) fn sparse(object: Value) -> Value {
    with(Value::Object(Map::new()), object)
}

/// What every message about a purchase says of it.
pub(super) fn purchase(purchase: &Purchase) -> Value {
    let order = purchase.order();
    json!({
        "purchase_id": order.purchase.as_str(),
        "app_id": order.app.as_str(),
        "operator_id": order.operator.as_str(),
        "user_id": order.user.as_str(),
    })
}

/// What it came to, and under which of Stripe's names it stands on the operator's account.
pub(super) fn completed(it: &Purchase) -> Value {
    let order = it.order();
    let charge = it.charge();
    let items: Vec<Value> = order.items.iter().map(line).collect();
    with(
        purchase(it),
        json!({
            "total": money(order.total),
            "engine_fee": money(order.engine_fee),
            "items": items,
            "parking": order.parked.as_deref().map(parked),
            "charge_id": charge.map(|charge| charge.charge.as_str()),
            "payment_intent_id": charge.and_then(|charge| charge.payment_intent.as_ref()).map(PaymentIntentId::as_str),
        }),
    )
}

/// Which stay is paid, in the place of items.
fn parked(stay: &ParkedStay) -> Value {
    json!({
        "session_id": stay.session.as_str(),
        "location_id": stay.location.as_str(),
        "from": moment(stay.from),
        "until": moment(stay.until),
    })
}

fn line(line: &LineItem) -> Value {
    json!({
        "fare_id": line.terms.fare.id.as_str(),
        "quantity": line.quantity,
        "unit_price": money(line.unit_price),
    })
}

/// What an operator that charges by itself has to charge, where, until when, and what it has to write on the charge.
pub(super) fn charge_request(it: &Purchase, charge_before: DateTime<Utc>) -> Value {
    let order = it.order();
    with(
        purchase(it),
        json!({
            "account_id": it.payment().map(|terms| terms.account.as_str()),
            "total": money(order.total),
            "engine_fee": money(order.engine_fee),
            "charge_before": moment(charge_before),
            "metadata": { "purchase": order.purchase.as_str() },
        }),
    )
}

/// A refund of a purchase.
pub(super) fn refund(it: &Purchase, refund: &RefundId, more: Value) -> Value {
    let known = it.refunds().get(refund);
    let said = with(
        purchase(it),
        json!({
            "refund_id": refund.as_str(),
            "amount": known.map(|refund| money(refund.amount)),
            "engine_fee_returned": known.map(|refund| money(refund.fee_returned)),
        }),
    );
    with(said, more)
}

/// A dispute of a purchase.
pub(super) fn dispute(it: &Purchase, dispute: &DisputeId) -> Value {
    let known = it.disputes().get(dispute);
    let status = known.map(|dispute| match dispute.won {
        None => "open",
        Some(true) => "won",
        Some(false) => "lost",
    });
    with(
        purchase(it),
        json!({
            "dispute_id": dispute.as_str(),
            "charge_id": it.charge().map(|charge| charge.charge.as_str()),
            "amount": known.map(|dispute| money(dispute.amount)),
            "inquiry": known.map(|dispute| dispute.inquiry),
            "reason": known.and_then(|dispute| dispute.reason.as_deref()),
            "status": status,
        }),
    )
}

/// Which pass or book.
pub(super) fn item(item: &ItemId) -> Value {
    match item {
        ItemId::Pass(id) => json!({ "pass_id": id.as_str() }),
        ItemId::PassBook(id) => json!({ "pass_book_id": id.as_str() }),
    }
}

/// Why a pass came into being.
pub(super) fn cause(cause: &IssueCause) -> Value {
    match cause {
        IssueCause::Purchase { purchase, .. } => {
            json!({ "cause": "purchase", "purchase_id": purchase.as_str() })
        }
        IssueCause::Reissue { replaces } => json!({ "cause": "reissue", "replaces": item(replaces) }),
        IssueCause::FareCap { .. } => json!({ "cause": "fare_cap" }),
    }
}

/// A pass or a book that a wallet holds or held, and who honours it.
pub(super) fn held(wallet: &Wallet, id: &ItemId) -> Option<(Value, OperatorId)> {
    let (terms, purchase) = match id {
        ItemId::Pass(pass) => wallet.pass(pass).map(|it| (it.terms(), it.cause().purchase()))?,
        ItemId::PassBook(book) => wallet.book(book).map(|it| (it.terms(), it.cause().purchase()))?,
    };
    let said = with(
        item(id),
        json!({
            "operator_id": terms.operator.as_str(),
            "fare_id": terms.fare.id.as_str(),
            "purchase_id": purchase.map(PurchaseId::as_str),
        }),
    );
    Some((said, terms.operator.clone()))
}

/// What every message about a transfer says of it.
pub(super) fn transfer(transfer: &Transfer) -> Value {
    json!({
        "transfer_id": transfer.id().as_str(),
        "app_id": transfer.app().as_str(),
        "user_id": transfer.sender().as_str(),
    })
}

/// An item of a transfer.
pub(super) fn transfer_item(it: &TransferItem) -> Value {
    with(
        item(&it.item),
        json!({
            "operator_id": it.terms.operator.as_str(),
            "fare_id": it.terms.fare.id.as_str(),
            "purchase_id": it.purchase.as_ref().map(PurchaseId::as_str),
        }),
    )
}

/// An operator's account and what it can do.
pub(super) fn account(operator: &Operator) -> Value {
    let account = operator.account();
    let status = account.and_then(|account| account.status.as_ref());
    with(
        json!({ "operator_id": operator.id().as_str() }),
        json!({
            "account_id": account.map(|account| account.account.as_str()),
            "connected": account.is_some_and(|account: &Account| account.connected.is_some()),
            "charges_enabled": status.is_some_and(|status| status.charges_enabled),
            "payouts_enabled": status.is_some_and(|status| status.payouts_enabled),
            "details_submitted": status.is_some_and(|status| status.details_submitted),
            "currently_due": status.map(|status| status.currently_due.iter().collect::<Vec<_>>()),
            "disabled_reason": status.and_then(|status| status.disabled_reason.as_deref()),
        }),
    )
}

/// What the engine takes of a sale.
pub(super) fn fee(fee: &FeeTerms) -> Value {
    sparse(json!({
        "basis_points": fee.basis_points,
        "fixed": fee.fixed,
        "minimum": fee.minimum,
        "maximum": fee.maximum,
    }))
}

/// A moment.
pub(super) fn at(at: chrono::DateTime<chrono::Utc>) -> Value {
    Value::String(moment(at))
}
