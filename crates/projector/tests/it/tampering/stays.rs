//! Stays, the purchases that pay for them, and their riders.

use domain::{
    Currency, LocationId, Money, ParkingSessionId, PurchaseId,
    parking::{EndedBy, NOT_CHARGEABLE, ParkingEvent, ParkingSession, Settlement, Stay},
    purchase::{Order, ParkedStay, PurchaseEvent},
    tariff::Calculation,
    text::Text,
    user::UserEvent,
};
use event_log::StreamWrite;
use projector::audit::Rule;
use uuid::Uuid;

use super::tampered::Tampered;
use crate::{
    auditing::audit,
    fixtures::{charged_for, completed, declined, minute, order, payment, purchase, registered, rider},
    world::write,
};

const COST: i64 = 700;

fn session(number: u128) -> ParkingSessionId {
    ParkingSessionId::from_uuid(Uuid::from_u128(number))
}

fn cost() -> Money {
    Money::new(COST, Currency::USD)
}

fn parked(number: u128, total: Money) -> PurchaseEvent {
    let stay = ParkedStay {
        session: session(1),
        location: LocationId::parse("lot").unwrap(),
        name: Text::plain("Airport Lot"),
        zone: chrono_tz::America::Los_Angeles,
        from: minute(0),
        until: minute(60),
        rate_version: 1,
        calculation: Calculation {
            total,
            tax: None,
            lines: vec![],
        },
    };
    let order = Order {
        user: rider(7),
        items: vec![],
        parked: Some(Box::new(stay)),
        total,
        engine_fee: Money::zero(Currency::USD),
        ..order(number)
    };
    PurchaseEvent::Started {
        order,
        payment: Some(payment(number, domain::purchase::Route::PaymentMethod)),
        at: minute(60),
    }
}

fn begun() -> ParkingEvent {
    let stay = Stay {
        session: session(1),
        app: order(1).app,
        user: rider(7),
        operator: order(1).operator,
        location: LocationId::parse("lot").unwrap(),
        rate_version: 1,
        is_simulated: false,
    };
    ParkingEvent::Started { stay, at: minute(0) }
}

fn ended() -> ParkingEvent {
    ParkingEvent::Ended {
        by: EndedBy::Rider,
        at: minute(60),
    }
}

fn billed(by: u128) -> ParkingEvent {
    ParkingEvent::Billed {
        purchase: purchase(by),
        cost: cost(),
        at: minute(60),
    }
}

fn paid(by: u128) -> ParkingEvent {
    ParkingEvent::Paid {
        purchase: purchase(by),
        at: minute(61),
    }
}

fn failed(by: u128, code: &str) -> ParkingEvent {
    ParkingEvent::PaymentFailed {
        purchase: purchase(by),
        code: code.to_owned(),
        at: minute(61),
    }
}

fn stay_begun() -> UserEvent {
    UserEvent::StayBegun {
        session: session(1),
        at: minute(0),
    }
}

fn stay_over() -> UserEvent {
    UserEvent::StayOver {
        session: session(1),
        at: minute(60),
    }
}

fn owes(by: PurchaseId, amount: Money) -> UserEvent {
    UserEvent::DebtRecorded {
        operator: order(1).operator,
        purchase: by,
        amount,
        at: minute(61),
    }
}

fn of_stay(events: impl IntoIterator<Item = ParkingEvent>) -> StreamWrite {
    write::<ParkingSession>(session(1), events)
}

fn of_rider(events: impl IntoIterator<Item = UserEvent>) -> StreamWrite {
    write::<domain::User>(rider(7), events)
}

fn of_purchase(number: u128, events: impl IntoIterator<Item = PurchaseEvent>) -> StreamWrite {
    write::<domain::Purchase>(purchase(number), events)
}

/// A log that is sound, with these commits.
async fn with(commits: impl IntoIterator<Item = Vec<StreamWrite>>) -> Tampered {
    let tampered = Tampered::new().await;
    tampered.server.append([of_rider([registered()])]).await;
    for commit in commits {
        tampered.server.append(commit).await;
    }
    tampered
}

/// From the beginning of a stay to the purchase that is to pay for it.
fn until_billed() -> Vec<Vec<StreamWrite>> {
    vec![
        vec![of_stay([begun()]), of_rider([stay_begun()])],
        vec![
            of_stay([ended(), billed(9)]),
            of_rider([stay_over()]),
            of_purchase(9, [parked(9, cost())]),
        ],
    ]
}

fn then(mut commits: Vec<Vec<StreamWrite>>, more: Vec<Vec<StreamWrite>>) -> Vec<Vec<StreamWrite>> {
    commits.extend(more);
    commits
}

fn until_paid() -> Vec<Vec<StreamWrite>> {
    let pays = vec![
        vec![of_purchase(9, [charged_for("9", cost())])],
        vec![of_purchase(9, [completed()]), of_stay([paid(9)])],
    ];
    then(until_billed(), pays)
}

fn until_owed() -> Vec<Vec<StreamWrite>> {
    let fails = vec![
        of_purchase(9, [declined()]),
        of_stay([failed(9, "card_declined")]),
        of_rider([owes(purchase(9), cost())]),
    ];
    then(until_billed(), vec![fails])
}

async fn is_sound(tampered: &Tampered) {
    let report = audit(&tampered.server).await;
    assert!(report.is_sound(), "{report}");
}

#[tokio::test]
async fn stays_that_are_paid_owed_forgiven_or_could_not_be_charged_are_sound() {
    is_sound(&with(until_billed()).await).await;
    is_sound(&with(until_paid()).await).await;
    is_sound(&with(until_owed()).await).await;
    let forgiven = vec![
        of_stay([ParkingEvent::DebtSettled {
            settlement: Settlement::Forgiven {
                reason: "the barrier was stuck".to_owned(),
            },
            at: minute(70),
        }]),
        of_rider([UserEvent::DebtSettled {
            purchase: purchase(9),
            at: minute(70),
        }]),
    ];
    is_sound(&with(then(until_owed(), vec![forgiven])).await).await;
    let nobody_to_ask = vec![
        vec![of_stay([begun()]), of_rider([stay_begun()])],
        vec![
            of_stay([ended(), billed(9), failed(9, NOT_CHARGEABLE)]),
            of_rider([stay_over(), owes(purchase(9), cost())]),
        ],
    ];
    is_sound(&with(nobody_to_ask).await).await;
}

#[tokio::test]
async fn the_debt_of_an_erased_rider_stands_on_the_stay_alone() {
    let erased = vec![
        vec![of_rider([UserEvent::Erased { at: minute(61) }])],
        vec![
            of_purchase(9, [declined()]),
            of_stay([failed(9, "card_declined")]),
        ],
    ];
    is_sound(&with(then(until_billed(), erased)).await).await;
}

#[tokio::test]
async fn a_bill_without_its_purchase_or_of_another_sum_is_noticed() {
    let billed_by_none = vec![
        vec![of_stay([begun()]), of_rider([stay_begun()])],
        vec![of_stay([ended(), billed(9)]), of_rider([stay_over()])],
    ];
    with(billed_by_none).await.breaks(&[Rule::StayIsPaidOrOwed]).await;
    let another_sum = vec![
        vec![of_stay([begun()]), of_rider([stay_begun()])],
        vec![
            of_stay([ended(), billed(9)]),
            of_rider([stay_over()]),
            of_purchase(9, [parked(9, Money::new(COST + 1, Currency::USD))]),
        ],
    ];
    with(another_sum).await.breaks(&[Rule::StayIsPaidOrOwed]).await;
}

#[tokio::test]
async fn a_purchase_of_a_stay_that_was_not_billed_by_it_is_noticed() {
    let unasked = vec![vec![of_purchase(10, [parked(10, cost())])]];
    with(then(until_billed(), unasked))
        .await
        .breaks(&[Rule::StayIsPaidOrOwed])
        .await;
}

#[tokio::test]
async fn a_stay_that_is_paid_by_what_was_not_completed_is_noticed() {
    let report = with(then(until_billed(), vec![vec![of_stay([paid(9)])]]))
        .await
        .breaks(&[Rule::ChargedIsIssued, Rule::StayIsPaidOrOwed])
        .await;
    assert!(report.to_string().contains("S1"), "{report}");
}

#[tokio::test]
async fn a_debt_on_one_side_only_is_noticed() {
    let of_stay_only = vec![vec![
        of_purchase(9, [declined()]),
        of_stay([failed(9, "card_declined")]),
    ]];
    with(then(until_billed(), of_stay_only))
        .await
        .breaks(&[Rule::StayIsPaidOrOwed])
        .await;
    let of_rider_only = vec![vec![of_rider([owes(purchase(3), cost())])]];
    with(of_rider_only).await.breaks(&[Rule::StayIsPaidOrOwed]).await;
    let another_sum = vec![vec![
        of_purchase(9, [declined()]),
        of_stay([failed(9, "card_declined")]),
        of_rider([owes(purchase(9), Money::new(COST - 1, Currency::USD))]),
    ]];
    with(then(until_billed(), another_sum))
        .await
        .breaks(&[Rule::StayIsPaidOrOwed])
        .await;
}

#[tokio::test]
async fn a_stay_and_a_rider_that_disagree_on_what_goes_on_are_noticed() {
    with([vec![of_stay([begun()])]])
        .await
        .breaks(&[Rule::OneStay])
        .await;
    let left = [
        vec![of_stay([begun()]), of_rider([stay_begun()])],
        vec![of_rider([stay_over()])],
    ];
    with(left).await.breaks(&[Rule::OneStay]).await;
    with([vec![of_rider([stay_begun()])]])
        .await
        .breaks(&[Rule::OneStay])
        .await;
}
