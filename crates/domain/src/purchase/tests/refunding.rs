//! Giving money back, never more than was taken.

use proptest::prelude::*;

use super::fixtures::*;
use crate::{
    Aggregate,
    purchase::{
        ChargeFacts, Next, Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection as No, RefundState,
        UnknownReason,
    },
    replay,
    testing::given,
};

fn record_unknown(reason: UnknownReason) -> PurchaseCommand {
    PurchaseCommand::RecordRefundUnknown {
        refund: refund_id("rfd_1"),
        reason,
    }
}

fn review(reason: &str) -> PurchaseEvent {
    PurchaseEvent::ReviewRequested {
        reason: reason.to_owned(),
        at: at(6),
    }
}

#[test]
fn a_refund_is_written_down_with_its_key_before_stripe_is_asked() {
    given::<Purchase>(sold())
        .when(start_refund("rfd_1", usd(1_000)))
        .then([refund_started("rfd_1", 1_000, 100)]);
    let state = given::<Purchase>(then(sold(), [refund_started("rfd_1", 1_000, 100)])).state();
    assert_eq!(
        state.next(),
        Next::Refund {
            refund: refund_id("rfd_1")
        }
    );
    assert_eq!(
        state.refunds()[&refund_id("rfd_1")].key.as_str(),
        "rfd_1-refund-1"
    );
}

#[test]
fn asking_for_the_same_refund_again_changes_nothing() {
    let history = then(sold(), [refund_started("rfd_1", 400, 40)]);
    given::<Purchase>(history.clone())
        .when(start_refund("rfd_1", usd(400)))
        .then_nothing();
    given::<Purchase>(then(history.clone(), [refunded("rfd_1", "re_1")]))
        .when(start_refund("rfd_1", usd(400)))
        .then_nothing();
    given::<Purchase>(history)
        .when(start_refund("rfd_1", usd(401)))
        .then_rejected(No::RefundDiffers);
}

#[test]
fn refunds_in_parts_never_exceed_the_charge() {
    let history = then(sold(), [refund_started("rfd_1", 700, 70)]);
    let remaining = usd(300);
    given::<Purchase>(history.clone())
        .when(start_refund("rfd_2", usd(301)))
        .then_rejected(No::ExceedsRemaining { remaining });
    for nothing in [usd(0), usd(-1), yen(1)] {
        given::<Purchase>(history.clone())
            .when(start_refund("rfd_2", nothing))
            .then_rejected(No::ExceedsRemaining { remaining });
    }
    given::<Purchase>(history)
        .when(start_refund("rfd_2", usd(300)))
        .then([refund_started("rfd_2", 300, 30)]);
}

#[test]
fn without_a_charge_there_is_nothing_to_give_back() {
    for history in [
        ready(),
        then(ready(), [declined()]),
        vec![started_free(), completed()],
    ] {
        given::<Purchase>(history)
            .when(start_refund("rfd_1", usd(1)))
            .then_rejected(No::NotCharged);
    }
    assert_eq!(
        given::<Purchase>(ready()).state().refundable(),
        Err(No::NotCharged)
    );
}

#[test]
fn before_anything_is_issued_only_the_whole_charge_goes_back() {
    for history in [then(ready(), [charged()]), then(ready(), [voided(), charged()])] {
        given::<Purchase>(history.clone())
            .when(start_refund("rfd_1", usd(999)))
            .then_rejected(No::OutOfTurn);
        let whole = refund_started("rfd_1", 1_000, 100);
        given::<Purchase>(history.clone())
            .when(start_refund("rfd_1", usd(1_000)))
            .then([whole.clone()]);
        let history = then(history, [whole]);
        given::<Purchase>(history.clone())
            .when(complete())
            .then_rejected(No::Over);
        let next = given::<Purchase>(history.clone()).state().next();
        assert_eq!(
            next,
            Next::Refund {
                refund: refund_id("rfd_1")
            }
        );
        let done = then(history, [refunded("rfd_1", "re_1")]);
        assert_eq!(given::<Purchase>(done).state().next(), Next::Nothing);
    }
}

#[test]
fn every_refund_that_is_written_down_is_asked_for_until_it_is_settled() {
    let both = then(
        sold(),
        [refund_started("rfd_1", 400, 40), refund_started("rfd_2", 600, 60)],
    );
    let next = |history| given::<Purchase>(history).state().next();
    assert_eq!(
        next(both.clone()),
        Next::Refund {
            refund: refund_id("rfd_1")
        }
    );
    let one = then(both, [refunded("rfd_1", "re_1")]);
    assert_eq!(
        next(one.clone()),
        Next::Refund {
            refund: refund_id("rfd_2")
        }
    );
    assert_eq!(next(then(one, [refund_refused("rfd_2")])), Next::Nothing);
}

#[test]
fn a_refund_is_done_once_under_one_name() {
    let started = then(
        sold(),
        [refund_started("rfd_1", 400, 40), refund_started("rfd_2", 400, 40)],
    );
    given::<Purchase>(started.clone())
        .when(record_refund("rfd_1", "re_1"))
        .then([refunded("rfd_1", "re_1")]);
    let done = then(started, [refunded("rfd_1", "re_1")]);
    given::<Purchase>(done.clone())
        .when(record_refund("rfd_1", "re_1"))
        .then_nothing();
    given::<Purchase>(done.clone())
        .when(record_refund("rfd_1", "re_2"))
        .then_rejected(No::RefundDiffers);
    given::<Purchase>(done)
        .when(record_refund("rfd_2", "re_1"))
        .then_rejected(No::RefundDiffers);
}

#[test]
fn nothing_is_heard_of_a_refund_that_was_never_started() {
    let unknown = record_unknown(UnknownReason::ReplyLost);
    for command in [
        record_refund("rfd_1", "re_1"),
        record_refund_refused("rfd_1"),
        unknown,
    ] {
        given::<Purchase>(sold())
            .when(command)
            .then_rejected(No::RefundNotStarted);
    }
}

#[test]
fn an_unknown_refund_is_asked_for_again_and_noted_once() {
    let started = then(sold(), [refund_started("rfd_1", 400, 40)]);
    let unknown = PurchaseEvent::RefundUnknown {
        refund: refund_id("rfd_1"),
        reason: UnknownReason::ReplyLost,
    };
    given::<Purchase>(started.clone())
        .when(record_unknown(UnknownReason::ReplyLost))
        .then([unknown.clone()]);
    let history = then(started, [unknown]);
    let state = given::<Purchase>(history.clone()).state();
    assert_eq!(
        state.next(),
        Next::Refund {
            refund: refund_id("rfd_1")
        }
    );
    assert_eq!(
        state.refunds()[&refund_id("rfd_1")].unknown,
        Some(UnknownReason::ReplyLost)
    );
    given::<Purchase>(history.clone())
        .when(record_unknown(UnknownReason::ReplyLost))
        .then_nothing();
    let done = then(history, [refunded("rfd_1", "re_1")]);
    assert_eq!(
        given::<Purchase>(done.clone()).state().refunds()[&refund_id("rfd_1")].unknown,
        None
    );
    given::<Purchase>(done)
        .when(record_unknown(UnknownReason::ServerError))
        .then_nothing();
}

#[test]
fn a_refused_refund_leaves_its_amount_to_another() {
    let started = then(sold(), [refund_started("rfd_1", 1_000, 100)]);
    given::<Purchase>(started.clone())
        .when(record_refund_refused("rfd_1"))
        .then([refund_refused("rfd_1")]);
    let history = then(started, [refund_refused("rfd_1")]);
    given::<Purchase>(history.clone())
        .when(record_refund_refused("rfd_1"))
        .then_nothing();
    given::<Purchase>(history.clone())
        .when(record_unknown(UnknownReason::ReplyLost))
        .then_nothing();
    assert_eq!(
        given::<Purchase>(history.clone()).state().refundable(),
        Ok(usd(1_000))
    );
    given::<Purchase>(history)
        .when(start_refund("rfd_2", usd(1_000)))
        .then([refund_started("rfd_2", 1_000, 100)]);
}

#[test]
fn a_refused_refund_may_turn_out_done_as_long_as_the_money_was_there() {
    let refused = then(
        sold(),
        [refund_started("rfd_1", 700, 70), refund_refused("rfd_1")],
    );
    given::<Purchase>(refused.clone())
        .when(record_refund("rfd_1", "re_1"))
        .then([refunded("rfd_1", "re_1")]);
    let taken = then(refused, [refund_started("rfd_2", 400, 40)]);
    given::<Purchase>(taken)
        .when(record_refund("rfd_1", "re_1"))
        .then_rejected(No::ExceedsRemaining { remaining: usd(600) });
}

#[test]
fn a_charge_that_bought_nothing_and_cannot_go_back_is_for_a_person() {
    let stuck = "the charge could not be given back, and nothing was issued for it";
    let history = then(
        ready(),
        [voided(), charged(), refund_started("rfd_1", 1_000, 100)],
    );
    let events = [refund_refused("rfd_1"), review(stuck)];
    given::<Purchase>(history.clone())
        .when(record_refund_refused("rfd_1"))
        .then(events.clone());
    let history = then(history, events);
    let state = given::<Purchase>(history.clone()).state();
    assert_eq!((state.next(), state.review()), (Next::Nothing, Some(stuck)));
    let another = refund_started("rfd_2", 1_000, 100);
    given::<Purchase>(history.clone())
        .when(start_refund("rfd_2", usd(1_000)))
        .then([another.clone()]);
    // A person did something about it; that it did not help is news to them.
    given::<Purchase>(then(history, [another]))
        .when(record_refund_refused("rfd_2"))
        .then([refund_refused("rfd_2"), review(stuck)]);
}

#[test]
fn a_refund_that_leaves_us_our_fee_returns_none_of_it_and_later_ones_make_nothing_up() {
    given::<Purchase>(sold())
        .when(start_refund_less_fee("rfd_1", usd(400)))
        .then([refund_started_less_fee("rfd_1", 400)]);
    let history = then(sold(), [refund_started_less_fee("rfd_1", 400)]);
    given::<Purchase>(history.clone())
        .when(start_refund_less_fee("rfd_1", usd(400)))
        .then_nothing();
    given::<Purchase>(history)
        .when(start_refund("rfd_2", usd(600)))
        .then([refund_started("rfd_2", 600, 60)]);
}

#[test]
fn a_refund_that_fails_after_it_was_done_is_for_a_person() {
    let undone = "a refund that was done has failed afterwards";
    let done = then(
        sold(),
        [refund_started("rfd_1", 400, 40), refunded("rfd_1", "re_1")],
    );
    given::<Purchase>(done.clone())
        .when(record_refund_refused("rfd_1"))
        .then([review(undone)]);
    let history = then(done, [review(undone)]);
    given::<Purchase>(history.clone())
        .when(record_refund_refused("rfd_1"))
        .then_nothing();
    let refund = given::<Purchase>(history).state().refunds()[&refund_id("rfd_1")].clone();
    assert!(matches!(refund.state, RefundState::Done { .. }));
}

/// The parts of 1,000 that `cuts` leave, in order.
fn parts(mut cuts: Vec<i64>) -> Vec<i64> {
    cuts.extend([0, 1_000]);
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

proptest! {
    /// Refused ones in between do not matter, and no part ever returns a negative fee.
    #[test]
    fn refunds_in_parts_return_exactly_the_whole_fee(
        fee in 0_i64..=1_000,
        cuts in proptest::collection::vec(1_i64..1_000, 0..8),
        refused in proptest::collection::vec(1_i64..1_000, 0..8),
    ) {
        let facts = ChargeFacts { engine_fee: usd(fee), ..facts("ch_1") };
        let history = then(ready(), [PurchaseEvent::Charged { facts, at: at(3) }, completed()]);
        let mut state = replay::<Purchase>(&history).unwrap().unwrap();
        let mut tell = |command| {
            let events = Purchase::decide(Some(&state), command).unwrap_or_default();
            state = events.iter().fold(state.clone(), |state, event| Purchase::apply(Some(state), event).unwrap());
        };
        let mut refused = refused.into_iter();
        for (n, part) in parts(cuts).into_iter().enumerate() {
            if let Some(amount) = refused.next() {
                tell(start_refund(&format!("rfd_refused{n}"), usd(amount)));
            }
            tell(record_refund_refused(&format!("rfd_refused{n}")));
            tell(start_refund(&format!("rfd_{n}"), usd(part)));
            tell(record_refund(&format!("rfd_{n}"), &format!("re_{n}")));
        }
        let done = || state.refunds().values().filter(|it| matches!(it.state, RefundState::Done { .. }));
        prop_assert_eq!(done().map(|it| it.amount.amount).sum::<i64>(), 1_000);
        prop_assert_eq!(done().map(|it| it.fee_returned.amount).sum::<i64>(), fee);
        prop_assert!(state.refunds().values().all(|it| it.fee_returned.amount >= 0));
    }
}
