//! Buying a pass that is active at once.

use crate::world::{Answer, BOOK, Call, Rider, SINGLE, Store, World, fields, fresh_key, on_both_stores};

on_both_stores!(
    a_pass_is_bought_and_active_as_published,
    a_second_pass_is_not_bought_while_one_is_active_on_the_device,
    a_rider_without_a_device_rides_too,
    a_book_or_an_inactive_pass_is_bought_elsewhere,
    a_pass_that_could_not_be_active_now_is_not_paid_for,
    what_does_not_exist_is_not_found,
    a_card_that_is_declined_gives_no_pass,
    a_purchase_that_activates_is_repeated_under_its_key,
    two_requests_at_once_are_one_ride,
    the_usual_price_is_paid,
);

fn board(rider: &Rider, fare: &str, form: &[(&str, &str)]) -> Call {
    let mut all = vec![("stripe_token", "pm_card_visa"), ("ticket_format", "html_base64")];
    all.retain(|(name, _)| form.iter().all(|(other, _)| other != name));
    all.extend(form.iter().filter(|(_, value)| !value.is_empty()));
    let (agency, fare) = fare.split_once('/').unwrap_or(("bigbluebus", fare));
    rider
        .post(&format!("/agency/{agency}/fare/{fare}/purchase"))
        .form(&all)
}

async fn boarded(rider: &Rider, fare: &str) -> Answer {
    board(rider, fare, &[]).keyed().send().await
}

async fn a_pass_is_bought_and_active_as_published(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let pass = boarded(&rider, SINGLE).await.ok();
    // The example of the document has these members and no others.
    let published = [
        "agency_id",
        "details",
        "display_html",
        "end_timestamp",
        "fare",
        "logo_url",
        "pass_id",
        "purchase_receipt",
        "purchase_timestamp",
        "start_timestamp",
        "status",
        "ticket_expiration_timestamp",
    ];
    assert_eq!(fields(&pass.body), published);
    assert_eq!(pass.body["status"], "active");
    assert_eq!(pass.body["agency_id"], "bigbluebus");
    assert_eq!(
        fields(&pass.body["fare"]),
        [
            "agency_id",
            "agency_name",
            "description",
            "fare_id",
            "fare_name",
            "product_type"
        ]
    );
    assert_eq!(pass.body["purchase_timestamp"], pass.body["start_timestamp"]);
    let wallet = rider.wallet().await;
    assert_eq!(
        wallet.state,
        pass.state(),
        "the answer's state is the present one"
    );
    assert_eq!(wallet.status_of(pass.body["pass_id"].as_str().unwrap()), "active");
    let books = world.books().await;
    assert_eq!(books.kept().len(), 1);
    books.agree_with(&[wallet.body]);
    // Nothing keeps the rider from buying on.
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    world.audit().await;
}

async fn a_second_pass_is_not_bought_while_one_is_active_on_the_device(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    boarded(&rider, "metro/single").await.ok();
    let refused = boarded(&rider, "metro/day").await;
    refused.refused(428, Some("activated_pass_already_on_device"));
    assert_eq!(world.books().await.kept().len(), 1);
    // It is about this device, this operator, and riding at once.
    let tablet = world.rider_on("ann", "ann-tablet").await;
    boarded(&tablet, "metro/single").await.ok();
    boarded(&rider, "ferry/crossing").await.ok();
    let cart = rider
        .cart(&[("a", "metro"), ("add_fares[single]", "1")])
        .await
        .ok();
    rider.buy_cart(crate::world::token(&cart.body)).await.ok();
    let books = world.books().await;
    assert_eq!(books.kept().len(), 4);
    books.agree_with(&[rider.wallet().await.body]);
}

async fn a_rider_without_a_device_rides_too(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let form = [("sub", "ann"), ("email", "ann@example.com")];
    let jwt = app.post("/auth/testing/jwt").form(&form).send().await.ok().text;
    let send = || {
        app.post(&format!("/agency/bigbluebus/fare/{SINGLE}/purchase"))
            .bearer(&jwt)
            .keyed()
            .form(&[("stripe_token", "tok_visa"), ("ticket_format", "html_raw")])
            .send()
    };
    let pass = send().await.ok();
    assert_eq!(pass.body["status"], "active");
    assert!(pass.body["display_html"].as_str().unwrap().contains("<html"));
    send()
        .await
        .refused(428, Some("activated_pass_already_on_device"));
    let phone = world.rider("ann").await;
    let id = pass.body["pass_id"].as_str().unwrap();
    assert_eq!(phone.wallet().await.status_of(id), "active_on_another_device");
    world.audit().await;
}

async fn a_book_or_an_inactive_pass_is_bought_elsewhere(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    boarded(&rider, BOOK)
        .await
        .refused_for(400, Some("invalid_id"), "fare_id");
    for value in ["false", "perhaps"] {
        board(&rider, SINGLE, &[("activate_on_purchase", value)])
            .send()
            .await
            .refused_for(400, None, "activate_on_purchase");
    }
    board(&rider, SINGLE, &[("ticket_format", "")])
        .send()
        .await
        .refused_for(400, None, "ticket_format");
    board(&rider, SINGLE, &[("stripe_token", "")])
        .send()
        .await
        .refused_for(400, Some("payment_method_not_found"), "stripe_token");
    world
        .app()
        .post(&format!("/agency/bigbluebus/fare/{SINGLE}/purchase"))
        .send()
        .await
        .refused(401, Some("login_required"));
    assert!(world.books().await.kept().is_empty());
    let asked = board(
        &rider,
        SINGLE,
        &[("activate_on_purchase", "true"), ("ticket_format", "none")],
    );
    let pass = asked.send().await.ok().body;
    assert!(pass.get("display_html").is_none());
    assert_eq!(pass["status"], "active");
}

async fn a_pass_that_could_not_be_active_now_is_not_paid_for(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    boarded(&rider, "metro/anniversary")
        .await
        .refused(428, Some("pass_cannot_be_activated_at_this_time"));
    boarded(&rider, "metro/senior_single")
        .await
        .refused(403, Some("restricted_purchase"));
    assert!(world.books().await.kept().is_empty());
    assert_eq!(rider.wallet().await.passes().len(), 0);
    // It can be bought for its day.
    let cart = rider
        .cart(&[("a", "metro"), ("add_fares[anniversary]", "1")])
        .await
        .ok();
    let bought = rider.buy_cart(crate::world::token(&cart.body)).await.ok();
    let bought = &bought.body["passes"][0];
    assert_eq!(
        bought["valid_time_ranges"],
        serde_json::json!([{
            "start_timestamp": "2099-05-01T00:00:00-04:00",
            "end_timestamp": "2099-05-02T00:00:00-04:00",
        }])
    );
    let pass = bought["pass_id"].as_str().unwrap();
    rider
        .activate(pass)
        .await
        .refused(428, Some("pass_cannot_be_activated_at_this_time"));
}

async fn what_does_not_exist_is_not_found(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let nowhere = [
        ("nowhere/single", "agency_id"),
        ("metro/nothing", "fare_id"),
        ("metro/past_event", "fare_id"),
    ];
    for (fare, param) in nowhere {
        boarded(&rider, fare)
            .await
            .refused_for(404, Some("resource_not_found"), param);
    }
}

async fn a_card_that_is_declined_gives_no_pass(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let declined = board(&rider, SINGLE, &[("stripe_token", "pm_card_chargeCustomerFail")]);
    let declined = declined.keyed().send().await;
    declined.refused(400, Some("card_declined_generic"));
    assert!(rider.wallet().await.passes().is_empty());
    boarded(&rider, SINGLE).await.ok();
    assert_eq!(world.books().await.kept().len(), 1);
    world.audit().await;
}

async fn a_purchase_that_activates_is_repeated_under_its_key(store: Store) {
    let mut world = World::start(store).await;
    let rider = world.rider("ann").await;
    let key = fresh_key();
    let send =
        |form: &'static [(&str, &str)]| board(&rider, SINGLE, form).header("Idempotency-Key", &key).send();
    let first = send(&[]).await.ok();
    let again = send(&[]).await.ok();
    assert_eq!((&again.text, again.state()), (&first.text, first.state()));
    world.restart().await;
    assert_eq!(send(&[]).await.ok().text, first.text);
    send(&[("ticket_format", "none")])
        .await
        .refused(409, Some("idempotency_key_in_use"));
    assert_eq!(world.books().await.kept().len(), 1);
}

async fn two_requests_at_once_are_one_ride(store: Store) {
    let world = World::start(store).await;
    for (name, keys) in [("ann", 1), ("bob", 2)] {
        let rider = world.rider(name).await;
        let keys: Vec<String> = (0..keys).map(|_| fresh_key()).collect();
        let send = |nth: usize| {
            let key = &keys[nth % keys.len()];
            board(&rider, SINGLE, &[]).header("Idempotency-Key", key).send()
        };
        let (one, other) = tokio::join!(send(0), send(1));
        let (won, lost): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(|it| it.status == 200);
        match (won.as_slice(), lost.as_slice()) {
            ([one, other], []) => assert_eq!(one.text, other.text),
            ([_], [lost]) if keys.len() == 2 => match lost.status {
                408 => assert_eq!(lost.body["retryable"], true),
                _ => {
                    let code = lost.body["code"].as_str().unwrap_or_default();
                    let codes = ["existing_purchase_in_progess", "activated_pass_already_on_device"];
                    assert!(codes.contains(&code), "{}", lost.text);
                    assert_eq!(lost.status, 428);
                }
            },
            _ => panic!("{won:?} {lost:?}"),
        }
        let wallet = rider.wallet().await;
        assert_eq!(wallet.passes().len(), 1);
    }
    assert_eq!(world.books().await.kept().len(), 2);
    world.audit().await;
}

async fn the_usual_price_is_paid(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let asked = board(&rider, "metro/outer_single", &[("include_fare_price", "true")]);
    let pass = asked.keyed().send().await.ok().body;
    assert_eq!(pass["fare"]["price"]["amount"], 149);
    assert_eq!(world.books().await.kept()[0].amount, 149);
    // What costs nothing needs no card here either.
    let tablet = world.rider_on("ann", "ann-tablet").await;
    let free = board(&tablet, "metro/shuttle", &[("stripe_token", "")]);
    assert_eq!(free.keyed().send().await.ok().body["status"], "active");
    assert_eq!(world.books().await.kept().len(), 1);
    world.audit().await;
}
