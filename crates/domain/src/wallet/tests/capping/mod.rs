//! Rules of fare capping, by name.

mod counting;
mod laws;
mod periods;
mod riding;

use chrono::{DateTime, Utc};

use super::fixtures::*;
use crate::{
    Currency, DeviceId, FareId, Money, PassId,
    catalog::{CapPeriod, FareCap, PassTerms, Product, Validity},
    validity::{Period, period_of},
    wallet::{CapReached, CapTerms, IssueCause, IssuedItem, ItemId, WalletCommand, WalletEvent},
};

/// The group of every fare here that has one.
const GROUP: &str = "local";

fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

/// A two-hour pass of the group, bought for so much.
fn ride_for(ordinal: u32, amount: i64) -> IssuedItem {
    let mut issued = single(ordinal, TWO_HOURS);
    issued.terms.fare.cap_group = Some(GROUP.to_owned());
    issued.paid = Some(usd(amount));
    issued
}

/// Three two-hour rides of the group in a book, bought for so much.
fn book_for(ordinal: u32, amount: i64) -> IssuedItem {
    let mut issued = three_rides(ordinal);
    issued.terms.fare.cap_group = Some(GROUP.to_owned());
    issued.paid = Some(usd(amount));
    issued
}

fn replacement(validity: Validity) -> PassTerms {
    let mut terms = terms(Product::SinglePass, validity);
    terms.fare.id = FareId::parse("all_you_can_ride").unwrap();
    terms
}

fn cap(period: CapPeriod, limit: i64) -> CapTerms {
    let replacement = replacement(match period {
        CapPeriod::ServiceDay => Validity::ServiceDays { days: 1 },
        CapPeriod::ServiceWeek => Validity::ServiceDays { days: 7 },
        CapPeriod::CalendarMonth => Validity::CalendarMonths { months: 1 },
    });
    CapTerms {
        cap: FareCap {
            group: GROUP.to_owned(),
            period,
            limit: usd(limit),
            replacement: replacement.fare.id.clone(),
        },
        replacement,
    }
}

fn day_cap(limit: i64) -> CapTerms {
    cap(CapPeriod::ServiceDay, limit)
}

fn week_cap(limit: i64) -> CapTerms {
    cap(CapPeriod::ServiceWeek, limit)
}

fn under(caps: &[CapTerms], pass: PassId, on: Option<DeviceId>, at: DateTime<Utc>) -> WalletCommand {
    WalletCommand::Activate {
        pass,
        device: on,
        seen: None,
        caps: caps.to_vec(),
        at,
    }
}

/// The replacement that is given when the cap is reached by this pass.
fn given_for(reached_by: &PassId) -> PassId {
    PassId::capping(reached_by).unwrap()
}

/// What happens when the last of these passes reaches a cap.
fn upgrade(
    terms: &CapTerms,
    passes: &[PassId],
    spent: i64,
    on: Option<DeviceId>,
    at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
) -> [WalletEvent; 3] {
    let within = period_of(terms.cap.period, terms.replacement.calendar, at).unwrap();
    let pass = given_for(passes.last().unwrap());
    let calendar = terms.replacement.calendar;
    [
        capped_within(terms, within, passes, spent, at),
        WalletEvent::PassesIssued {
            cause: IssueCause::FareCap {
                cap_group: GROUP.to_owned(),
            },
            items: vec![IssuedItem {
                item: ItemId::Pass(pass.clone()),
                terms: terms.replacement.clone(),
                paid: None,
            }],
            held: crate::wallet::Held::default(),
            at,
        },
        WalletEvent::PassActivated {
            pass,
            device: on,
            at,
            ends_at,
            ticket_expires_at: crate::validity::ticket_expires_at(calendar, at, ends_at).unwrap(),
        },
    ]
}

fn capped_within(
    terms: &CapTerms,
    within: Period,
    passes: &[PassId],
    spent: i64,
    at: DateTime<Utc>,
) -> WalletEvent {
    WalletEvent::PassesCapped {
        passes: passes.to_vec(),
        cap_group: GROUP.to_owned(),
        cap: Some(CapReached {
            period: terms.cap.period,
            within,
            limit: terms.cap.limit,
            spent: usd(spent),
        }),
        at,
    }
}
