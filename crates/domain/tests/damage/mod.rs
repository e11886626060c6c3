//! Stored events as nobody wrote them: in any order, and with any part of them missing or something else. They are
//! refused or folded; nothing panics, since one damaged row must not take down every server that reads it.

use std::fmt::Debug;

use domain::{
    Aggregate, access::AccessKey, app::App, catalog::Catalog, disclosure::Disclosure, endpoint::Endpoint,
    notification::Notification, occupancy::Occupancy, operator::Operator, parking::ParkingSession,
    purchase::Purchase, series::Series, transfer::Transfer, user::User, voucher::Voucher, wallet::Wallet,
};
use proptest::{collection::vec, option, prelude::*, sample::Index};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::samples;

/// What is done to one place of an event.
#[derive(Debug, Clone)]
enum Damage {
    Remove,
    Replace(Value),
}

fn any_damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        Just(Damage::Remove),
        any::<i64>().prop_map(|number| Damage::Replace(json!(number))),
        "\\PC{0,12}".prop_map(|text| Damage::Replace(json!(text))),
        prop_oneof![
            Just(json!(null)),
            Just(json!([])),
            Just(json!({})),
            Just(json!(true)),
            Just(json!(1.5)),
            Just(json!(u64::MAX)),
            Just(json!("9999-12-31T23:59:59.999999Z")),
            Just(json!("-262143-01-01T00:00:00Z")),
        ]
        .prop_map(Damage::Replace),
    ]
}

/// One of the samples, and where it is damaged, if it is.
type Pick = (Index, Option<(Index, Damage)>);

fn any_picks() -> impl Strategy<Value = Vec<Pick>> {
    vec(
        (any::<Index>(), option::of((any::<Index>(), any_damage()))),
        0..24,
    )
}

/// Where there is something in a value: the way to each field and item.
fn places(value: &Value, here: &str, all: &mut Vec<String>) {
    let mut step = |name: &str, value: &Value| {
        let place = format!("{here}/{}", name.replace('~', "~0").replace('/', "~1"));
        places(value, &place, all);
        all.push(place);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| step(name, value)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                step(&index.to_string(), item);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn damaged(mut value: Value, place: Index, damage: &Damage) -> Value {
    let mut all = Vec::new();
    places(&value, "", &mut all);
    if all.is_empty() {
        return value;
    }
    let place = place.get(&all).clone();
    match damage {
        Damage::Replace(other) => {
            if let Some(found) = value.pointer_mut(&place) {
                *found = other.clone();
            }
        }
        Damage::Remove => {
            let (parent, name) = place.rsplit_once('/').unwrap_or(("", &place));
            let name = name.replace("~1", "/").replace("~0", "~");
            match value.pointer_mut(parent) {
                Some(Value::Object(fields)) => drop(fields.remove(&name)),
                Some(Value::Array(items)) => items.clear(),
                _ => {}
            }
        }
    }
    value
}

/// Folds whatever can be read of the picks, and goes on after what is refused.
fn survives<A>(events: &[A::Event], picks: &[Pick]) -> usize
where
    A: Aggregate + Clone,
    A::Event: Serialize + DeserializeOwned + Debug,
{
    let mut state: Option<A> = None;
    let mut folded = 0;
    for (pick, harm) in picks {
        let mut value = serde_json::to_value(pick.get(events)).unwrap();
        if let Some((place, damage)) = harm {
            value = damaged(value, *place, damage);
        }
        let Ok(event) = serde_json::from_value::<A::Event>(value) else {
            continue;
        };
        if let Ok(next) = A::apply(state.clone(), &event) {
            state = Some(next);
            folded += 1;
        }
    }
    folded
}

macro_rules! survive_damage {
    ($($name:ident: $aggregate:ident, $samples:ident;)+) => {
        proptest! {
            $(#[test]
            fn $name(picks in any_picks()) {
                survives::<$aggregate>(&samples::$samples(), &picks);
            })+
        }
    };
}

survive_damage! {
    an_access_key_survives_damage: AccessKey, access;
    an_app_survives_damage: App, app;
    a_catalog_survives_damage: Catalog, catalog;
    a_count_survives_damage: Occupancy, occupancy;
    a_disclosure_survives_damage: Disclosure, disclosure;
    a_notification_survives_damage: Notification, notification;
    a_purchase_survives_damage: Purchase, purchase;
    a_series_survives_damage: Series, series;
    a_stay_survives_damage: ParkingSession, parking;
    a_transfer_survives_damage: Transfer, transfer;
    a_user_survives_damage: User, user;
    a_voucher_survives_damage: Voucher, voucher;
    a_wallet_survives_damage: Wallet, wallet;
    an_endpoint_survives_damage: Endpoint, endpoint;
    an_operator_survives_damage: Operator, operator;
}

/// The tests above would pass if nothing could ever be folded.
#[test]
fn what_is_not_damaged_is_folded() {
    let events = samples::purchase();
    let folded = events.iter().filter(|event| Purchase::apply(None, event).is_ok());
    assert!(folded.count() > 0);
}
