//! A rider, an operator and what happens between them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::{
    AppId, ChargeId, CustomerId, DisputeId, FareId, Money, OperatorId, PaymentIntentId, PaymentMethodId,
    PurchaseId, RefundId, Sealed, SourceId, StripeAccountId, StripeRefundId, UserId,
    catalog::{Fare, PassTerms, Product, ServiceCalendar, Validity},
    purchase::{
        ChargeFacts, Decline, DerivedCredential, LineItem, Order, PaymentTerms, PlannedCall, PurchaseCommand,
        PurchaseEvent, Route, SavedCredential, Step, VoidReason,
    },
    text::Text,
};

pub(super) fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_770_000_000 + minute * 60, 0).unwrap()
}

pub(super) fn usd(cents: i64) -> Money {
    Money::new(cents, crate::Currency::USD)
}

pub(super) fn yen(amount: i64) -> Money {
    Money::new(amount, "JPY".parse().unwrap())
}

pub(super) fn purchase_id() -> PurchaseId {
    PurchaseId::parse("pur_1").unwrap()
}

pub(super) fn line(operator: &str, quantity: u32, unit_price: Money) -> LineItem {
    let fare = Fare {
        id: FareId::parse("single").unwrap(),
        name: Text::plain("Single ride"),
        description: Text::plain("One ride"),
        product: Product::SinglePass,
        price: unit_price,
        discounted_price: None,
        options: vec![],
        validity: Validity::Duration { minutes: 90 },
        usable: vec![],
        restriction: None,
        login_required: false,
        limit_per_order: None,
        alert: None,
        cap_group: None,
        transferable: true,
        refund_rules: None,
    };
    let calendar = ServiceCalendar {
        zone: Tz::America__Los_Angeles,
        cutoff_minutes: 180,
    };
    let operator = OperatorId::parse(operator).unwrap();
    LineItem {
        terms: PassTerms {
            operator,
            catalog_version: 1,
            fare,
            calendar,
        },
        quantity,
        unit_price,
    }
}

/// Two items of 500 cents, 100 of which are our fee.
pub(super) fn order() -> Order {
    Order {
        purchase: purchase_id(),
        app: AppId::parse("cityhop").unwrap(),
        user: UserId::parse("user_1").unwrap(),
        operator: OperatorId::parse("bus").unwrap(),
        items: vec![line("bus", 2, usd(500))],
        parked: None,
        total: usd(1_000),
        engine_fee: usd(100),
        activate_on: None,
        activate_at_once: false,
    }
}

pub(super) fn free_order() -> Order {
    Order {
        items: vec![line("bus", 1, usd(0))],
        parked: None,
        total: usd(0),
        engine_fee: usd(0),
        ..order()
    }
}

pub(super) fn terms(route: Route) -> PaymentTerms {
    let credential = match route {
        Route::PaymentMethod => SavedCredential::PaymentMethod(PaymentMethodId::parse("pm_saved").unwrap()),
        Route::Token | Route::TokenHandedOver => {
            SavedCredential::Source(SourceId::parse("card_saved").unwrap())
        }
    };
    PaymentTerms {
        route,
        platform: StripeAccountId::parse("acct_app").unwrap(),
        account: StripeAccountId::parse("acct_bus").unwrap(),
        customer: CustomerId::parse("cus_1").unwrap(),
        credential,
        calls: PurchaseCommand::planned_calls(&purchase_id(), route),
    }
}

pub(super) fn start(order: Order, payment: Option<PaymentTerms>) -> PurchaseCommand {
    PurchaseCommand::Start {
        order: Box::new(order),
        payment: payment.map(Box::new),
        at: at(0),
    }
}

pub(super) fn call(step: Step, generation: u32) -> PlannedCall {
    PlannedCall::of(&purchase_id(), step, generation)
}

pub(super) fn clone_named(name: &str) -> DerivedCredential {
    DerivedCredential::PaymentMethod(PaymentMethodId::parse(format!("pm_{name}")).unwrap())
}

pub(super) fn token(name: &str) -> DerivedCredential {
    DerivedCredential::Token(Sealed::from_ciphertext(name.to_owned()))
}

pub(super) fn credential_for(route: Route, name: &str) -> DerivedCredential {
    match route {
        Route::PaymentMethod => clone_named(name),
        Route::Token | Route::TokenHandedOver => token(name),
    }
}

pub(super) fn facts(charge: &str) -> ChargeFacts {
    ChargeFacts {
        payment_intent: None,
        charge: ChargeId::parse(charge).unwrap(),
        amount: usd(1_000),
        engine_fee: usd(100),
    }
}

pub(super) fn decline() -> Decline {
    Decline {
        code: "card_declined".to_owned(),
        decline_code: None,
        payment_intent: None,
    }
}

pub(super) fn intent(name: &str) -> PaymentIntentId {
    PaymentIntentId::parse(name).unwrap()
}

pub(super) fn refund_id(name: &str) -> RefundId {
    RefundId::parse(name).unwrap()
}

pub(super) fn stripe_refund(name: &str) -> StripeRefundId {
    StripeRefundId::parse(name).unwrap()
}

pub(super) fn dispute_id(name: &str) -> DisputeId {
    DisputeId::parse(name).unwrap()
}

pub(super) fn started(route: Route) -> PurchaseEvent {
    PurchaseEvent::Started {
        order: order(),
        payment: Some(terms(route)),
        at: at(0),
    }
}

pub(super) fn started_free() -> PurchaseEvent {
    PurchaseEvent::Started {
        order: free_order(),
        payment: None,
        at: at(0),
    }
}

pub(super) fn derived(route: Route) -> PurchaseEvent {
    PurchaseEvent::CredentialDerived {
        generation: 1,
        credential: credential_for(route, "first"),
    }
}

/// On the default route, up to the credential.
pub(super) fn ready() -> Vec<PurchaseEvent> {
    vec![started(Route::PaymentMethod), derived(Route::PaymentMethod)]
}

pub(super) fn waiting() -> PurchaseEvent {
    PurchaseEvent::ActionRequired {
        payment_intent: intent("pi_1"),
        cancel: call(Step::Cancel, 1),
        at: at(2),
    }
}

pub(super) fn charged() -> PurchaseEvent {
    PurchaseEvent::Charged {
        facts: facts("ch_1"),
        at: at(3),
    }
}

pub(super) fn declined() -> PurchaseEvent {
    PurchaseEvent::Declined {
        decline: decline(),
        at: at(3),
    }
}

pub(super) fn voided() -> PurchaseEvent {
    PurchaseEvent::Voided {
        reason: VoidReason::NeverCharged,
        at: at(3),
    }
}

pub(super) fn completed() -> PurchaseEvent {
    PurchaseEvent::Completed { at: at(4) }
}

/// Charged and issued.
pub(super) fn sold() -> Vec<PurchaseEvent> {
    then(ready(), [charged(), completed()])
}

pub(super) fn then(
    mut history: Vec<PurchaseEvent>,
    events: impl IntoIterator<Item = PurchaseEvent>,
) -> Vec<PurchaseEvent> {
    history.extend(events);
    history
}

pub(super) fn refund_started(name: &str, cents: i64, fee: i64) -> PurchaseEvent {
    let refund = refund_id(name);
    let key = PurchaseCommand::refund_key(&refund);
    let reason = "asked".to_owned();
    PurchaseEvent::RefundStarted {
        refund,
        amount: usd(cents),
        fee_returned: usd(fee),
        fee_kept: false,
        items: vec![],
        rules_overridden: false,
        reason,
        key,
        at: at(5),
    }
}

pub(super) fn refunded(name: &str, stripe: &str) -> PurchaseEvent {
    PurchaseEvent::Refunded {
        refund: refund_id(name),
        stripe_refund: stripe_refund(stripe),
        at: at(6),
    }
}

pub(super) fn refund_refused(name: &str) -> PurchaseEvent {
    PurchaseEvent::RefundRefused {
        refund: refund_id(name),
        code: "charge_disputed".to_owned(),
        at: at(6),
    }
}

pub(super) fn record_charge(charge: &str) -> PurchaseCommand {
    PurchaseCommand::RecordCharge {
        facts: facts(charge),
        at: at(3),
    }
}

pub(super) fn record_decline() -> PurchaseCommand {
    PurchaseCommand::RecordDecline {
        decline: decline(),
        at: at(3),
    }
}

pub(super) fn passing_decline() -> Decline {
    Decline {
        decline_code: Some("try_again_later".to_owned()),
        ..decline()
    }
}

pub(super) fn record_passing_decline(generation: u32) -> PurchaseCommand {
    PurchaseCommand::RecordPassingDecline {
        generation,
        decline: passing_decline(),
        at: at(3),
    }
}

pub(super) fn void(reason: VoidReason) -> PurchaseCommand {
    PurchaseCommand::Void { reason, at: at(3) }
}

pub(super) fn complete() -> PurchaseCommand {
    PurchaseCommand::Complete { at: at(4) }
}

pub(super) fn renew(step: Step, generation: u32) -> PurchaseCommand {
    PurchaseCommand::RenewStep {
        step,
        generation,
        at: at(2),
    }
}

pub(super) fn start_refund(name: &str, amount: Money) -> PurchaseCommand {
    PurchaseCommand::StartRefund {
        refund: refund_id(name),
        amount,
        keep_fee: false,
        items: vec![],
        rules_overridden: false,
        reason: "asked".to_owned(),
        at: at(5),
    }
}

/// Where the operator's rules leave the engine its fee.
pub(super) fn start_refund_less_fee(name: &str, amount: Money) -> PurchaseCommand {
    PurchaseCommand::StartRefund {
        refund: refund_id(name),
        amount,
        keep_fee: true,
        items: vec![],
        rules_overridden: false,
        reason: "asked".to_owned(),
        at: at(5),
    }
}

pub(super) fn refund_started_less_fee(name: &str, cents: i64) -> PurchaseEvent {
    match refund_started(name, cents, 0) {
        PurchaseEvent::RefundStarted {
            refund,
            amount,
            fee_returned,
            items,
            rules_overridden,
            reason,
            key,
            at,
            fee_kept: _,
        } => PurchaseEvent::RefundStarted {
            refund,
            amount,
            fee_returned,
            fee_kept: true,
            items,
            rules_overridden,
            reason,
            key,
            at,
        },
        other => other,
    }
}

pub(super) fn record_refund(name: &str, stripe: &str) -> PurchaseCommand {
    PurchaseCommand::RecordRefund {
        refund: refund_id(name),
        stripe_refund: stripe_refund(stripe),
        at: at(6),
    }
}

pub(super) fn record_refund_refused(name: &str) -> PurchaseCommand {
    let code = "charge_disputed".to_owned();
    PurchaseCommand::RecordRefundRefused {
        refund: refund_id(name),
        code,
        at: at(6),
    }
}
