//! Requests that are refused, in the published shape.

use chrono::{TimeDelta, Utc};
use edge::jwt::testing_key::{TestKey, TestRider};
use event_log::Database;
use reqwest::Method;
use vault::{Purpose, Vault};

use crate::world::{Order, SECRET_KEY, SINGLE, Store, World, on_both_stores};

on_both_stores!(
    a_call_needs_a_key_that_was_issued,
    a_call_needs_a_published_version,
    a_key_of_another_environment_sees_nothing_of_this_one,
    a_riders_call_needs_a_rider,
    a_jwt_has_to_be_genuine_and_in_time,
    a_list_of_passes_needs_a_ticket_format,
    what_does_not_exist_is_not_found,
    a_restricted_fare_is_not_sold,
    a_purchase_needs_something_to_pay_with,
    the_state_of_the_passes_must_be_said_and_be_the_riders_own,
    a_state_that_is_out_of_date_changes_nothing,
);

async fn a_call_needs_a_key_that_was_issued(store: Store) {
    let world = World::start(store).await;
    let unknown = [
        None,
        Some("sk_test_never_issued_0000000000"),
        Some("sk_live_cityhop_demo_0000000000"),
        Some("secret"),
        Some(""),
    ];
    for key in unknown {
        for path in ["/agency", "/developer", "/pass?ticket_format=none"] {
            let mut call = world
                .app()
                .bare(Method::GET, path)
                .header("Token-Transit-Api-Version", "2020-05-21");
            if let Some(key) = key {
                call = call.header("Token-Transit-Api-Key", key);
            }
            call.send().await.refused(401, None);
        }
    }
}

async fn a_call_needs_a_published_version(store: Store) {
    let world = World::start(store).await;
    let call = || {
        world
            .app()
            .bare(Method::GET, "/agency")
            .header("Token-Transit-Api-Key", SECRET_KEY)
    };
    call()
        .send()
        .await
        .refused_for(400, None, "Token-Transit-Api-Version");
    for unknown in ["", "2020-05-22", "latest"] {
        let answer = call().header("Token-Transit-Api-Version", unknown).send().await;
        answer.refused_for(400, None, "Token-Transit-Api-Version");
        assert!(answer.body["message"].as_str().unwrap().contains("2020-05-21"));
    }
    for known in ["2019-05-01", "2020-05-21"] {
        call()
            .header("Token-Transit-Api-Version", known)
            .send()
            .await
            .ok();
    }
}

async fn a_key_of_another_environment_sees_nothing_of_this_one(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let bought = rider.buy(SINGLE, "pm_card_visa").await.ok();
    let pass = bought.body["passes"][0]["pass_id"].as_str().unwrap();
    for key in [
        "sk_fake_cityhop_demo_0000000000",
        "sk_live_cityhop_demo_0000000000",
    ] {
        let other = world.app_with(key);
        for path in ["/pass?ticket_format=none", &format!("/pass/{pass}")] {
            let by_session = other.get(path).session(&rider.session).send().await;
            let by_jwt = other.get(path).bearer(&rider.jwt).send().await;
            for answer in [by_session, by_jwt] {
                assert!(!answer.text.contains(pass), "{key} {path}: {}", answer.text);
            }
        }
    }
    let fake = world.app_with("sk_fake_cityhop_demo_0000000000");
    let form = [("sub", "ann"), ("email", "ann@example.com")];
    let minted = fake.post("/auth/testing/jwt").form(&form).send().await.ok();
    let by_fake_jwt = world.app().get("/pass?ticket_format=none").bearer(&minted.text);
    // Only what a test key mints makes somebody.
    by_fake_jwt.send().await.refused(401, Some("login_required"));
}

async fn a_riders_call_needs_a_rider(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let calls = [
        app.get("/pass?ticket_format=none"),
        app.get("/pass/pass_1"),
        app.get("/agency/bigbluebus/pass/pass_1"),
        app.post("/pass/pass_1/activate"),
        app.post("/purchase"),
        app.post("/user/login"),
        app.get("/pass?ticket_format=none").session("made-up"),
        app.get("/pass?ticket_format=none").bearer("made.up.jwt"),
    ];
    for call in calls {
        let answer = call.send().await;
        answer.refused(401, Some("login_required"));
        assert_eq!(answer.session(), None);
    }
    app.get("/agency/bigbluebus/fare").send().await.ok();
}

/// The testing key of a world, as its vault derives it.
async fn testing_key(world: &World) -> TestKey {
    let database = Database::open(world.database()).await.unwrap();
    let vault = Vault::open(&database, None).await.unwrap();
    let key = TestKey::from_seed(&vault.derive_signing_seed(Purpose::TestJwt)).unwrap();
    database.close().await;
    key
}

async fn a_jwt_has_to_be_genuine_and_in_time(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let key = testing_key(&world).await;
    let rider = |issuer| TestRider {
        issuer,
        subject: "ann",
        email: "ann@example.com",
        phone: None,
        device: Some("ann-phone"),
    };
    let issuer = "https://switchyard.invalid/testing/es256/";
    let now = Utc::now();
    let good = key.mint(rider(issuer), now).unwrap();
    let expired = key.mint(rider(issuer), now - TimeDelta::minutes(30)).unwrap();
    let too_early = key.mint(rider(issuer), now + TimeDelta::minutes(30)).unwrap();
    let other_issuer = key.mint(rider("https://elsewhere.example/"), now).unwrap();
    let foreign = TestKey::from_seed(&[7; 32])
        .unwrap()
        .mint(rider(issuer), now)
        .unwrap();
    let (rest, signature) = good.rsplit_once('.').unwrap();
    let unsigned = format!("{rest}.");
    let turned: String = signature.chars().rev().collect();
    let forged = format!("{rest}.{turned}");
    let no_rider = key
        .mint(
            TestRider {
                subject: "",
                ..rider(issuer)
            },
            now,
        )
        .unwrap();
    for bad in [
        &expired,
        &too_early,
        &other_issuer,
        &foreign,
        &unsigned,
        &forged,
        &no_rider,
    ] {
        let answer = app.post("/user/login").bearer(bad).send().await;
        answer.refused(401, Some("login_required"));
        assert!(!answer.text.contains(bad.as_str()) && answer.session().is_none());
    }
    let no_address = TestRider {
        email: "nobody",
        ..rider(issuer)
    };
    let no_address = key.mint(no_address, now).unwrap();
    let answer = app.post("/user/login").bearer(&no_address).send().await;
    answer.refused(400, Some("invalid_email_address"));
    app.post("/user/login").bearer(&good).send().await.ok();
}

async fn a_list_of_passes_needs_a_ticket_format(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    let form = [
        ("a", "bigbluebus"),
        ("fare_id", SINGLE),
        ("stripe_token", "tok_visa"),
    ];
    let calls = [
        rider.get("/pass"),
        rider
            .post("/purchase")
            .header("Token-Transit-Passes-State", &state)
            .form(&form),
        rider
            .post("/pass/pass_1/activate")
            .header("Token-Transit-Passes-State", &state),
    ];
    for call in calls {
        call.send().await.refused_for(400, None, "ticket_format");
    }
    assert!(world.books().await.kept().is_empty());
}

async fn what_does_not_exist_is_not_found(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let paths = [
        "/agency/nowhere",
        "/agency/harborpark/fare",
        "/agency/bigbluebus/fare/nothing",
        "/agency/nowhere/fare/regular_single_ride",
        "/pass/pass_1",
        "/no/such/path",
    ];
    for path in paths {
        rider
            .get(path)
            .send()
            .await
            .refused(404, Some("resource_not_found"));
    }
    let state = rider.state().await;
    let mut elsewhere = Order::single(&state);
    "linia_wislana".clone_into(&mut elsewhere.agency);
    rider
        .place(&elsewhere)
        .await
        .refused_for(404, Some("resource_not_found"), "fare_id");
    "nowhere".clone_into(&mut elsewhere.agency);
    elsewhere.key.push('2');
    rider
        .place(&elsewhere)
        .await
        .refused_for(404, Some("resource_not_found"), "a");
    rider
        .activate("pass_1")
        .await
        .refused(404, Some("resource_not_found"));
}

async fn a_restricted_fare_is_not_sold(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let refused = rider.buy("reduced_single_ride", "pm_card_visa").await;
    refused.refused(403, Some("restricted_purchase"));
    assert!(world.books().await.kept().is_empty());
}

async fn a_purchase_needs_something_to_pay_with(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    let form = [
        ("a", "bigbluebus"),
        ("fare_id", SINGLE),
        ("ticket_format", "none"),
    ];
    let nothing = rider
        .post("/purchase")
        .keyed()
        .header("Token-Transit-Passes-State", &state)
        .form(&form);
    nothing
        .send()
        .await
        .refused_for(400, Some("payment_method_not_found"), "stripe_token");
    for no_card in ["4242424242424242", "cus_1", "tok"] {
        let answer = rider.place(&Order::single(&state).card(no_card)).await;
        answer.refused_for(400, None, "stripe_token");
        assert!(
            !answer.text.contains("4242"),
            "what was sent may be a card number"
        );
    }
    for unknown in ["tok_nonsense", "card_nonsense", "pm_nonsense"] {
        let answer = rider.place(&Order::single(&state).card(unknown)).await;
        answer.refused_for(400, Some("stripe_invalid_request"), "stripe_token");
    }
    assert_eq!(rider.wallet().await.passes().len(), 0);
    rider.place(&Order::single(&state)).await.ok();
}

async fn the_state_of_the_passes_must_be_said_and_be_the_riders_own(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let stranger = world.rider("bob").await;
    let code = Some("passes_state_header_invalid_or_missing");
    let form = [
        ("a", "bigbluebus"),
        ("fare_id", SINGLE),
        ("stripe_token", "pm_card_visa"),
        ("ticket_format", "none"),
    ];
    rider
        .post("/purchase")
        .form(&form)
        .send()
        .await
        .refused(412, code);
    let foreign = stranger.state().await;
    let own = rider.state().await;
    let mut altered = own.clone().into_bytes();
    altered[5] ^= 1;
    let altered = String::from_utf8(altered).unwrap();
    for state in [foreign.as_str(), &altered, "AAAA", "0"] {
        rider.place(&Order::single(state)).await.refused(412, code);
        rider.activate_in("pass_1", state).await.refused(412, code);
    }
    let activation = rider
        .post("/pass/pass_1/activate")
        .form(&[("ticket_format", "none")]);
    activation.send().await.refused(412, code);
    assert!(world.books().await.kept().is_empty());
}

async fn a_state_that_is_out_of_date_changes_nothing(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let old = rider.state().await;
    let bought = rider.place(&Order::single(&old)).await.ok();
    let pass = bought.body["passes"][0]["pass_id"].as_str().unwrap();
    let code = Some("account_state_out_of_sync");
    rider.place(&Order::single(&old)).await.refused(412, code);
    rider.activate_in(pass, &old).await.refused(412, code);
    assert_eq!(rider.wallet().await.status_of(pass), "unactivated");
    assert_eq!(world.books().await.kept().len(), 1);
    rider.activate_in(pass, &bought.state()).await.ok();
}
