//! What may be begun.

use super::fixtures::*;
use crate::{
    MoneyError,
    purchase::{Next, Purchase, PurchaseEvent, PurchaseRejection as No, Route, SavedCredential, Step},
    testing::given,
};

fn first() -> crate::testing::Given<Purchase> {
    given::<Purchase>([])
}

#[test]
fn an_intent_is_written_down_with_every_key_before_the_first_call() {
    let keys: Vec<_> = terms(Route::Token)
        .calls
        .into_iter()
        .map(|call| call.key.to_string())
        .collect();
    assert_eq!(keys, ["pur_1-derive-1", "pur_1-charge-1"]);
    first()
        .when(start(order(), Some(terms(Route::Token))))
        .then([started(Route::Token)]);
}

#[test]
fn a_started_purchase_first_needs_a_credential() {
    for route in [Route::PaymentMethod, Route::Token, Route::TokenHandedOver] {
        let next = given::<Purchase>([started(route)]).state().next();
        assert_eq!(
            next,
            Next::Call {
                call: call(Step::DeriveCredential, 1),
                planned_at: at(0)
            }
        );
    }
}

#[test]
fn a_free_order_needs_no_payment_and_is_issued_at_once() {
    first().when(start(free_order(), None)).then([started_free()]);
    assert_eq!(given::<Purchase>([started_free()]).state().next(), Next::Issue);
    given::<Purchase>([started_free()])
        .when(complete())
        .then([completed()]);
    let state = given::<Purchase>([started_free(), completed()]).state();
    assert_eq!(state.next(), Next::Nothing);
}

#[test]
fn starting_the_same_order_again_changes_nothing() {
    given::<Purchase>(sold())
        .when(start(order(), Some(terms(Route::PaymentMethod))))
        .then_nothing();
    given::<Purchase>([started_free()])
        .when(start(free_order(), None))
        .then_nothing();
}

#[test]
fn another_order_cannot_take_the_id_of_a_purchase() {
    let mut other = order();
    other.engine_fee = usd(99);
    let payment = Some(terms(Route::PaymentMethod));
    given::<Purchase>(ready())
        .when(start(other, payment))
        .then_rejected(No::OrderDiffers);
    given::<Purchase>(ready())
        .when(start(order(), None))
        .then_rejected(No::OrderDiffers);
    let by_card = Some(terms(Route::Token));
    given::<Purchase>(ready())
        .when(start(order(), by_card))
        .then_rejected(No::OrderDiffers);
}

/// Each order breaks the named rule and every later one, so that the order of precedence shows.
#[test]
fn what_is_wrong_with_an_order_is_told_in_order_of_precedence() {
    let mut bad = order();
    bad.items = vec![];
    bad.engine_fee = usd(-1);
    first().when(start(bad.clone(), None)).then_rejected(No::NoItems);
    bad.items = vec![line("train", 2, usd(i64::MAX))];
    first()
        .when(start(bad.clone(), None))
        .then_rejected(No::AnotherOperator);
    bad.items = vec![line("bus", 2, usd(i64::MAX))];
    first()
        .when(start(bad.clone(), None))
        .then_rejected(No::Money(MoneyError::OutOfRange));
    bad.items = vec![line("bus", 2, usd(500))];
    first()
        .when(start(bad.clone(), None))
        .then_rejected(No::DoesNotAddUp);
    bad.engine_fee = usd(100);
    first()
        .when(start(bad, None))
        .then_rejected(No::PaymentTermsMismatch);
}

#[test]
fn an_order_in_two_currencies_has_no_sum() {
    let mut bad = order();
    bad.items.push(line("bus", 1, yen(1)));
    let mismatch = MoneyError::CurrencyMismatch(crate::Currency::USD, yen(0).currency);
    first()
        .when(start(bad, Some(terms(Route::Token))))
        .then_rejected(No::Money(mismatch));
}

#[test]
fn an_order_whose_parts_do_not_make_the_whole_is_refused() {
    let lines = [
        (vec![line("bus", 2, usd(499))], usd(1_000), usd(100)),
        (
            vec![line("bus", 0, usd(500)), line("bus", 2, usd(500))],
            usd(1_000),
            usd(100),
        ),
        (
            vec![line("bus", 1, usd(-500)), line("bus", 3, usd(500))],
            usd(1_000),
            usd(100),
        ),
        (vec![line("bus", 2, usd(500))], usd(1_000), usd(1_001)),
        (vec![line("bus", 2, usd(500))], usd(1_000), yen(100)),
        (vec![line("bus", 2, usd(500))], usd(900), usd(100)),
    ];
    for (items, total, engine_fee) in lines {
        let bad = crate::purchase::Order {
            items,
            total,
            engine_fee,
            ..order()
        };
        first()
            .when(start(bad, Some(terms(Route::Token))))
            .then_rejected(No::DoesNotAddUp);
    }
}

#[test]
fn a_free_order_takes_no_payment_terms() {
    let command = start(free_order(), Some(terms(Route::Token)));
    first().when(command).then_rejected(No::PaymentTermsMismatch);
}

#[test]
fn a_route_goes_only_with_the_credential_it_is_made_for() {
    for (route, other) in [
        (Route::PaymentMethod, Route::Token),
        (Route::Token, Route::PaymentMethod),
        (Route::TokenHandedOver, Route::PaymentMethod),
    ] {
        let mut bad = terms(route);
        bad.credential = terms(other).credential;
        first()
            .when(start(order(), Some(bad)))
            .then_rejected(No::PaymentTermsMismatch);
    }
}

#[test]
fn a_purchase_without_exactly_its_planned_calls_would_be_stuck_and_is_refused() {
    let mut none = terms(Route::Token);
    none.calls.clear();
    let mut foreign = terms(Route::Token);
    foreign.calls[1].key = crate::StripeCallKey::derive("pur_2", "charge", 1);
    let mut charging = terms(Route::TokenHandedOver);
    charging.calls = terms(Route::Token).calls;
    for bad in [none, foreign, charging] {
        first()
            .when(start(order(), Some(bad)))
            .then_rejected(No::PaymentTermsMismatch);
    }
}

#[test]
fn nothing_can_be_told_of_a_purchase_that_was_never_started() {
    for command in super::laws::one_of_each().into_iter().skip(1) {
        first().when(command).then_rejected(No::NotStarted);
    }
}

#[test]
fn what_was_ordered_and_how_it_is_paid_can_be_asked() {
    let state = given::<Purchase>([started(Route::PaymentMethod)]).state();
    assert_eq!(state.order(), &order());
    assert_eq!(state.payment(), Some(&terms(Route::PaymentMethod)));
    assert_eq!(state.started_at(), at(0));
    let saved: Vec<_> = [Route::PaymentMethod, Route::Token]
        .map(|route| terms(route).credential)
        .iter()
        .map(SavedCredential::as_str)
        .map(str::to_owned)
        .collect();
    assert_eq!(saved, ["pm_saved", "card_saved"]);
}

#[test]
fn the_first_event_says_everything_so_that_it_can_be_read_back() {
    let stored = serde_json::to_string(&started(Route::PaymentMethod)).unwrap();
    assert_eq!(
        serde_json::from_str::<PurchaseEvent>(&stored).unwrap(),
        started(Route::PaymentMethod)
    );
}
