//! Which events are told of, as what, and to whom. No match has a wildcard: an event that is new does not compile until
//! somebody decides whether the world hears of it.

use domain::{
    AppId, DisputeId, OperatorId, Purchase, Wallet,
    catalog::CatalogEvent,
    endpoint::{Endpoint, EndpointEvent, MessageType},
    operator::{Operator, OperatorEvent},
    purchase::PurchaseEvent,
    transfer::{Transfer, TransferEvent},
    wallet::{ItemId, WalletEvent},
};
use event_log::Recorded;
use serde_json::{Value, json};

use super::{
    data::{self, at, with},
    message::{Audience, Message},
    parking::of_parking,
    passage::Passage,
};

/// A message that has no place yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is about.
    pub kind: MessageType,
    /// Whom it concerns.
    pub audience: Audience,
    /// What it says.
    pub data: Value,
}

/// The messages of an event, often none.
pub fn messages_of(event: &Recorded, passage: &Passage) -> Result<Vec<Message>, serde_json::Error> {
    let drafts = match passage {
        Passage::Purchase(what, purchase) => of_purchase(what, purchase).into_iter().collect(),
        Passage::Wallet(what, wallet, app) => of_wallet(what, wallet, event.stream.id(), app.as_ref()),
        Passage::Transfer(what, transfer) => of_transfer(what, transfer).into_iter().collect(),
        Passage::Operator(what, operator) => of_operator(what, operator).into_iter().collect(),
        Passage::Catalog(what, operator) => of_catalog(what, operator.as_deref()).into_iter().collect(),
        Passage::Parking(what, session) => of_parking(what, session).into_iter().collect(),
        Passage::Endpoint(what, endpoint) => of_endpoint(what, endpoint).into_iter().collect::<Vec<_>>(),
    };
    let numbered = (0..).zip(drafts);
    numbered
        .map(|(ordinal, draft)| Message::of(event, ordinal, draft))
        .collect()
}

fn of_purchase(event: &PurchaseEvent, purchase: &Purchase) -> Option<Draft> {
    use PurchaseEvent as E;
    let (kind, data) = match event {
        E::Completed { .. } => (MessageType::PurchaseCompleted, data::completed(purchase)),
        E::Declined { decline, .. } => {
            let said = json!({ "total": data::money(purchase.order().total), "code": decline.code });
            (
                MessageType::PurchaseDeclined,
                with(data::purchase(purchase), said),
            )
        }
        E::Voided { reason, .. } => {
            let said = json!({ "total": data::money(purchase.order().total), "reason": reason });
            (MessageType::PurchaseVoided, with(data::purchase(purchase), said))
        }
        E::RefundStarted { refund, .. } => (
            MessageType::RefundCreated,
            data::refund(purchase, refund, json!({})),
        ),
        E::Refunded {
            refund,
            stripe_refund,
            ..
        } => {
            let said = json!({ "stripe_refund_id": stripe_refund.as_str() });
            (MessageType::RefundSucceeded, data::refund(purchase, refund, said))
        }
        E::RefundRefused { refund, code, .. } => {
            let said = json!({ "code": code });
            (MessageType::RefundFailed, data::refund(purchase, refund, said))
        }
        E::RefundUndone {
            refund,
            stripe_refund,
            code,
            ..
        } => {
            let said = json!({ "code": code, "stripe_refund_id": stripe_refund.as_str() });
            (MessageType::RefundFailed, data::refund(purchase, refund, said))
        }
        // To the operator alone: an app can do nothing about it.
        E::Disputed { dispute, .. } | E::DisputeEscalated { dispute, .. } => {
            return Some(disputed(MessageType::DisputeOpened, purchase, dispute));
        }
        E::DisputeClosed { dispute, .. } => {
            return Some(disputed(MessageType::DisputeClosed, purchase, dispute));
        }
        // To the operator alone: an app has nothing to do with it. The token is not in it, since messages are kept and
        // sent again; it is put in once, by whoever sends it first.
        E::CredentialHandedOver { charge_before } => {
            return Some(Draft {
                kind: MessageType::PurchaseChargeRequested,
                audience: audience([], [&purchase.order().operator]),
                data: data::charge_request(purchase, *charge_before),
            });
        }
        E::Started { .. }
        | E::CredentialDerived { .. }
        | E::OutcomeUnknown { .. }
        | E::StepRenewed { .. }
        | E::ActionRequired { .. }
        | E::ChargeReported { .. }
        | E::TokenDelivered { .. }
        | E::TokenNotDelivered { .. }
        | E::ReportRefuted { .. }
        | E::Charged { .. }
        | E::DeclinedForNow { .. }
        | E::RefundUnknown { .. }
        | E::RefundRetried { .. }
        | E::ReviewRequested { .. } => return None,
    };
    let order = purchase.order();
    Some(Draft {
        kind,
        audience: audience([&order.app], [&order.operator]),
        data,
    })
}

fn disputed(kind: MessageType, purchase: &Purchase, dispute: &DisputeId) -> Draft {
    Draft {
        kind,
        audience: audience([], [&purchase.order().operator]),
        data: data::dispute(purchase, dispute),
    }
}

fn of_wallet(event: &WalletEvent, wallet: &Wallet, user: &str, app: Option<&AppId>) -> Vec<Draft> {
    use WalletEvent as E;
    let say = |kind, item: &ItemId, more: Value| {
        let (held, operator) = data::held(wallet, item)?;
        let whose = json!({ "user_id": user, "app_id": app.map(AppId::as_str) });
        Some(Draft {
            kind,
            audience: audience(app, [&operator]),
            data: with(with(held, whose), more),
        })
    };
    let each = |kind, items: &[ItemId], more: &Value| {
        let said = items.iter().filter_map(|item| say(kind, item, more.clone()));
        said.collect()
    };
    let void = |items: &[ItemId], more: &Value| each(MessageType::PassVoided, items, more);
    match event {
        E::PassesIssued { cause, items, .. } => items
            .iter()
            .filter_map(|it| say(MessageType::PassIssued, &it.item, data::cause(cause)))
            .collect(),
        E::PassActivated { pass, ends_at, .. } => {
            let item = ItemId::Pass(pass.clone());
            let more = json!({ "ends_at": at(*ends_at) });
            say(MessageType::PassActivated, &item, more).into_iter().collect()
        }
        E::ItemsRefunded { refund, items, .. } => void(
            items,
            &json!({ "reason": "refunded", "refund_id": refund.as_str() }),
        ),
        E::RidesRefunded { refund, rides, .. } => {
            let items: Vec<ItemId> = rides.iter().cloned().map(ItemId::Pass).collect();
            void(
                &items,
                &json!({ "reason": "refunded", "refund_id": refund.as_str() }),
            )
        }
        E::ItemsInvalidated { items, .. } => void(items, &json!({ "reason": "invalidated" })),
        E::ItemsSuspended { dispute, items, .. } => {
            let more = json!({ "dispute_id": dispute.as_str() });
            each(MessageType::PassSuspended, items, &more)
        }
        E::ItemsReinstated { dispute, items, .. } => {
            let more = json!({ "dispute_id": dispute.as_str() });
            each(MessageType::PassReinstated, items, &more)
        }
        E::PassesCapped { passes, .. } => {
            let items: Vec<ItemId> = passes.iter().cloned().map(ItemId::Pass).collect();
            void(&items, &json!({ "reason": "replaced_by_fare_cap" }))
        }
        // Transfers tell of these themselves.
        E::ItemsReserved { .. }
        | E::ItemsReleased { .. }
        | E::ItemsMovedOut { .. }
        | E::ItemsMovedIn { .. }
        | E::PassShown { .. } => Vec::new(),
    }
}

fn of_transfer(event: &TransferEvent, transfer: &Transfer) -> Option<Draft> {
    use TransferEvent as E;
    let (kind, more) = match event {
        E::Created {
            items, expires_at, ..
        } => {
            let items: Vec<Value> = items.iter().map(data::transfer_item).collect();
            let expires = expires_at.map(at);
            (
                MessageType::TransferCreated,
                json!({ "items": items, "expires_at": expires }),
            )
        }
        E::Redeemed { .. } => (MessageType::TransferRedeemed, json!({})),
        E::ItemsRefunded { refund, items, .. } => {
            let items: Vec<Value> = items.iter().map(data::item).collect();
            (
                MessageType::TransferRefunded,
                json!({ "refund_id": refund.as_str(), "items": items }),
            )
        }
        E::Cancelled { .. }
        | E::Expired { .. }
        | E::RefundStarted { .. }
        | E::RefundRefused { .. }
        | E::RefundRetried { .. } => return None,
    };
    Some(Draft {
        kind,
        audience: audience([transfer.app()], []),
        data: with(data::transfer(transfer), more),
    })
}

fn of_operator(event: &OperatorEvent, operator: &Operator) -> Option<Draft> {
    use OperatorEvent as E;
    let id = || json!({ "operator_id": operator.id().as_str() });
    let linked = |app: &AppId, more: Value| with(with(id(), json!({ "app_id": app.as_str() })), more);
    let to_itself = audience(None, [operator.id()]);
    let to_all = audience(operator.links().map(|link| &link.app), [operator.id()]);
    let (kind, audience, data) = match event {
        E::AccountConnected { .. } | E::AccountStatusReported { .. } | E::AccountDeauthorized { .. } => (
            MessageType::OperatorAccountUpdated,
            to_itself,
            data::account(operator),
        ),
        E::Suspended { .. } => (MessageType::OperatorSuspended, to_all, id()),
        E::Reinstated { .. } => (MessageType::OperatorReinstated, to_all, id()),
        E::Linked { app, fee, .. } => (
            MessageType::LinkCreated,
            audience([app], [operator.id()]),
            linked(app, json!({ "fee": data::fee(fee) })),
        ),
        E::Unlinked { app, .. } => (
            MessageType::LinkEnded,
            audience([app], [operator.id()]),
            linked(app, json!({})),
        ),
        E::FeeChanged {
            app,
            fee,
            effective_from,
            ..
        } => (
            MessageType::LinkFeeChanged,
            audience([app], [operator.id()]),
            linked(
                app,
                json!({ "fee": data::fee(fee), "effective_from": at(*effective_from) }),
            ),
        ),
        E::Registered { .. }
        | E::KindChanged { .. }
        | E::ProfileChanged { .. }
        | E::OnboardingStarted { .. }
        | E::AccountRequested { .. }
        | E::AccountRequestRefused { .. }
        | E::OauthStarted { .. }
        | E::LinkProposed { .. }
        | E::LinkDeclined { .. }
        | E::TicketDisplaySet { .. }
        | E::ServiceAlertRaised { .. }
        | E::ServiceAlertCleared { .. }
        | E::FareFreeDeclared { .. }
        | E::FareFreeWithdrawn { .. }
        | E::ChargingSet { .. }
        | E::RequirementsSet { .. }
        | E::RefundRulesSet { .. }
        | E::DisputedPassesSet { .. }
        | E::TicketStyleSet { .. } => return None,
    };
    Some(Draft { kind, audience, data })
}

fn of_catalog(event: &CatalogEvent, operator: Option<&Operator>) -> Option<Draft> {
    use CatalogEvent as E;
    let operator = operator?;
    let more = match event {
        E::Published {
            version,
            effective_from,
            ..
        } => json!({ "version": version, "effective_from": at(*effective_from) }),
        E::RolledBack {
            to_version,
            effective_from,
            ..
        } => json!({ "version": to_version, "effective_from": at(*effective_from), "rolled_back": true }),
        // Places to park are looked for, not listed.
        E::RatesPublished { .. } | E::LocationWithdrawn { .. } => return None,
    };
    Some(Draft {
        kind: MessageType::CatalogPublished,
        audience: audience(operator.links().map(|link| &link.app), [operator.id()]),
        data: with(json!({ "operator_id": operator.id().as_str() }), more),
    })
}

fn of_endpoint(event: &EndpointEvent, endpoint: &Endpoint) -> Option<Draft> {
    use EndpointEvent as E;
    match event {
        E::Pinged { ping, .. } => Some(Draft {
            kind: MessageType::Ping,
            audience: Audience {
                endpoint: Some(endpoint.id().clone()),
                ..Audience::default()
            },
            data: json!({ "endpoint_id": endpoint.id().as_str(), "ping_id": ping.as_str() }),
        }),
        E::Created { .. }
        | E::Changed { .. }
        | E::SecretRotated { .. }
        | E::Disabled { .. }
        | E::Enabled { .. }
        | E::Resent { .. }
        | E::Replayed { .. }
        | E::Deleted { .. } => None,
    }
}

pub(super) fn audience<'a>(
    apps: impl IntoIterator<Item = &'a AppId>,
    operators: impl IntoIterator<Item = &'a OperatorId>,
) -> Audience {
    Audience {
        apps: apps.into_iter().cloned().collect(),
        operators: operators.into_iter().cloned().collect(),
        endpoint: None,
    }
}
