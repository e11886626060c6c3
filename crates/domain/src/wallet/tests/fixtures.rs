//! A purchase, its passes and a clock.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    Currency, DeviceId, FareId, Money, OperatorId, PassBookId, PassId, PurchaseId, RefundId, TransferId,
    catalog::{Fare, PassTerms, Product, ServiceCalendar, TimeRange, Validity},
    text::Text,
    wallet::{Held, IssueCause, IssuedItem, ItemId, MovedItem, WalletCommand, WalletEvent},
};

/// Ten in the morning in Los Angeles on a Monday, and so many hours later.
pub(crate) fn hour(hours: i64) -> DateTime<Utc> {
    "2024-05-06T10:00:00-07:00".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours)
}

/// The local midnight at which the first service day ends.
pub(crate) fn midnight() -> DateTime<Utc> {
    hour(14)
}

pub(crate) const TWO_HOURS: Validity = Validity::Duration { minutes: 120 };
pub(crate) const THREE_DAYS: Validity = Validity::ServiceDays { days: 3 };

pub(crate) fn terms(product: Product, validity: Validity) -> PassTerms {
    let fare = Fare {
        id: FareId::parse("regular").unwrap(),
        name: Text::plain("Regular"),
        description: Text::plain("Valid on all local routes."),
        product,
        price: Money::new(125, Currency::USD),
        discounted_price: None,
        options: vec![],
        validity,
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

pub(crate) fn purchase() -> PurchaseId {
    PurchaseId::from_uuid(Uuid::from_u128(1))
}

pub(crate) fn refund(number: u128) -> RefundId {
    RefundId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn transfer(number: u128) -> TransferId {
    TransferId::from_uuid(Uuid::from_u128(number))
}

#[expect(clippy::unnecessary_wraps, reason = "a device as a JWT may name it")]
pub(crate) fn device(name: &str) -> Option<DeviceId> {
    Some(DeviceId::parse(name).unwrap())
}

pub(crate) fn pass(ordinal: u32) -> PassId {
    PassId::bought(&purchase(), ordinal)
}

pub(crate) fn book(ordinal: u32) -> PassBookId {
    PassBookId::bought(&purchase(), ordinal)
}

pub(crate) fn ride(of: u32, ordinal: u32) -> PassId {
    PassId::of_book(&book(of), ordinal)
}

pub(crate) fn pass_item(ordinal: u32) -> ItemId {
    ItemId::Pass(pass(ordinal))
}

pub(crate) fn ride_item(of: u32, ordinal: u32) -> ItemId {
    ItemId::Pass(ride(of, ordinal))
}

pub(crate) fn book_item(ordinal: u32) -> ItemId {
    ItemId::PassBook(book(ordinal))
}

pub(crate) fn single(ordinal: u32, validity: Validity) -> IssuedItem {
    IssuedItem {
        item: pass_item(ordinal),
        terms: terms(Product::SinglePass, validity),
        paid: None,
    }
}

/// A pass that may be activated in the first `hours` hours only.
pub(crate) fn single_until(ordinal: u32, hours: i64) -> IssuedItem {
    let mut issued = single(ordinal, TWO_HOURS);
    issued.terms.fare.usable = vec![TimeRange {
        start: None,
        end: Some(hour(hours)),
    }];
    issued
}

/// A pass that may be activated from an hour on.
pub(crate) fn single_from(ordinal: u32, hours: i64) -> IssuedItem {
    let mut issued = single(ordinal, TWO_HOURS);
    issued.terms.fare.usable = vec![TimeRange {
        start: Some(hour(hours)),
        end: None,
    }];
    issued
}

pub(crate) fn three_rides(ordinal: u32) -> IssuedItem {
    IssuedItem {
        item: book_item(ordinal),
        terms: terms(Product::PassBook { passes: 3 }, TWO_HOURS),
        paid: None,
    }
}

pub(crate) fn bought() -> IssueCause {
    IssueCause::Purchase {
        purchase: purchase(),
        stripe_source: Some("pm_1".to_owned()),
    }
}

pub(crate) fn issue(items: impl Into<Vec<IssuedItem>>) -> WalletCommand {
    WalletCommand::Issue {
        cause: bought(),
        items: items.into(),
        at: hour(0),
    }
}

pub(crate) fn issued(items: impl Into<Vec<IssuedItem>>) -> WalletEvent {
    WalletEvent::PassesIssued {
        cause: bought(),
        items: items.into(),
        held: crate::wallet::Held::default(),
        at: hour(0),
    }
}

pub(crate) fn activate(pass: PassId, on: Option<DeviceId>, at: DateTime<Utc>) -> WalletCommand {
    WalletCommand::Activate {
        pass,
        device: on,
        seen: None,
        caps: vec![],
        at,
    }
}

/// A two-hour pass activated.
pub(crate) fn activated(pass: PassId, on: Option<DeviceId>, at: DateTime<Utc>) -> WalletEvent {
    let ends_at = at + TimeDelta::hours(2);
    WalletEvent::PassActivated {
        pass,
        device: on,
        at,
        ends_at,
        ticket_expires_at: ends_at,
    }
}

pub(crate) fn refunded(number: u128, items: impl Into<Vec<ItemId>>) -> WalletEvent {
    WalletEvent::ItemsRefunded {
        refund: refund(number),
        items: items.into(),
        at: hour(1),
    }
}

pub(crate) fn invalidated(items: impl Into<Vec<ItemId>>) -> WalletEvent {
    WalletEvent::ItemsInvalidated {
        items: items.into(),
        reason: "forged".to_owned(),
        at: hour(1),
    }
}

pub(crate) fn capped(passes: impl Into<Vec<PassId>>) -> WalletEvent {
    WalletEvent::PassesCapped {
        passes: passes.into(),
        cap_group: "day".to_owned(),
        cap: None,
        at: hour(1),
    }
}

pub(crate) fn reserved(number: u128, items: impl Into<Vec<ItemId>>) -> WalletEvent {
    WalletEvent::ItemsReserved {
        transfer: transfer(number),
        items: items.into(),
        at: hour(1),
    }
}

pub(crate) fn released(number: u128) -> WalletEvent {
    WalletEvent::ItemsReleased {
        transfer: transfer(number),
        at: hour(1),
    }
}

pub(crate) fn moved_out(number: u128, items: impl Into<Vec<ItemId>>) -> WalletEvent {
    WalletEvent::ItemsMovedOut {
        transfer: transfer(number),
        items: items.into(),
        at: hour(1),
    }
}

pub(crate) fn moving(issued: IssuedItem) -> MovedItem {
    MovedItem {
        issued,
        cause: bought(),
        issued_at: hour(0),
        held: Held::default(),
    }
}

pub(crate) fn moved_in(number: u128, items: impl Into<Vec<MovedItem>>) -> WalletEvent {
    WalletEvent::ItemsMovedIn {
        transfer: transfer(number),
        items: items.into(),
        at: hour(1),
    }
}
