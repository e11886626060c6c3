//! Stays at parking locations where something is at its edge: riders who were erased, and stays that cost nothing.

use std::time::Duration;

use domain::{
    AppId, Currency, LocationId, Money, ParkingSessionId, User, UserId,
    catalog::{Entry, ParkingLocation, ParkingRate},
    operator::{GeoPoint, OperatorKind},
    parking::{Bill, EndedBy, Payment},
    text::Text,
    user::UserCommand,
};
use engine::{BeginStay, EndStay, Ruling, ShownStay, StayProblem, handle::Repository};
use payments::Credential;
use stripe_sim::{
    Fault, FaultRule,
    core::{IssuerCode, Method},
};

use crate::{
    marketplace::{app, marketplace, operator},
    world::{StoreKind, World, admin, answer, on_both_stores, rider_asks},
};

on_both_stores!(
    a_stay_of_an_erased_rider_ends_and_its_cost_is_owed_on_the_stay_alone,
    a_purchase_that_was_under_way_when_its_rider_was_erased_is_finished,
    a_decline_after_the_rider_was_erased_is_owed_on_the_stay_alone,
    what_a_rider_owed_before_being_erased_can_be_forgiven,
    a_stay_that_costs_nothing_is_over_and_owes_nothing,
    two_tries_of_one_debt_are_one_charge,
);

const LOT: &str = "airport_lot";
const FREE_LOT: &str = "church_lot";
const CARD: &str = "pm_card_visa";

fn location(id: &str, flat: i64) -> ParkingLocation {
    ParkingLocation {
        id: LocationId::parse(id).unwrap(),
        name: Text::plain(id),
        position: GeoPoint {
            latitude_microdegrees: 34_010_000,
            longitude_microdegrees: -118_490_000,
        },
        address: None,
        entry: Entry::Open,
        capacity: None,
        rate: ParkingRate {
            flat,
            ..ParkingRate::of_currency(Currency::USD)
        },
        tariff: None,
    }
}

/// A marketplace whose operator has two lots, and a rider with a card.
async fn world_with_lots(store: StoreKind) -> (World, UserId) {
    let world = World::open(store).await;
    let mut declared = marketplace();
    for operator in &mut declared.operators {
        operator.kind = OperatorKind::TransitAndParking;
    }
    declared.locations = [location(LOT, 1_200), location(FREE_LOT, 0)]
        .map(|location| (operator(), location))
        .into();
    world.engine.declare(&admin(), &declared).await.unwrap();
    let rider = world.rider("ann").await;
    keep(&world, &rider, CARD).await;
    (world, rider)
}

async fn keep(world: &World, rider: &UserId, card: &str) {
    let credential = Credential::parse(card).unwrap();
    world
        .engine
        .keep_card(&rider_asks(rider), &app(), rider, &credential)
        .await
        .unwrap();
}

async fn begin(world: &World, rider: &UserId, lot: &str) -> ParkingSessionId {
    let wish = BeginStay {
        app: AppId::clone(&app()),
        user: rider.clone(),
        operator: operator(),
        location: LocationId::parse(lot).unwrap(),
    };
    let render = |_: &ShownStay| answer(&serde_json::json!({}));
    world
        .engine
        .begin_stay(&rider_asks(rider), &wish, None, &render)
        .await
        .unwrap();
    let stays = world.engine.stays(rider, None).await.unwrap();
    stays[0].session.stay().session.clone()
}

/// Ends it after some minutes: a stay of none costs nothing.
async fn end(world: &World, rider: &UserId, session: &ParkingSessionId) -> ShownStay {
    world.clock.advance(Duration::from_mins(5));
    let end = EndStay {
        session: session.clone(),
        by: EndedBy::Rider,
    };
    world.engine.end_stay(&rider_asks(rider), &end).await.unwrap()
}

async fn erase(world: &World, rider: &UserId) {
    let at = world.now();
    let repository = Repository::new(world.database.log());
    let loaded = repository.load::<User>(rider.as_str()).await.unwrap();
    let erased = loaded.decide(UserCommand::Erase { at }).unwrap().unwrap();
    repository
        .commit(&admin(), at, vec![erased.write().unwrap()], vec![])
        .await
        .unwrap();
}

async fn bill(world: &World, session: &ParkingSessionId) -> Bill {
    let stay = world.engine.stay_at(&operator(), session).await.unwrap();
    stay.bill().cloned().unwrap()
}

/// As long as Stripe cannot be reached, nobody knows whether the stay is paid.
fn stripe_is_gone(world: &World) {
    for path in ["/v1/payment_methods", "/v1/payment_intents"] {
        let rule = FaultRule::next(Fault::DropBefore, Method::Post, path, 1_000);
        world.stripe.control().add_fault(rule);
    }
}

async fn owed_to_operator(world: &World, rider: &UserId) -> Vec<Money> {
    let repository = Repository::new(world.database.log());
    let loaded = repository.load::<User>(rider.as_str()).await.unwrap();
    loaded.state().unwrap().debts_to(&operator()).collect()
}

async fn a_stay_of_an_erased_rider_ends_and_its_cost_is_owed_on_the_stay_alone(store: StoreKind) {
    let (world, rider) = world_with_lots(store).await;
    let session = begin(&world, &rider, LOT).await;
    erase(&world, &rider).await;
    let ended = end(&world, &rider, &session).await;
    assert_eq!(ended.session.bill().unwrap().payment, Payment::Owed);
    assert_eq!(owed_to_operator(&world, &rider).await, []);
    assert!(
        world.at_stripe("charges").is_empty(),
        "nobody uses their card any more"
    );
    let refused = world.engine.pay_debt(&rider_asks(&rider), &session).await;
    assert!(matches!(refused, Err(StayProblem::NoCard)), "{refused:?}");
    world.audit().await;
}

async fn a_purchase_that_was_under_way_when_its_rider_was_erased_is_finished(store: StoreKind) {
    let (world, rider) = world_with_lots(store).await;
    let session = begin(&world, &rider, LOT).await;
    stripe_is_gone(&world);
    let ended = end(&world, &rider, &session).await;
    assert_eq!(ended.session.bill().unwrap().payment, Payment::Due);
    erase(&world, &rider).await;
    world.stripe.control().clear_faults();
    world.resolve().await;
    assert_eq!(bill(&world, &session).await.payment, Payment::Paid);
    assert_eq!(world.at_stripe("charges").len(), 1);
    assert!(world.unfinished().await.is_empty());
    world.audit().await;
}

async fn a_decline_after_the_rider_was_erased_is_owed_on_the_stay_alone(store: StoreKind) {
    let (world, rider) = world_with_lots(store).await;
    keep(&world, &rider, "pm_card_chargeCustomerFail").await;
    let session = begin(&world, &rider, LOT).await;
    stripe_is_gone(&world);
    end(&world, &rider, &session).await;
    erase(&world, &rider).await;
    world.stripe.control().clear_faults();
    world.resolve().await;
    assert_eq!(bill(&world, &session).await.payment, Payment::Owed);
    assert_eq!(owed_to_operator(&world, &rider).await, []);
    assert!(world.unfinished().await.is_empty());
    world.audit().await;
}

async fn what_a_rider_owed_before_being_erased_can_be_forgiven(store: StoreKind) {
    let (world, rider) = world_with_lots(store).await;
    keep(&world, &rider, "pm_card_chargeCustomerFail").await;
    let session = begin(&world, &rider, LOT).await;
    end(&world, &rider, &session).await;
    assert_eq!(owed_to_operator(&world, &rider).await.len(), 1);
    erase(&world, &rider).await;
    let render = |_: &domain::parking::ParkingSession| answer(&serde_json::json!({}));
    let desk = (&operator(), &session);
    let reason = "there is nobody to pay it".to_owned();
    let ruling = Ruling::Forgive { reason };
    world
        .engine
        .rule_on_stay(&admin(), desk, &ruling, None, &render)
        .await
        .unwrap();
    assert!(matches!(
        bill(&world, &session).await.payment,
        Payment::Settled { .. }
    ));
    world.audit().await;
}

async fn a_stay_that_costs_nothing_is_over_and_owes_nothing(store: StoreKind) {
    let (world, rider) = world_with_lots(store).await;
    let session = begin(&world, &rider, FREE_LOT).await;
    let ended = end(&world, &rider, &session).await;
    assert_eq!(ended.session.bill().unwrap().payment, Payment::Paid);
    assert_eq!(ended.calculation.unwrap().total.amount, 0);
    assert!(world.at_stripe("charges").is_empty());
    // Also where nobody can be paid any more.
    let session = begin(&world, &rider, FREE_LOT).await;
    erase(&world, &rider).await;
    end(&world, &rider, &session).await;
    assert_eq!(bill(&world, &session).await.payment, Payment::Paid);
    assert_eq!(owed_to_operator(&world, &rider).await, []);
    world.audit().await;
}

async fn two_tries_of_one_debt_are_one_charge(store: StoreKind) {
    let (world, rider) = world_with_lots(store).await;
    let session = begin(&world, &rider, LOT).await;
    let decline = Fault::Decline {
        issuer: IssuerCode::InsufficientFunds,
    };
    let rule = FaultRule::next(decline, Method::Post, "/v1/payment_intents", 1);
    world.stripe.control().add_fault(rule);
    end(&world, &rider, &session).await;
    assert_eq!(bill(&world, &session).await.payment, Payment::Owed);
    let asked = rider_asks(&rider);
    let tries = (0..4).map(|_| world.engine.pay_debt(&asked, &session));
    for tried in futures::future::join_all(tries).await {
        tried.unwrap();
    }
    let paid = bill(&world, &session).await;
    assert_eq!((paid.payment, paid.attempts), (Payment::Paid, 2));
    let charges = world.at_stripe("charges");
    let taken = charges.iter().filter(|charge| charge["status"] == "succeeded");
    assert_eq!(taken.count(), 1);
    assert_eq!(owed_to_operator(&world, &rider).await, []);
    world.audit().await;
}
