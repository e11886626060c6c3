//! Laws that hold for every aggregate, whatever is asked of it, in any order and any number of times.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what is not as these tests expect must fail them"
)]

mod commands;
mod damage;
mod fixtures;
mod golden_files;
mod samples;

use std::{collections::BTreeSet, fmt::Debug};

use commands::Small;
use domain::{
    access::AccessKey,
    app::App,
    catalog::Catalog,
    disclosure::Disclosure,
    endpoint::Endpoint,
    evolve,
    notification::Notification,
    occupancy::Occupancy,
    operator::Operator,
    parking::{ParkingEvent, ParkingSession},
    purchase::{Purchase, PurchaseEvent},
    replay,
    series::Series,
    testing::play,
    transfer::Transfer,
    user::User,
    voucher::Voucher,
    wallet::Wallet,
};
use golden_files::tag;
use proptest::{collection::vec, prelude::*, sample::Index, strategy::ValueTree, test_runner::TestRunner};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Commands drawn from a small world within a few minutes, so that ids collide, commands repeat and time stands still
/// or runs back.
fn any_commands<A: Small>() -> impl Strategy<Value = Vec<A::Command>>
where
    A::Command: Clone + Debug,
{
    vec((any::<Index>(), 0_i64..6), 0..64).prop_map(|picks| {
        let pick = |(index, minute): (Index, i64)| index.get(&A::askable(fixtures::at(minute))).clone();
        picks.into_iter().map(pick).collect()
    })
}

/// Plays commands as a server would and checks the laws at every step.
fn lawful<A>(commands: Vec<A::Command>) -> Result<Vec<A::Event>, TestCaseError>
where
    A: Small + Serialize + DeserializeOwned + PartialEq + Debug,
    A::Command: Clone + Debug,
{
    let mut history = Vec::new();
    let mut state: Option<A> = None;
    for command in commands {
        let Ok(events) = A::decide(state.as_ref(), command.clone()) else {
            continue;
        };
        for event in &events {
            reads_as_written(event)?;
        }
        state =
            evolve(state, &events).map_err(|error| TestCaseError::fail(format!("{command:?}: {error}")))?;
        history.extend(events);
        if let Ok(again) = A::decide(state.as_ref(), command.clone()) {
            prop_assert!(again.is_empty(), "{command:?} has a second effect: {again:?}");
        }
        if let Some(state) = &state {
            reads_as_written(state)?;
        }
    }
    let replayed = replay::<A>(&history).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(replayed, state);
    Ok(history)
}

/// What is stored is read back as it was, and has no number that another machine might write otherwise.
fn reads_as_written<T>(value: &T) -> Result<(), TestCaseError>
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let json = serde_json::to_value(value).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(has_no_floats(&json), "{json}");
    let read: T = serde_json::from_value(json).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(&read, value);
    Ok(())
}

fn has_no_floats(json: &Value) -> bool {
    match json {
        Value::Number(number) => !number.is_f64(),
        Value::Array(values) => values.iter().all(has_no_floats),
        Value::Object(fields) => fields.values().all(has_no_floats),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

macro_rules! obeys_the_laws {
    ($($name:ident: $aggregate:ident),+ $(,)?) => {
        proptest! {
            $(#[test]
            fn $name(commands in any_commands::<$aggregate>()) {
                lawful::<$aggregate>(commands)?;
            })+
        }
    };
}

obeys_the_laws! {
    an_app_obeys_the_laws: App,
    an_operator_obeys_the_laws: Operator,
    a_notification_obeys_the_laws: Notification,
    a_catalog_obeys_the_laws: Catalog,
    a_stay_obeys_the_laws: ParkingSession,
    a_count_obeys_the_laws: Occupancy,
    a_user_obeys_the_laws: User,
    a_wallet_obeys_the_laws: Wallet,
    a_transfer_obeys_the_laws: Transfer,
    a_series_obeys_the_laws: Series,
    a_voucher_obeys_the_laws: Voucher,
    an_access_key_obeys_the_laws: AccessKey,
    a_disclosure_obeys_the_laws: Disclosure,
    an_endpoint_obeys_the_laws: Endpoint,
}

/// How often an event of a kind stands in a history.
fn count<E>(history: &[E], kind: fn(&E) -> bool) -> usize {
    history.iter().filter(|event| kind(event)).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn a_purchase_obeys_the_laws_of_money(commands in any_commands::<Purchase>()) {
        let history = lawful::<Purchase>(commands)?;
        let charged = count(&history, |event| matches!(event, PurchaseEvent::Charged { .. }));
        let completed = count(&history, |event| matches!(event, PurchaseEvent::Completed { .. }));
        let ended_unpaid = history
            .iter()
            .position(|event| matches!(event, PurchaseEvent::Declined { .. } | PurchaseEvent::Voided { .. }));
        let free = matches!(history.first(), Some(PurchaseEvent::Started { payment: None, .. }));
        prop_assert!(charged <= 1, "at most one charge");
        prop_assert!(completed <= 1, "issued once");
        prop_assert!(completed == 0 || ended_unpaid.is_none(), "a declined or voided purchase never completes");
        prop_assert!(completed == 0 || free || charged == 1, "nothing is issued that is not paid");
        refunds_never_exceed_the_charge(&history)?;
    }

    #[test]
    fn a_stay_is_billed_and_paid_at_most_once(commands in any_commands::<ParkingSession>()) {
        let history = lawful::<ParkingSession>(commands)?;
        let paid = count(&history, |event| matches!(event, ParkingEvent::Paid { .. }));
        let failed = count(&history, |event| matches!(event, ParkingEvent::PaymentFailed { .. }));
        let billed = count(&history, |event| matches!(event, ParkingEvent::Billed { .. }));
        let again = count(&history, |event| matches!(event, ParkingEvent::BilledAgain { .. }));
        let ended = count(&history, |event| matches!(event, ParkingEvent::Ended { .. }));
        prop_assert!(ended <= 1 && billed <= ended && paid <= billed);
        prop_assert!(again <= failed && paid + failed <= billed + again, "one attempt after the other");
    }
}

/// Neither what went back nor what is on its way back is ever more than what was taken, at any point of the history.
fn refunds_never_exceed_the_charge(history: &[PurchaseEvent]) -> Result<(), TestCaseError> {
    for length in 0..=history.len() {
        let Some(purchase) = history
            .get(..length)
            .and_then(|past| replay::<Purchase>(past).ok().flatten())
        else {
            continue;
        };
        let (mut taken, mut returned) = (0, 0);
        let mut under_way = std::collections::BTreeMap::new();
        for event in history.iter().take(length) {
            match event {
                PurchaseEvent::Charged { facts, .. } => taken += facts.amount.amount,
                PurchaseEvent::RefundStarted { refund, amount, .. } => {
                    under_way.insert(refund.clone(), amount.amount);
                }
                PurchaseEvent::RefundRetried { refund, .. } => {
                    let started = history.iter().find_map(|event| match event {
                        PurchaseEvent::RefundStarted {
                            refund: known,
                            amount,
                            ..
                        } if known == refund => Some(amount.amount),
                        _ => None,
                    });
                    under_way.insert(refund.clone(), started.unwrap_or(i64::MAX / 8));
                }
                PurchaseEvent::RefundRefused { refund, .. } => {
                    under_way.remove(refund);
                }
                PurchaseEvent::Refunded { refund, .. } => {
                    let started = history.iter().find_map(|event| match event {
                        PurchaseEvent::RefundStarted {
                            refund: known,
                            amount,
                            ..
                        } if known == refund => Some(amount.amount),
                        _ => None,
                    });
                    under_way.remove(refund);
                    returned += started.unwrap_or(i64::MAX / 8);
                }
                _ => {}
            }
        }
        prop_assert!(returned + under_way.values().sum::<i64>() <= taken);
        if let Ok(refundable) = purchase.refundable() {
            prop_assert!(refundable.amount >= 0);
        }
    }
    Ok(())
}

/// Which of the kinds never come up in many plays, the same ones on every run.
fn kinds_that_never_occur<A>(mut kinds: BTreeSet<String>) -> BTreeSet<String>
where
    A: Small + Serialize + DeserializeOwned + PartialEq + Debug,
    A::Command: Clone + Debug,
{
    let mut runner = TestRunner::deterministic();
    for _ in 0..3_000 {
        if kinds.is_empty() {
            break;
        }
        let commands = any_commands::<A>().new_tree(&mut runner).unwrap().current();
        for event in play::<A>(commands).0 {
            kinds.remove(&tag(&event));
        }
    }
    kinds
}

/// The laws would hold for an aggregate that refuses everything. None does: every kind of event there is comes up.
#[test]
fn every_kind_of_event_can_happen() {
    macro_rules! all_kinds_of {
        ($($aggregate:ident: $samples:ident),+ $(,)?) => {$(
            let never = kinds_that_never_occur::<$aggregate>(samples::$samples().iter().map(tag).collect());
            assert_eq!(never, BTreeSet::new(), "never seen of {}", stringify!($aggregate));
        )+};
    }
    all_kinds_of! {
        App: app,
        Operator: operator,
        Catalog: catalog,
        ParkingSession: parking,
        Purchase: purchase,
        User: user,
        Wallet: wallet,
        Transfer: transfer,
        Series: series,
        Voucher: voucher,
        Notification: notification,
        Endpoint: endpoint,
    }
}
