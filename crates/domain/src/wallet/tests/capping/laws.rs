//! What holds of capping whatever is bought and ridden.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    Aggregate, evolve, replay,
    wallet::{Wallet, WalletRejection},
};

/// A ride: its price, its group, and how many minutes after the one before it is taken.
type Taken = (i64, bool, i64);

fn any_rides() -> impl Strategy<Value = Vec<Taken>> {
    vec((0_i64..300, any::<bool>(), 0_i64..900), 1..24)
}

fn group(first: bool) -> &'static str {
    if first { GROUP } else { "express" }
}

fn item(ordinal: u32, (amount, first, _): Taken) -> IssuedItem {
    let mut issued = ride_for(ordinal, amount);
    issued.terms.fare.cap_group = Some(group(first).to_owned());
    issued
}

fn caps(limits: [i64; 2]) -> Vec<CapTerms> {
    [true, false]
        .into_iter()
        .zip(limits)
        .map(|(first, limit)| {
            let mut terms = day_cap(limit);
            terms.cap.group = group(first).to_owned();
            terms
        })
        .collect()
}

/// Rides one after the other, and gives each with its moment and what it led to.
fn ridden(rides: &[Taken], caps: &[CapTerms]) -> Vec<(Taken, DateTime<Utc>, Vec<WalletEvent>)> {
    let items: Vec<_> = (1..)
        .zip(rides)
        .map(|(ordinal, ride)| item(ordinal, *ride))
        .collect();
    let mut state = replay::<Wallet>(&[issued(items)]).unwrap();
    let mut at = hour(0);
    let mut outcomes = Vec::new();
    for (ordinal, ride) in (1..).zip(rides) {
        at += TimeDelta::minutes(ride.2);
        let events = Wallet::decide(state.as_ref(), under(caps, pass(ordinal), None, at)).unwrap();
        state = evolve(state, &events).unwrap();
        outcomes.push((*ride, at, events));
    }
    outcomes
}

/// What the rider has spent in each group on each day, and until when what a cap gave lasts: told apart from the code
/// under test by being dull.
#[derive(Default)]
struct Books {
    spent: BTreeMap<(bool, DateTime<Utc>), i64>,
    free_until: BTreeMap<bool, DateTime<Utc>>,
}

fn is_of_a_replacement(event: &WalletEvent) -> bool {
    matches!(event, WalletEvent::PassActivated { pass, .. } if pass.as_str().ends_with(".fare_cap"))
}

proptest! {
    #[test]
    fn passes_are_capped_when_what_was_paid_reaches_the_cap_and_never_before(
        rides in any_rides(),
        limits in [1_i64..900, 1_i64..900],
    ) {
        let caps = caps(limits);
        let mut books = Books::default();
        for ((amount, first, _), at, events) in ridden(&rides, &caps) {
            let day = period_of(CapPeriod::ServiceDay, caps[0].replacement.calendar, at).unwrap();
            if books.free_until.get(&first).is_some_and(|until| at < *until) {
                // It may have to be activated anew on the next day, where it outlasts its own.
                let own = events.iter().filter(|event| !is_of_a_replacement(event)).count();
                prop_assert_eq!(own, 0);
                continue;
            }
            let spent = books.spent.entry((first, day.from)).or_default();
            *spent += amount;
            let limit = if first { limits[0] } else { limits[1] };
            match events.as_slice() {
                [WalletEvent::PassActivated { .. }] => prop_assert!(*spent < limit),
                [WalletEvent::PassesCapped { cap, cap_group, .. }, _, WalletEvent::PassActivated { ends_at, .. }] => {
                    prop_assert!(*spent >= limit);
                    prop_assert_eq!(cap_group, group(first));
                    prop_assert_eq!(cap.as_ref().unwrap().spent, usd(*spent));
                    prop_assert!(*ends_at >= day.until);
                    books.free_until.insert(first, *ends_at);
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }

    #[test]
    fn without_caps_every_pass_is_its_own(rides in any_rides()) {
        for (ordinal, (_, _, events)) in (1..).zip(ridden(&rides, &[])) {
            let [WalletEvent::PassActivated { pass: activated, .. }] = events.as_slice() else {
                return Err(TestCaseError::fail("not one activation"));
            };
            prop_assert_eq!(activated, &pass(ordinal));
        }
    }

    #[test]
    fn the_same_is_decided_again_and_repeating_is_harmless(rides in any_rides(), limit in 1_i64..900) {
        let caps = caps([limit, limit]);
        prop_assert_eq!(ridden(&rides, &caps), ridden(&rides, &caps));
        let items: Vec<_> = (1..).zip(&rides).map(|(ordinal, ride)| item(ordinal, *ride)).collect();
        let mut state = replay::<Wallet>(&[issued(items)]).unwrap();
        let mut at = hour(0);
        for (ordinal, ride) in (1..).zip(&rides) {
            at += TimeDelta::minutes(ride.2);
            let seen = state.as_ref().map(Wallet::revision);
            let asked = |seen| WalletCommand::Activate {
                pass: pass(ordinal),
                device: None,
                seen,
                caps: caps.clone(),
                at,
            };
            let events = Wallet::decide(state.as_ref(), asked(seen)).unwrap();
            state = evolve(state, &events).unwrap();
            for seen in [seen, None] {
                let again = Wallet::decide(state.as_ref(), asked(seen));
                prop_assert_eq!(again, Ok(vec![]));
            }
        }
    }

    #[test]
    fn the_shares_of_a_book_sum_to_its_price_and_differ_by_a_unit_at_most(
        amount in 0_i64..1_000_000,
        rides in 1_u32..60,
    ) {
        let mut book = book_for(1, amount);
        book.terms.fare.product = Product::PassBook { passes: rides };
        let wallet = replay::<Wallet>(&[issued([book])]).unwrap().unwrap();
        let shares: Vec<i64> = wallet.passes().map(|pass| pass.paid().amount).collect();
        prop_assert_eq!(shares.iter().sum::<i64>(), amount);
        let (least, most) = (shares.iter().min().unwrap(), shares.iter().max().unwrap());
        prop_assert!(most - least <= 1);
    }
}

#[test]
fn what_cannot_be_added_up_is_refused() {
    let held = issued([ride_for(1, i64::MAX), ride_for(2, 1)]);
    let wallet = replay::<Wallet>(&[held, activated(pass(1), None, hour(0))]).unwrap();
    let asked = under(&[day_cap(100)], pass(2), None, hour(1));
    assert_eq!(
        Wallet::decide(wallet.as_ref(), asked),
        Err(WalletRejection::OutOfRange)
    );
}
