//! The rules of what a stay costs.

use super::*;

#[test]
fn a_stay_is_billed_once_and_after_its_end() {
    given::<ParkingSession>(started())
        .when(bill(1, 400))
        .then_rejected(ParkingRejection::NotEnded);
    given::<ParkingSession>(ended())
        .when(bill(1, -1))
        .then_rejected(ParkingRejection::NegativeCost);
    given::<ParkingSession>(cancelled(started()))
        .when(bill(1, 400))
        .then_rejected(ParkingRejection::GivenUp);
    let billed_event = ParkingEvent::Billed {
        purchase: purchase(1),
        cost: usd(400),
        at: at(71),
    };
    given::<ParkingSession>(ended())
        .when(bill(1, 400))
        .then([billed_event]);
    given::<ParkingSession>(billed())
        .when(bill(1, 400))
        .then_nothing();
    for other in [bill(2, 400), bill(1, 401)] {
        given::<ParkingSession>(billed())
            .when(other)
            .then_rejected(ParkingRejection::BilledAlready {
                purchase: purchase(1),
            });
    }
}

#[test]
fn a_bill_is_paid_once_by_its_own_purchase() {
    let paid_event = ParkingEvent::Paid {
        purchase: purchase(1),
        at: at(72),
    };
    given::<ParkingSession>(ended())
        .when(paid(1))
        .then_rejected(ParkingRejection::NotBilled);
    given::<ParkingSession>(billed())
        .when(paid(2))
        .then_rejected(ParkingRejection::NotBilled);
    given::<ParkingSession>(billed())
        .when(paid(1))
        .then([paid_event.clone()]);
    let history = then(billed(), [paid_event]);
    given::<ParkingSession>(history.clone())
        .when(paid(1))
        .then_nothing();
    given::<ParkingSession>(history)
        .when(failed(1))
        .then_rejected(ParkingRejection::PaidAlready);
}

#[test]
fn a_payment_that_failed_is_owed_and_never_paid_by_that_purchase() {
    given::<ParkingSession>(billed())
        .when(failed(2))
        .then_rejected(ParkingRejection::NotBilled);
    given::<ParkingSession>(owed()).when(failed(1)).then_nothing();
    given::<ParkingSession>(owed())
        .when(paid(1))
        .then_rejected(ParkingRejection::FailedAlready);
    assert_eq!(
        given::<ParkingSession>(owed()).state().bill().unwrap().payment,
        Payment::Owed
    );
}

#[test]
fn a_debt_is_settled_once() {
    let by = |number| Settlement::Paid {
        purchase: purchase(number),
    };
    let settle = |settlement| ParkingCommand::SettleDebt {
        settlement,
        at: at(90),
    };
    let settled = ParkingEvent::DebtSettled {
        settlement: by(2),
        at: at(90),
    };
    given::<ParkingSession>(billed())
        .when(settle(by(2)))
        .then_rejected(ParkingRejection::NoDebt);
    given::<ParkingSession>(owed())
        .when(settle(by(2)))
        .then([settled.clone()]);
    let history = then(owed(), [settled]);
    given::<ParkingSession>(history.clone())
        .when(settle(by(2)))
        .then_nothing();
    let forgiven = Settlement::Forgiven {
        reason: "gate broke".to_owned(),
    };
    given::<ParkingSession>(history)
        .when(settle(forgiven))
        .then_rejected(ParkingRejection::NoDebt);
}
