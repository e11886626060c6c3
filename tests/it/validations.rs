//! Tickets shown to whoever drives, as devices report them.

use serde_json::json;

use crate::world::{Answer, BOOK, Rider, SINGLE, Store, World, fields, on_both_stores};

on_both_stores!(
    every_tap_is_noted_and_the_same_key_once,
    what_cannot_be_shown_is_refused,
    numbers_and_times_are_held_to_what_they_are,
    showing_a_pass_leaves_its_state_as_it_is,
);

const AT: &str = "2020-03-14T17:00:01-07:00";

async fn active_pass(rider: &Rider) -> String {
    let bought = rider.buy(SINGLE, "pm_card_visa").await.ok();
    let pass = bought.body["passes"][0]["pass_id"].as_str().unwrap().to_owned();
    rider.activate(&pass).await.ok();
    pass
}

async fn show(rider: &Rider, form: &[(&str, &str)]) -> Answer {
    rider.post("/validation/visual").form(form).send().await
}

async fn every_tap_is_noted_and_the_same_key_once(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let pass = active_pass(&rider).await;
    let place = [("latitude", "37.773972"), ("longitude", "-122.431297")];
    for timestamp in [AT, "2020-03-14T17:00:01.000000001-07:00"] {
        let form = [
            &[("pass_id", pass.as_str()), ("timestamp", timestamp)],
            &place[..],
        ]
        .concat();
        let shown = show(&rider, &form).await.ok();
        assert_eq!(shown.text, "{}");
    }
    let form = [("pass_id", pass.as_str()), ("timestamp", "2020-03-15T00:00:03Z")];
    for _ in 0..2 {
        let shown = rider
            .post("/validation/visual")
            .header("Idempotency-Key", "tap")
            .form(&form)
            .send()
            .await
            .ok();
        assert_eq!(shown.text, "{}");
    }
    let other = rider
        .post("/validation/visual")
        .header("Idempotency-Key", "tap")
        .form(&[("pass_id", pass.as_str()), ("timestamp", "2020-03-15T00:00:04Z")])
        .send()
        .await;
    other.refused(409, Some("idempotency_key_in_use"));
    let shown = world.recorded("wallet.pass_shown").await;
    assert_eq!(shown.len(), 3);
    assert_eq!(shown[0]["shown_at"], "2020-03-15T00:00:01Z");
    assert_eq!(shown[1]["shown_at"], "2020-03-15T00:00:01.000000001Z");
    assert_eq!(shown[0]["latitude_microdegrees"], 37_773_972);
    assert_eq!(shown[0]["longitude_microdegrees"], -122_431_297);
    assert!(
        shown[2].get("latitude_microdegrees").is_none(),
        "the device did not know"
    );
    world.audit().await;
}

async fn what_cannot_be_shown_is_refused(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let bought = rider.buy(SINGLE, "pm_card_visa").await.ok();
    let fresh = bought.body["passes"][0]["pass_id"].as_str().unwrap();
    let refused = show(&rider, &[("pass_id", fresh), ("timestamp", AT)]).await;
    refused.refused(428, Some("pass_unactivated"));
    let stranger = world.rider("bob").await;
    for (whoever, pass) in [
        (&stranger, fresh),
        (&rider, "pass_of_nobody"),
        (&rider, "nonsense"),
    ] {
        let refused = show(whoever, &[("pass_id", pass), ("timestamp", AT)]).await;
        refused.refused(404, Some("resource_not_found"));
    }
    let bought = rider.buy(BOOK, "pm_card_visa").await.ok();
    let book = bought.body["pass_books"][0]["pass_book_id"].as_str().unwrap();
    let refused = show(&rider, &[("pass_id", book), ("timestamp", AT)]).await;
    refused.refused_for(400, Some("invalid_id"), "pass_id");
    let nobody = world
        .app()
        .post("/validation/visual")
        .form(&[("pass_id", fresh), ("timestamp", AT)])
        .send()
        .await;
    nobody.refused(401, Some("login_required"));
    assert_eq!(world.recorded("wallet.pass_shown").await.len(), 0);
}

async fn numbers_and_times_are_held_to_what_they_are(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let pass = active_pass(&rider).await;
    for (name, value) in [
        ("timestamp", "yesterday"),
        ("timestamp", "1584230401"),
        ("latitude", "north"),
        ("latitude", "90.000001"),
        ("latitude", "NaN"),
        ("longitude", "-180.5"),
        ("longitude", "1,5"),
    ] {
        let timestamp = ("timestamp", AT);
        let form = [("pass_id", pass.as_str()), timestamp, (name, value)];
        show(&rider, &form).await.refused_for(400, None, name);
    }
    let no_time = show(&rider, &[("pass_id", &pass)]).await;
    no_time.refused_for(400, None, "timestamp");
    let no_pass = show(&rider, &[("timestamp", AT)]).await;
    no_pass.refused_for(400, None, "pass_id");
    let call = rider.post("/validation/visual");
    let said = json!({ "pass_id": pass, "timestamp": AT, "latitude": -90, "longitude": 1e-7 });
    let shown = call.json(&said).send().await.ok();
    assert_eq!(fields(&shown.body), Vec::<&str>::new());
    let shown = world.recorded("wallet.pass_shown").await;
    assert_eq!(shown[0]["latitude_microdegrees"], -90_000_000);
    assert_eq!(shown[0]["longitude_microdegrees"], 0);
}

async fn showing_a_pass_leaves_its_state_as_it_is(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let pass = active_pass(&rider).await;
    let before = rider.wallet().await;
    show(&rider, &[("pass_id", &pass), ("timestamp", AT)]).await.ok();
    let after = rider.wallet().await;
    assert_eq!(before.state, after.state);
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    rider.activate_in(&pass, &before.state).await.ok();
}
