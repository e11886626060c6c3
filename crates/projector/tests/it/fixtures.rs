//! An operator, two riders and what happens to their purchases.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AppId, CardSaveId, ChargeId, Currency, CustomerId, DisputeId, FareId, Money, OperatorId, PassId,
    PaymentIntentId, PaymentMethodId, PurchaseId, RefundId, Sealed, SourceId, StripeAccountId,
    StripeRefundId, UserId,
    catalog::{Fare, PassTerms, Product, ServiceCalendar, Validity},
    purchase::{
        ChargeFacts, Decline, DerivedCredential, LineItem, Order, PaymentTerms, PurchaseCommand,
        PurchaseEvent, Route, SavedCredential, VoidReason,
    },
    text::Text,
    user::{NewCredential, UserEvent},
    wallet::{Held, IssueCause, IssuedItem, ItemId, WalletEvent, issued_items},
};
use uuid::Uuid;

/// What one purchase costs: two single rides and a book.
pub(crate) const TOTAL: i64 = 1_250;
/// What the engine takes of it.
pub(crate) const FEE: i64 = 100;

pub(crate) fn minute(minutes: i64) -> DateTime<Utc> {
    "2024-05-06T17:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

pub(crate) fn dollars(cents: i64) -> Money {
    Money::new(cents, Currency::USD)
}

pub(crate) fn purchase(number: u128) -> PurchaseId {
    PurchaseId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn rider(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn refund(number: u128) -> RefundId {
    RefundId::from_uuid(Uuid::from_u128(number))
}

fn terms(fare: &str, product: Product, price: i64) -> PassTerms {
    let fare = Fare {
        id: FareId::parse(fare).unwrap(),
        name: Text::plain("Regular"),
        description: Text::plain("Questions? Call (310) 555-0123 or write to hello@bus.example."),
        product,
        price: dollars(price),
        discounted_price: None,
        options: vec![],
        validity: Validity::Duration { minutes: 120 },
        usable: vec![],
        restriction: None,
        login_required: false,
        limit_per_order: None,
        alert: None,
        cap_group: None,
        transferable: true,
        refund_rules: None,
    };
    PassTerms {
        operator: OperatorId::parse("bigbluebus").unwrap(),
        catalog_version: 1,
        fare,
        calendar: ServiceCalendar {
            zone: chrono_tz::America::Los_Angeles,
            cutoff_minutes: 0,
        },
    }
}

pub(crate) fn order(number: u128) -> Order {
    let line = |terms, quantity, price| LineItem {
        terms,
        quantity,
        unit_price: dollars(price),
    };
    Order {
        purchase: purchase(number),
        app: AppId::parse("cityhop").unwrap(),
        user: rider(1),
        operator: OperatorId::parse("bigbluebus").unwrap(),
        parked: None,
        items: vec![
            line(terms("single", Product::SinglePass, 125), 2, 125),
            line(terms("book", Product::PassBook { passes: 3 }, 1_000), 1, 1_000),
        ],
        total: dollars(TOTAL),
        engine_fee: dollars(FEE),
        activate_on: None,
        activate_at_once: false,
    }
}

pub(crate) fn free_order(number: u128) -> Order {
    let items = order(number).items.into_iter();
    let items = items
        .map(|line| LineItem {
            unit_price: dollars(0),
            ..line
        })
        .collect();
    Order {
        parked: None,
        items,
        total: dollars(0),
        engine_fee: dollars(0),
        ..order(number)
    }
}

pub(crate) fn payment(number: u128, route: Route) -> PaymentTerms {
    PaymentTerms {
        route,
        platform: StripeAccountId::parse("acct_platform").unwrap(),
        account: StripeAccountId::parse("acct_bus").unwrap(),
        customer: CustomerId::parse("cus_1").unwrap(),
        credential: match route {
            Route::PaymentMethod => SavedCredential::PaymentMethod(PaymentMethodId::parse("pm_1").unwrap()),
            Route::Token | Route::TokenHandedOver => {
                SavedCredential::Source(SourceId::parse("card_1").unwrap())
            }
        },
        calls: PurchaseCommand::planned_calls(&purchase(number), route),
    }
}

pub(crate) fn started(number: u128) -> PurchaseEvent {
    let payment = Some(payment(number, Route::PaymentMethod));
    PurchaseEvent::Started {
        order: order(number),
        payment,
        at: minute(0),
    }
}

pub(crate) fn started_free(number: u128) -> PurchaseEvent {
    PurchaseEvent::Started {
        order: free_order(number),
        payment: None,
        at: minute(0),
    }
}

pub(crate) fn derived() -> PurchaseEvent {
    let credential = DerivedCredential::PaymentMethod(PaymentMethodId::parse("pm_clone").unwrap());
    PurchaseEvent::CredentialDerived {
        generation: 1,
        credential,
    }
}

pub(crate) fn facts(name: &str) -> ChargeFacts {
    ChargeFacts {
        payment_intent: Some(PaymentIntentId::parse(format!("pi_{name}")).unwrap()),
        charge: ChargeId::parse(format!("ch_{name}")).unwrap(),
        amount: dollars(TOTAL),
        engine_fee: dollars(FEE),
    }
}

pub(crate) fn charged(name: &str) -> PurchaseEvent {
    PurchaseEvent::Charged {
        facts: facts(name),
        at: minute(1),
    }
}

/// A charge of just so much, without a fee.
pub(crate) fn charged_for(name: &str, amount: Money) -> PurchaseEvent {
    let facts = ChargeFacts {
        amount,
        engine_fee: dollars(0),
        ..facts(name)
    };
    PurchaseEvent::Charged { facts, at: minute(1) }
}

pub(crate) fn completed() -> PurchaseEvent {
    PurchaseEvent::Completed { at: minute(2) }
}

pub(crate) fn declined() -> PurchaseEvent {
    let decline = Decline {
        code: "card_declined".to_owned(),
        decline_code: None,
        payment_intent: None,
    };
    PurchaseEvent::Declined {
        decline,
        at: minute(1),
    }
}

pub(crate) fn voided() -> PurchaseEvent {
    PurchaseEvent::Voided {
        reason: VoidReason::NeverCharged,
        at: minute(1),
    }
}

pub(crate) fn refund_started(number: u128, cents: i64, fee: i64) -> PurchaseEvent {
    PurchaseEvent::RefundStarted {
        refund: refund(number),
        amount: dollars(cents),
        fee_returned: dollars(fee),
        fee_kept: false,
        items: vec![],
        rules_overridden: false,
        reason: "the rider asked".to_owned(),
        key: PurchaseCommand::refund_key(&refund(number)),
        at: minute(3),
    }
}

pub(crate) fn refunded(number: u128) -> PurchaseEvent {
    let stripe_refund = StripeRefundId::parse(format!("re_{number}")).unwrap();
    PurchaseEvent::Refunded {
        refund: refund(number),
        stripe_refund,
        at: minute(4),
    }
}

pub(crate) fn refund_refused(number: u128) -> PurchaseEvent {
    PurchaseEvent::RefundRefused {
        refund: refund(number),
        code: "charge_disputed".to_owned(),
        at: minute(4),
    }
}

fn dispute() -> DisputeId {
    DisputeId::parse("dp_1").unwrap()
}

pub(crate) fn disputed(cents: i64) -> PurchaseEvent {
    PurchaseEvent::Disputed {
        dispute: dispute(),
        amount: dollars(cents),
        inquiry: false,
        reason: None,
        at: minute(5),
    }
}

pub(crate) fn dispute_closed(won: bool) -> PurchaseEvent {
    PurchaseEvent::DisputeClosed {
        dispute: dispute(),
        won,
        at: minute(6),
    }
}

/// What the wallet gets for a purchase, in the commit that completes it.
pub(crate) fn issued(number: u128) -> WalletEvent {
    let cause = IssueCause::Purchase {
        purchase: purchase(number),
        stripe_source: Some("pm_1".to_owned()),
    };
    let items = issued_items(&purchase(number), &order(number).items);
    WalletEvent::PassesIssued {
        cause,
        items,
        held: Held::default(),
        at: minute(2),
    }
}

/// The same for nothing.
pub(crate) fn issued_free(number: u128) -> WalletEvent {
    WalletEvent::PassesIssued {
        cause: IssueCause::Purchase {
            purchase: purchase(number),
            stripe_source: None,
        },
        items: issued_items(&purchase(number), &free_order(number).items),
        held: Held::default(),
        at: minute(2),
    }
}

/// As it stood in the log before it was recorded what was paid for an item.
pub(crate) fn issued_of_old(number: u128) -> WalletEvent {
    match issued(number) {
        WalletEvent::PassesIssued {
            cause,
            items,
            held,
            at,
        } => WalletEvent::PassesIssued {
            cause,
            held,
            items: items
                .into_iter()
                .map(|item| IssuedItem { paid: None, ..item })
                .collect(),
            at,
        },
        other => other,
    }
}

/// The first single ride of a purchase.
pub(crate) fn pass(number: u128) -> PassId {
    PassId::bought(&purchase(number), 1)
}

pub(crate) fn pass_item(number: u128) -> ItemId {
    ItemId::Pass(pass(number))
}

pub(crate) fn activated(number: u128, device: &str, at: i64) -> WalletEvent {
    WalletEvent::PassActivated {
        pass: pass(number),
        device: Some(domain::DeviceId::parse(device).unwrap()),
        at: minute(at),
        ends_at: minute(130),
        ticket_expires_at: minute(130),
    }
}

pub(crate) fn sealed() -> Sealed {
    Sealed::from_ciphertext(format!("s1.{}", "Q".repeat(60)))
}

pub(crate) fn registered() -> UserEvent {
    UserEvent::Registered {
        app: AppId::parse("cityhop").unwrap(),
        subject: sealed(),
        is_test: false,
        at: minute(0),
    }
}

pub(crate) fn save(number: u128) -> CardSaveId {
    CardSaveId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn card_save_started(number: u128) -> UserEvent {
    let key = |step| domain::StripeCallKey::derive(save(number).as_str(), step, 1);
    UserEvent::CardSaveStarted {
        save: save(number),
        platform: StripeAccountId::parse("acct_platform").unwrap(),
        customer: None,
        credential: NewCredential::Token(sealed()),
        customer_key: Some(key("customer")),
        key: key("save"),
        at: minute(1),
    }
}

pub(crate) fn card_save_refused(number: u128) -> UserEvent {
    UserEvent::CardSaveRefused {
        save: save(number),
        code: "card_declined".to_owned(),
        decline_code: None,
        at: minute(2),
    }
}
