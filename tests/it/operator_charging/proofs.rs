//! What proves that a charge pays for a purchase, and what does not.

use stripe_sim::{Fault, FaultRule, core::Method};

use super::offer::{Offer, at_stripe, charge, charging_by_itself, quiet};
use crate::world::{Store, on_both_stores};

on_both_stores!(
    what_stripe_does_not_bear_out_pays_for_nothing,
    of_two_purchases_that_name_the_same_charge_at_once_one_is_paid,
    a_charge_that_pays_for_one_purchase_never_pays_for_another,
    a_second_charge_is_a_matter_for_a_person,
    more_reports_than_are_looked_into_are_a_matter_for_a_person,
    a_report_that_cannot_be_verified_now_is_verified_later,
);

async fn what_stripe_does_not_bear_out_pays_for_nothing(store: Store) {
    let world = charging_by_itself(store, 600).await;
    quiet(&world);
    let offer = Offer::to(&world, "ann").await;
    let token = offer.token(&world).await;
    assert_eq!(offer.refuted(&world, "ch_invented").await, "not_found");
    let strangers = charge(&world, "tok_visa", 125, "pur_of_somebody_else").await;
    assert_eq!(offer.refuted(&world, &strangers).await, "another_purchase");
    let too_little = charge(&world, "tok_visa", 124, &offer.purchase).await;
    assert_eq!(offer.refuted(&world, &too_little).await, "another_amount");
    let review = offer.shown(&world).await;
    assert!(
        review["review"].as_str().unwrap().contains("another amount"),
        "{review}"
    );
    let held = [
        ("amount", "125"),
        ("currency", "usd"),
        ("source", "tok_visa"),
        ("capture", "false"),
        ("metadata[purchase]", &offer.purchase),
    ];
    let held = at_stripe(&world, "charges", &held).await;
    let held = held["id"].as_str().unwrap();
    assert_eq!(offer.refuted(&world, held).await, "not_captured");
    let returned = charge(&world, "tok_visa", 125, &offer.purchase).await;
    at_stripe(&world, "refunds", &[("charge", &returned)]).await;
    assert_eq!(offer.refuted(&world, &returned).await, "given_back");
    let kept_in_part = charge(&world, "tok_visa", 125, &offer.purchase).await;
    let part = [("charge", kept_in_part.as_str()), ("amount", "25")];
    at_stripe(&world, "refunds", &part).await;
    assert_eq!(offer.refuted(&world, &kept_in_part).await, "given_back");
    let review = offer.shown(&world).await;
    assert!(
        review["review"].as_str().unwrap().contains("kept the rest"),
        "{review}"
    );
    assert!(
        offer.rider.wallet().await.passes().is_empty(),
        "nothing is paid yet"
    );

    let nameless = charge(&world, &token, 125, "").await;
    assert_eq!(offer.refuted(&world, &nameless).await, "another_purchase");
    let review = offer.shown(&world).await;
    assert!(
        review["review"].as_str().unwrap().contains("names no purchase"),
        "{review}"
    );
    let path = format!("charges/{nameless}");
    at_stripe(&world, &path, &[("metadata[purchase]", &offer.purchase)]).await;
    let put_right = offer.report(&world, &nameless).await.ok();
    assert_eq!(put_right.body["status"], "completed", "{}", put_right.text);
    offer.answer().await.ok();
    world.audit().await;
}

async fn of_two_purchases_that_name_the_same_charge_at_once_one_is_paid(store: Store) {
    let world = charging_by_itself(store, 600).await;
    quiet(&world);
    let (ann, ben) = (Offer::to(&world, "ann").await, Offer::to(&world, "ben").await);
    let token = ann.token(&world).await;
    let charged = charge(&world, &token, 125, &ann.purchase).await;
    let path = format!("/v1/charges/{charged}");
    let slow = Fault::DelayReply { ms: 2_000 };
    world
        .stripe()
        .add_fault(FaultRule::next(slow, Method::Get, &path, 1));
    let (first, second) = tokio::join!(ann.report(&world, &charged), async {
        crate::world::eventually("the look at the charge", async || {
            world.stripe().faults_left().is_empty()
        })
        .await;
        // While the server holds Stripe's word for the one, the operator writes the other one's name on the charge.
        let other = [("metadata[purchase]", ben.purchase.as_str())];
        at_stripe(&world, path.trim_start_matches("/v1/"), &other).await;
        ben.report(&world, &charged).await
    });
    let stand = [first.ok().body, second.ok().body];
    let paid = stand.iter().filter(|it| it["charge"] == charged.as_str());
    assert_eq!(paid.count(), 1, "{stand:?}");
    let refuted = stand.iter().filter(|it| it["reports"][0]["status"] == "refuted");
    assert_eq!(refuted.count(), 1, "{stand:?}");
    assert_eq!(passes(&[&ann, &ben]).await, 1);
    world.audit().await;
}

async fn a_charge_that_pays_for_one_purchase_never_pays_for_another(store: Store) {
    let world = charging_by_itself(store, 600).await;
    quiet(&world);
    let (ann, ben) = (Offer::to(&world, "ann").await, Offer::to(&world, "ben").await);
    let token = ann.token(&world).await;
    let charged = charge(&world, &token, 125, &ann.purchase).await;
    assert_eq!(
        ann.report(&world, &charged).await.ok().body["status"],
        "completed"
    );
    let other = [("metadata[purchase]", ben.purchase.as_str())];
    at_stripe(&world, &format!("charges/{charged}"), &other).await;
    assert_eq!(ben.refuted(&world, &charged).await, "taken_by_another");
    assert_eq!(passes(&[&ann, &ben]).await, 1);
    world.audit().await;
}

async fn passes(offers: &[&Offer]) -> usize {
    let mut passes = 0;
    for offer in offers {
        passes += offer.rider.wallet().await.passes().len();
    }
    passes
}

async fn a_second_charge_is_a_matter_for_a_person(store: Store) {
    let world = charging_by_itself(store, 600).await;
    quiet(&world);
    let offer = Offer::to(&world, "ann").await;
    let token = offer.token(&world).await;
    let first = charge(&world, &token, 125, &offer.purchase).await;
    offer.report(&world, &first).await.ok();
    let second = charge(&world, "tok_visa", 125, &offer.purchase).await;
    assert_eq!(offer.refuted(&world, &second).await, "second_charge");
    let shown = offer.shown(&world).await;
    assert_eq!(shown["charge"], first.as_str());
    assert!(
        shown["review"].as_str().unwrap().contains("second charge"),
        "{shown}"
    );
    let answer = offer.answer().await.ok();
    assert_eq!(answer.body["passes"].as_array().unwrap().len(), 1);
    world.audit().await;
}

async fn a_report_that_cannot_be_verified_now_is_verified_later(store: Store) {
    let world = charging_by_itself(store, 600).await;
    quiet(&world);
    let offer = Offer::to(&world, "ann").await;
    let token = offer.token(&world).await;
    let charged = charge(&world, &token, 125, &offer.purchase).await;
    let path = format!("/v1/charges/{charged}");
    world
        .stripe()
        .add_fault(FaultRule::next(Fault::DropBefore, Method::Get, &path, 1));
    let told = offer.report(&world, &charged).await;
    assert_eq!(told.status, 202, "{}", told.text);
    assert_eq!(told.body["status"], "verifying");
    let again = offer.report(&world, &charged).await.ok();
    assert_eq!(again.body["status"], "completed");
    offer.answer().await.ok();
    world.audit().await;
}

async fn more_reports_than_are_looked_into_are_a_matter_for_a_person(store: Store) {
    let world = charging_by_itself(store, 600).await;
    quiet(&world);
    let offer = Offer::to(&world, "ann").await;
    let token = offer.token(&world).await;
    for number in 0..16 {
        let invented = format!("ch_invented{number}");
        assert_eq!(offer.refuted(&world, &invented).await, "not_found");
    }
    let charged = charge(&world, &token, 125, &offer.purchase).await;
    assert_eq!(offer.report(&world, &charged).await.status, 409);
    let shown = offer.shown(&world).await;
    assert!(
        shown["review"].as_str().unwrap().contains("more charges"),
        "{shown}"
    );
    world.audit().await;
}
