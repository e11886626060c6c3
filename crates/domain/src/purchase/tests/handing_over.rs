//! The token goes to the operator, who charges by itself.

use super::fixtures::*;
use crate::{
    ChargeId,
    purchase::{
        ChargeFacts, Delivery, Judgement, Next, Purchase, PurchaseCommand, PurchaseEvent,
        PurchaseRejection as No, Refutation, Report, Route, ShownCharge, ShownStatus, Step, UnknownReason,
        VoidReason,
    },
    testing::given,
};

fn ready_to_hand_over() -> Vec<PurchaseEvent> {
    vec![started(Route::TokenHandedOver), derived(Route::TokenHandedOver)]
}

fn handed_over() -> PurchaseEvent {
    PurchaseEvent::CredentialHandedOver {
        charge_before: at(60),
    }
}

fn hand_over(minute: i64) -> PurchaseCommand {
    PurchaseCommand::RecordHandOver {
        charge_before: at(minute),
    }
}

fn report(charge: &str) -> PurchaseCommand {
    PurchaseCommand::ReportCharge {
        charge: ChargeId::parse(charge).unwrap(),
        at: at(4),
    }
}

fn reported(charge: &str) -> PurchaseEvent {
    PurchaseEvent::ChargeReported {
        charge: ChargeId::parse(charge).unwrap(),
        at: at(4),
    }
}

#[test]
fn the_token_is_made_handed_over_waited_for_and_then_issued_upon() {
    let next = |history: Vec<PurchaseEvent>| given::<Purchase>(history).state().next();
    let derive = Next::Call {
        call: call(Step::DeriveCredential, 1),
        planned_at: at(0),
    };
    assert_eq!(next(vec![started(Route::TokenHandedOver)]), derive);
    assert_eq!(next(ready_to_hand_over()), Next::HandOver);
    let waiting = then(ready_to_hand_over(), [handed_over()]);
    assert_eq!(
        next(waiting.clone()),
        Next::AwaitOperator {
            charge_before: at(60)
        }
    );
    let charged = then(waiting, [charged()]);
    assert_eq!(next(charged.clone()), Next::Issue);
    assert_eq!(next(then(charged, [completed()])), Next::Nothing);
}

#[test]
fn a_token_is_handed_over_once_and_its_first_deadline_stands() {
    given::<Purchase>(ready_to_hand_over())
        .when(hand_over(60))
        .then([handed_over()]);
    let waiting = then(ready_to_hand_over(), [handed_over()]);
    given::<Purchase>(waiting.clone())
        .when(hand_over(60))
        .then_nothing();
    given::<Purchase>(waiting.clone())
        .when(hand_over(90))
        .then_nothing();
    given::<Purchase>(then(waiting, [charged()]))
        .when(hand_over(60))
        .then_nothing();
}

#[test]
fn only_the_token_of_that_route_is_handed_over() {
    given::<Purchase>([started(Route::TokenHandedOver)])
        .when(hand_over(60))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>([started(Route::Token), derived(Route::Token)])
        .when(hand_over(60))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>(sold())
        .when(hand_over(60))
        .then_rejected(No::OutOfTurn);
}

#[test]
fn once_the_operator_holds_a_token_there_is_no_second_one() {
    let waiting = then(ready_to_hand_over(), [handed_over()]);
    let again = PurchaseCommand::RecordCredential {
        generation: 1,
        credential: token("second"),
    };
    given::<Purchase>(waiting.clone()).when(again).then_nothing();
    given::<Purchase>(waiting)
        .when(renew(Step::DeriveCredential, 1))
        .then_rejected(No::OutOfTurn);
}

#[test]
fn what_the_operator_reports_counts_for_nothing_until_stripe_confirms_it() {
    let waiting = then(ready_to_hand_over(), [handed_over()]);
    given::<Purchase>(waiting.clone())
        .when(report("ch_1"))
        .then([reported("ch_1")]);
    let history = then(waiting, [reported("ch_1")]);
    let state = given::<Purchase>(history.clone()).state();
    assert_eq!(state.reported_charge().map(ChargeId::as_str), Some("ch_1"));
    let charge = ChargeId::parse("ch_1").unwrap();
    assert_eq!(state.next(), Next::Verify { charge });
    given::<Purchase>(history.clone())
        .when(report("ch_1"))
        .then_nothing();
    given::<Purchase>(history.clone())
        .when(complete())
        .then_rejected(No::OutOfTurn);
    given::<Purchase>(history)
        .when(report("ch_2"))
        .then([reported("ch_2")]);
}

#[test]
fn a_report_is_kept_whenever_it_comes_but_only_from_whom_was_handed_a_token() {
    let voided = then(ready_to_hand_over(), [handed_over(), voided()]);
    given::<Purchase>(voided)
        .when(report("ch_1"))
        .then([reported("ch_1")]);
    given::<Purchase>(ready_to_hand_over())
        .when(report("ch_1"))
        .then([reported("ch_1")]);
    given::<Purchase>(ready())
        .when(report("ch_1"))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>([started_free()])
        .when(report("ch_1"))
        .then_rejected(No::OutOfTurn);
}

#[test]
fn a_token_not_charged_in_time_ends_the_purchase_and_a_charge_after_that_goes_back() {
    let waiting = then(ready_to_hand_over(), [handed_over()]);
    let expired = PurchaseEvent::Voided {
        reason: VoidReason::HandOverExpired,
        at: at(3),
    };
    given::<Purchase>(waiting.clone())
        .when(void(VoidReason::HandOverExpired))
        .then([expired.clone()]);
    let late = then(waiting, [expired, charged()]);
    assert_eq!(given::<Purchase>(late).state().next(), Next::RefundAll);
}

fn deliver(by: Delivery, minute: i64) -> PurchaseCommand {
    PurchaseCommand::RecordDelivery { by, at: at(minute) }
}

fn delivered(by: Delivery) -> PurchaseEvent {
    PurchaseEvent::TokenDelivered { by, at: at(5) }
}

fn refuted(charge: &str, why: Refutation) -> PurchaseEvent {
    PurchaseEvent::ReportRefuted {
        charge: ChargeId::parse(charge).unwrap(),
        why,
        at: at(5),
    }
}

fn on_offer() -> Vec<PurchaseEvent> {
    then(ready_to_hand_over(), [handed_over()])
}

#[test]
fn a_token_is_given_out_once_while_it_may_be_charged() {
    given::<Purchase>(ready_to_hand_over())
        .when(deliver(Delivery::Pull, 5))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>(on_offer())
        .when(deliver(Delivery::Pull, 5))
        .then([delivered(Delivery::Pull)]);
    for first in [Delivery::Webhook, Delivery::Pull] {
        for second in [Delivery::Webhook, Delivery::Pull] {
            given::<Purchase>(then(on_offer(), [delivered(first)]))
                .when(deliver(second, 6))
                .then_rejected(No::DeliveredAlready);
        }
    }
    given::<Purchase>(on_offer())
        .when(deliver(Delivery::Pull, 60))
        .then_rejected(No::OfferEnded);
    given::<Purchase>(then(on_offer(), [charged()]))
        .when(deliver(Delivery::Pull, 5))
        .then_rejected(No::Over);
}

#[test]
fn only_a_message_that_never_left_gives_the_token_back() {
    let not_delivered = PurchaseCommand::RecordNotDelivered { at: at(6) };
    let back = PurchaseEvent::TokenNotDelivered { at: at(6) };
    let sent = then(on_offer(), [delivered(Delivery::Webhook)]);
    given::<Purchase>(sent.clone())
        .when(not_delivered.clone())
        .then([back.clone()]);
    given::<Purchase>(then(sent, [back]))
        .when(deliver(Delivery::Pull, 5))
        .then([delivered(Delivery::Pull)]);
    given::<Purchase>(then(on_offer(), [delivered(Delivery::Pull)]))
        .when(not_delivered.clone())
        .then_rejected(No::OutOfTurn);
    given::<Purchase>(on_offer()).when(not_delivered).then_nothing();
}

#[test]
fn a_refuted_report_may_be_made_again_and_a_true_one_stays_confirmed() {
    let refute = |why| PurchaseCommand::RefuteReport {
        charge: ChargeId::parse("ch_1").unwrap(),
        why,
        at: at(5),
    };
    given::<Purchase>(on_offer())
        .when(refute(Refutation::NotFound))
        .then_rejected(No::OutOfTurn);
    let open = then(on_offer(), [reported("ch_1")]);
    given::<Purchase>(open.clone())
        .when(refute(Refutation::NotFound))
        .then([refuted("ch_1", Refutation::NotFound)]);
    let dismissed = then(open.clone(), [refuted("ch_1", Refutation::NotFound)]);
    let state = given::<Purchase>(dismissed.clone()).state();
    assert_eq!(
        state.next(),
        Next::AwaitOperator {
            charge_before: at(60)
        }
    );
    given::<Purchase>(dismissed)
        .when(report("ch_1"))
        .then([reported("ch_1")]);
    let paid = then(open, [charged()]);
    let state = given::<Purchase>(paid.clone()).state();
    assert_eq!(state.reports().values().collect::<Vec<_>>(), [&Report::Confirmed]);
    given::<Purchase>(paid.clone())
        .when(report("ch_1"))
        .then_nothing();
    given::<Purchase>(paid)
        .when(refute(Refutation::NotFound))
        .then_nothing();
}

#[test]
fn a_second_charge_is_looked_into_after_the_rider_has_what_was_paid_for() {
    let twice = then(on_offer(), [charged(), reported("ch_2")]);
    let state = given::<Purchase>(twice.clone()).state();
    assert_eq!(state.next(), Next::Issue);
    let charge = ChargeId::parse("ch_2").unwrap();
    let state = given::<Purchase>(then(twice, [completed()])).state();
    assert_eq!(state.next(), Next::Verify { charge });
}

#[test]
fn no_purchase_takes_reports_without_end() {
    let many: Vec<_> = (0..16).map(|n| reported(&format!("ch_{n}"))).collect();
    given::<Purchase>(then(on_offer(), many.clone()))
        .when(report("ch_more"))
        .then_rejected(No::TooManyReports);
    given::<Purchase>(then(on_offer(), many))
        .when(report("ch_3"))
        .then_nothing();
}

#[test]
fn a_charge_pays_if_it_names_the_purchase_and_took_its_price_and_else_for_its_first_flaw() {
    let purchase = purchase_id();
    let good = ShownCharge {
        purchase: Some(purchase.as_str()),
        amount: Some(usd(1_000)),
        given_back: Some(usd(0)),
        status: ShownStatus::Taken,
    };
    let waiting = given::<Purchase>(on_offer()).state();
    assert_eq!(waiting.judge(&good), Judgement::Pays);
    let flaw = |shown: ShownCharge<'_>| match waiting.judge(&shown) {
        Judgement::Refuted(why) => why,
        other => panic!("{other:?}"),
    };
    let stranger = ShownCharge {
        purchase: Some("pur_other"),
        ..good.clone()
    };
    let nameless = ShownCharge {
        purchase: None,
        ..good.clone()
    };
    assert_eq!(flaw(stranger), Refutation::AnotherPurchase);
    assert_eq!(flaw(nameless), Refutation::AnotherPurchase);
    for amount in [Some(usd(999)), Some(yen(1_000)), None] {
        let other = ShownCharge {
            amount,
            ..good.clone()
        };
        assert_eq!(flaw(other), Refutation::AnotherAmount);
    }
    for (status, why) in [
        (ShownStatus::Failed, Refutation::Failed),
        (ShownStatus::Held, Refutation::NotCaptured),
    ] {
        assert_eq!(
            flaw(ShownCharge {
                status,
                ..good.clone()
            }),
            why
        );
    }
    let returned = ShownCharge {
        given_back: Some(usd(1)),
        ..good.clone()
    };
    assert_eq!(flaw(returned), Refutation::GivenBack);
    let undecided = ShownCharge {
        status: ShownStatus::Undecided,
        ..good.clone()
    };
    assert_eq!(waiting.judge(&undecided), Judgement::Undecided);
    let paid = given::<Purchase>(then(on_offer(), [charged()])).state();
    assert_eq!(paid.judge(&good), Judgement::Refuted(Refutation::SecondCharge));
}

#[test]
fn money_that_stays_with_the_operator_for_nothing_is_a_matter_for_a_person() {
    let nameless = ShownCharge {
        purchase: None,
        amount: Some(usd(1_000)),
        given_back: None,
        status: ShownStatus::Taken,
    };
    let is_for_a_person = |why: Refutation, shown: &ShownCharge<'_>| why.for_review(shown).is_some();
    assert!(is_for_a_person(Refutation::AnotherPurchase, &nameless));
    let another = ShownCharge {
        purchase: Some("pur_other"),
        ..nameless.clone()
    };
    assert!(!is_for_a_person(Refutation::AnotherPurchase, &another));
    let failed = ShownCharge {
        status: ShownStatus::Failed,
        ..nameless.clone()
    };
    assert!(!is_for_a_person(Refutation::AnotherPurchase, &failed));
    for (given_back, is_kept) in [(999, true), (1_000, false)] {
        let returned = ShownCharge {
            given_back: Some(usd(given_back)),
            ..nameless.clone()
        };
        assert_eq!(is_for_a_person(Refutation::GivenBack, &returned), is_kept);
        assert_eq!(is_for_a_person(Refutation::AnotherPurchase, &returned), is_kept);
    }
}

#[test]
fn a_fee_that_the_charge_left_out_is_owed_once_the_rider_has_what_was_paid_for() {
    let without_fee = PurchaseEvent::Charged {
        facts: ChargeFacts {
            engine_fee: usd(0),
            ..facts("ch_1")
        },
        at: at(3),
    };
    let paid = then(on_offer(), [without_fee]);
    assert_eq!(given::<Purchase>(paid.clone()).state().fee_owed(), None);
    let done = given::<Purchase>(then(paid, [completed()])).state();
    assert_eq!(done.fee_owed(), Some(done.order().engine_fee));
    let with_fee = given::<Purchase>(then(on_offer(), [charged(), completed()])).state();
    assert_eq!(with_fee.fee_owed(), None);
}

#[test]
fn we_make_no_charge_on_this_route_and_so_none_is_unknown() {
    let unknown = PurchaseCommand::RecordUnknown {
        step: Step::Charge,
        reason: UnknownReason::ReplyLost,
    };
    given::<Purchase>(ready_to_hand_over())
        .when(unknown)
        .then_rejected(No::OutOfTurn);
}
