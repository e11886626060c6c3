//! Events of stays, purchases and users.

use domain::{
    DeviceId, DisputeId, PaymentIntentId, Sealed, StripeCallKey, StripeRefundId,
    app::KeyDigest,
    parking::{CloseReason, EndedBy, ParkingEvent, Settlement, Stay},
    purchase::{
        ChargeFacts, Decline, Delivery, DerivedCredential, Order, PlannedCall, PurchaseCommand,
        PurchaseEvent, Refutation, Route, SavedCredential, Step, UnknownReason, VoidReason,
    },
    user::{Contact, NewCredential, UserEvent},
    wallet::ItemId,
};

use super::samples;
use crate::{
    commands::stay,
    fixtures::{
        account, app, at, card_save, charge, customer, fare_id, hex, operator, order, parked_order,
        parking_session, pass, pass_book, payment, payment_method, purchase as purchase_id, refund,
        series as series_id, source, usd, voucher as voucher_id,
    },
};

fn ended(by: EndedBy) -> ParkingEvent {
    ParkingEvent::Ended { by, at: at(70) }
}

fn closed(reason: CloseReason) -> ParkingEvent {
    ParkingEvent::Closed {
        reason,
        at: at(9_000),
    }
}

fn refund_started(fee_kept: bool) -> PurchaseEvent {
    PurchaseEvent::RefundStarted {
        refund: refund(1),
        amount: usd(100),
        fee_returned: usd(if fee_kept { 0 } else { 10 }),
        fee_kept,
        items: vec![],
        rules_overridden: false,
        reason: "the rider asked".to_owned(),
        key: PurchaseCommand::refund_key(&refund(1)),
        at: at(3),
    }
}

/// By the operator, against its own rules.
fn refund_of_items() -> PurchaseEvent {
    PurchaseEvent::RefundStarted {
        refund: refund(1),
        amount: usd(100),
        fee_returned: usd(10),
        fee_kept: false,
        items: vec![ItemId::Pass(pass(1)), ItemId::PassBook(pass_book(1))],
        rules_overridden: true,
        reason: "the bus did not come".to_owned(),
        key: PurchaseCommand::refund_key(&refund(1)),
        at: at(3),
    }
}

samples! {
    fn parking() -> ParkingEvent {
        Started: [
            ParkingEvent::Started { stay: stay(1), at: at(0) },
            ParkingEvent::Started { stay: Stay { is_simulated: true, ..stay(1) }, at: at(0) },
        ],
        EntryPending: [ParkingEvent::EntryPending { stay: stay(1), redemption: KeyDigest::parse(hex('a')).unwrap(), at: at(0) }],
        GateEntered: [
            ParkingEvent::GateEntered { at: at(1), barcode: None },
            ParkingEvent::GateEntered { at: at(1), barcode: Some(KeyDigest::parse(hex('a')).unwrap()) },
        ],
        GateLeft: [
            ParkingEvent::GateLeft { at: at(70), barcode: None },
            ParkingEvent::GateLeft { at: at(70), barcode: Some(KeyDigest::parse(hex('b')).unwrap()) },
        ],
        Ended: [ended(EndedBy::Rider), ended(EndedBy::Operator), ended(EndedBy::Gate), ended(EndedBy::Tariff)],
        Billed: [ParkingEvent::Billed { purchase: purchase_id(1), cost: usd(400), at: at(71) }],
        BilledAgain: [ParkingEvent::BilledAgain { purchase: purchase_id(2), at: at(80) }],
        Paid: [ParkingEvent::Paid { purchase: purchase_id(1), at: at(72) }],
        PaymentFailed: [ParkingEvent::PaymentFailed { purchase: purchase_id(1), code: "card_declined".to_owned(), at: at(72) }],
        DebtSettled: [
            ParkingEvent::DebtSettled { settlement: Settlement::Paid { purchase: purchase_id(2) }, at: at(90) },
            ParkingEvent::DebtSettled { settlement: Settlement::Forgiven { reason: "gate broke".to_owned() }, at: at(90) },
        ],
        Closed: [
            closed(CloseReason::EntryNeverUsed),
            closed(CloseReason::ExitNeverSeen),
            closed(CloseReason::EntryNeverSeen),
            closed(CloseReason::Abandoned),
        ],
        Cancelled: [ParkingEvent::Cancelled { reason: "wrong lot".to_owned(), at: at(1) }],
    }
}

fn sealed(text: &str) -> Sealed {
    Sealed::from_ciphertext(text.to_owned())
}

fn intent() -> PaymentIntentId {
    PaymentIntentId::parse("pi_1").unwrap()
}

fn dispute() -> DisputeId {
    DisputeId::parse("dp_1").unwrap()
}

fn call(step: Step, generation: u32) -> PlannedCall {
    PlannedCall::of(&purchase_id(1), step, generation)
}

fn started(route: Option<Route>) -> PurchaseEvent {
    let price = if route.is_some() { 100 } else { 0 };
    PurchaseEvent::Started {
        order: order(1, price, 3),
        payment: route.map(|route| payment(1, route)),
        at: at(0),
    }
}

fn at_once(device: Option<&str>) -> PurchaseEvent {
    let order = Order {
        activate_on: device.map(|device| DeviceId::parse(device).unwrap()),
        activate_at_once: true,
        ..order(1, 100, 1)
    };
    PurchaseEvent::Started {
        order,
        payment: Some(payment(1, Route::PaymentMethod)),
        at: at(0),
    }
}

fn parked() -> PurchaseEvent {
    PurchaseEvent::Started {
        order: parked_order(1, 400),
        payment: Some(payment(1, Route::PaymentMethod)),
        at: at(0),
    }
}

fn derived(credential: DerivedCredential) -> PurchaseEvent {
    PurchaseEvent::CredentialDerived {
        generation: 1,
        credential,
    }
}

fn unknown(step: Step, reason: UnknownReason) -> PurchaseEvent {
    PurchaseEvent::OutcomeUnknown {
        step,
        generation: 1,
        reason,
    }
}

fn charged(payment_intent: Option<PaymentIntentId>) -> PurchaseEvent {
    let facts = ChargeFacts {
        payment_intent,
        charge: charge("ch_1"),
        amount: usd(300),
        engine_fee: usd(30),
    };
    PurchaseEvent::Charged { facts, at: at(1) }
}

fn declined(full: bool) -> PurchaseEvent {
    let decline = Decline {
        code: "card_declined".to_owned(),
        decline_code: full.then(|| "insufficient_funds".to_owned()),
        payment_intent: full.then(intent),
    };
    PurchaseEvent::Declined { decline, at: at(1) }
}

fn declined_for_now() -> PurchaseEvent {
    let decline = Decline {
        code: "card_declined".to_owned(),
        decline_code: Some("try_again_later".to_owned()),
        payment_intent: Some(intent()),
    };
    PurchaseEvent::DeclinedForNow {
        generation: 1,
        decline,
        at: at(1),
    }
}

fn refuted(why: Refutation) -> PurchaseEvent {
    PurchaseEvent::ReportRefuted {
        charge: charge("ch_1"),
        why,
        at: at(3),
    }
}

fn disputed(inquiry: bool, reason: Option<&str>) -> PurchaseEvent {
    PurchaseEvent::Disputed {
        dispute: dispute(),
        amount: usd(300),
        inquiry,
        reason: reason.map(str::to_owned),
        at: at(5),
    }
}

fn voided(reason: VoidReason) -> PurchaseEvent {
    PurchaseEvent::Voided { reason, at: at(1) }
}

samples! {
    fn purchase() -> PurchaseEvent {
        Started: [
            started(Some(Route::PaymentMethod)),
            started(Some(Route::Token)),
            started(Some(Route::TokenHandedOver)),
            started(None),
            at_once(None),
            at_once(Some("phone")),
            parked(),
        ],
        CredentialDerived: [
            derived(DerivedCredential::PaymentMethod(payment_method("pm_clone"))),
            derived(DerivedCredential::Token(sealed("ciphertext"))),
        ],
        OutcomeUnknown: [
            unknown(Step::DeriveCredential, UnknownReason::ReplyLost),
            unknown(Step::Charge, UnknownReason::InProgress),
            unknown(Step::Cancel, UnknownReason::ServerError),
            unknown(Step::Charge, UnknownReason::Unreadable),
            unknown(Step::Charge, UnknownReason::Processing),
        ],
        StepRenewed: [PurchaseEvent::StepRenewed { call: call(Step::Charge, 2), at: at(1) }],
        ActionRequired: [PurchaseEvent::ActionRequired { payment_intent: intent(), cancel: call(Step::Cancel, 1), at: at(1) }],
        CredentialHandedOver: [PurchaseEvent::CredentialHandedOver { charge_before: at(60) }],
        TokenDelivered: [
            PurchaseEvent::TokenDelivered { by: Delivery::Webhook, at: at(1) },
            PurchaseEvent::TokenDelivered { by: Delivery::Pull, at: at(1) },
        ],
        TokenNotDelivered: [PurchaseEvent::TokenNotDelivered { at: at(2) }],
        ReportRefuted: [
            refuted(Refutation::NotFound),
            refuted(Refutation::AnotherPurchase),
            refuted(Refutation::AnotherAmount),
            refuted(Refutation::Failed),
            refuted(Refutation::NotCaptured),
            refuted(Refutation::GivenBack),
            refuted(Refutation::TakenByAnother),
            refuted(Refutation::SecondCharge),
        ],
        ChargeReported: [PurchaseEvent::ChargeReported { charge: charge("ch_1"), at: at(1) }],
        Charged: [charged(Some(intent())), charged(None)],
        Declined: [declined(true), declined(false)],
        DeclinedForNow: [declined_for_now()],
        Voided: [
            voided(VoidReason::RefusedByStripe),
            voided(VoidReason::ActionRequired),
            voided(VoidReason::NeverCharged),
            voided(VoidReason::HandOverExpired),
            voided(VoidReason::KeyReused),
            voided(VoidReason::Undocumented),
        ],
        Completed: [PurchaseEvent::Completed { at: at(2) }],
        RefundStarted: [refund_started(false), refund_started(true), refund_of_items()],
        RefundRetried: [PurchaseEvent::RefundRetried {
            refund: refund(1),
            generation: 2,
            fee_returned: usd(10),
            key: PurchaseCommand::refund_key_of(&refund(1), 2),
            at: at(9),
        }],
        RefundUnknown: [PurchaseEvent::RefundUnknown { refund: refund(1), reason: UnknownReason::ReplyLost }],
        Refunded: [PurchaseEvent::Refunded { refund: refund(1), stripe_refund: StripeRefundId::parse("re_1").unwrap(), at: at(4) }],
        RefundRefused: [PurchaseEvent::RefundRefused { refund: refund(1), code: "charge_disputed".to_owned(), at: at(4) }],
        RefundUndone: [PurchaseEvent::RefundUndone {
            refund: refund(1),
            stripe_refund: StripeRefundId::parse("re_1").unwrap(),
            code: "expired_or_canceled_card".to_owned(),
            at: at(8),
        }],
        Disputed: [disputed(false, None), disputed(true, Some("fraudulent"))],
        DisputeEscalated: [PurchaseEvent::DisputeEscalated { dispute: dispute(), at: at(6) }],
        DisputeClosed: [PurchaseEvent::DisputeClosed { dispute: dispute(), won: true, at: at(6) }],
        ReviewRequested: [PurchaseEvent::ReviewRequested { reason: "nobody knows".to_owned(), at: at(7) }],
    }
}

fn registered(is_test: bool) -> UserEvent {
    UserEvent::Registered {
        app: app("cityhop"),
        subject: sealed("ciphertext"),
        is_test,
        at: at(0),
    }
}

fn contact(email: Option<&str>, phone: Option<&str>) -> UserEvent {
    UserEvent::ContactChanged {
        contact: Contact {
            email: email.map(sealed),
            phone: phone.map(sealed),
        },
        at: at(0),
    }
}

fn card_save_started(credential: NewCredential, is_customer: bool) -> UserEvent {
    UserEvent::CardSaveStarted {
        save: card_save(1),
        platform: account("acct_platform"),
        customer: is_customer.then(|| customer("cus_rider")),
        credential,
        customer_key: (!is_customer).then(|| StripeCallKey::derive("user_1", "customer", 1)),
        key: StripeCallKey::derive("save_1", "attach", 1),
        at: at(1),
    }
}

fn card_saved(credential: SavedCredential) -> UserEvent {
    UserEvent::CardSaved {
        save: card_save(1),
        customer: customer("cus_rider"),
        credential,
        at: at(2),
    }
}

fn card_save_refused(decline_code: Option<&str>) -> UserEvent {
    UserEvent::CardSaveRefused {
        save: card_save(1),
        code: "card_declined".to_owned(),
        decline_code: decline_code.map(str::to_owned),
        at: at(2),
    }
}

fn granted(until: Option<i64>) -> UserEvent {
    UserEvent::EntitlementGranted {
        operator: operator("bus"),
        fare: fare_id("reduced"),
        until: until.map(at),
        at: at(3),
    }
}

samples! {
    fn user() -> UserEvent {
        Registered: [registered(false), registered(true)],
        ContactChanged: [contact(Some("ciphertext"), Some("ciphertext")), contact(None, None)],
        TermsAccepted: [UserEvent::TermsAccepted { at: at(1) }],
        VehicleSet: [UserEvent::VehicleSet { license_plate: sealed("ciphertext"), at: at(1) }],
        CardSaveStarted: [
            card_save_started(NewCredential::Token(sealed("ciphertext")), false),
            card_save_started(NewCredential::PaymentMethod(payment_method("pm_new")), true),
            card_save_started(NewCredential::Source(source("src_new")), true),
        ],
        CustomerRequested: [UserEvent::CustomerRequested {
            platform: account("acct_platform"),
            key: StripeCallKey::derive("save_1", "customer", 1),
            at: at(0),
        }],
        CustomerCreated: [UserEvent::CustomerCreated { platform: account("acct_platform"), customer: customer("cus_rider"), at: at(1) }],
        CardSaved: [
            card_saved(SavedCredential::PaymentMethod(payment_method("pm_saved"))),
            card_saved(SavedCredential::Source(source("card_saved"))),
        ],
        CardSaveRefused: [card_save_refused(Some("insufficient_funds")), card_save_refused(None)],
        PurchaseOpened: [UserEvent::PurchaseOpened { purchase: purchase_id(1), at: at(3) }],
        PurchaseClosed: [UserEvent::PurchaseClosed { purchase: purchase_id(1), at: at(4) }],
        EntitlementGranted: [granted(Some(90)), granted(None)],
        EntitlementWithdrawn: [UserEvent::EntitlementWithdrawn { operator: operator("bus"), fare: fare_id("reduced"), at: at(4) }],
        VoucherRedeemed: [UserEvent::VoucherRedeemed { voucher: voucher_id(1), series: series_id(1), ordinal: 1, at: at(3) }],
        OperatorAccountLinked: [UserEvent::OperatorAccountLinked { operator: operator("bus"), at: at(3) }],
        OperatorAccountUnlinked: [UserEvent::OperatorAccountUnlinked { operator: operator("bus"), at: at(4) }],
        DebtRecorded: [UserEvent::DebtRecorded { operator: operator("bus"), purchase: purchase_id(1), amount: usd(400), at: at(5) }],
        DebtSettled: [UserEvent::DebtSettled { purchase: purchase_id(1), at: at(6) }],
        StayBegun: [UserEvent::StayBegun { session: parking_session(1), at: at(5) }],
        StayOver: [UserEvent::StayOver { session: parking_session(1), at: at(6) }],
        Erased: [UserEvent::Erased { at: at(7) }],
    }
}
