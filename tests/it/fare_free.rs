//! Days on which riding is free, and what else agencies announce.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Order, Rider, SECRET_KEY, Store, World, on_both_stores, token};

on_both_stores!(
    on_a_fare_free_day_nothing_is_sold_or_activated_and_riders_are_told,
    a_fare_free_day_can_be_in_an_operators_own_words,
    editions_before_2020_05_21_know_nothing_of_free_days,
    announcements_are_applied_once_corrected_and_left_alone,
    an_agency_is_shown_with_everything_it_says_of_itself,
);

/// The ferry is free in this time.
fn free(text: &str, notice: &str) -> String {
    let ferry = "    name: Ferry\n";
    assert!(text.contains(ferry));
    text.replace(ferry, &format!("{ferry}    fare_free: [{notice}]\n"))
}

const TODAY: &str = "{ id: today, from: 2020-01-01T00:00:00-05:00 }";

async fn buy(rider: &Rider) -> crate::world::Answer {
    let mut order = Order::of("crossing", "pm_card_visa", &rider.state().await);
    "ferry".clone_into(&mut order.agency);
    rider.place(&order).await
}

async fn on_a_fare_free_day_nothing_is_sold_or_activated_and_riders_are_told(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = [("a", "ferry"), ("add_fares[crossing]", "1")];
    let before = rider.cart(&cart).await.ok().body;
    let bought = rider.buy_cart(token(&before)).await.ok();
    let pass = bought.body["passes"][0]["pass_id"].as_str().unwrap();
    let active = buy(&rider).await.ok();
    let shown = active.body["passes"].as_array().unwrap();
    let second = shown.iter().find(|it| it["pass_id"] != pass).unwrap()["pass_id"]
        .as_str()
        .unwrap();
    rider.activate(second).await.ok();

    assert_eq!(world.apply(|text| free(&text, TODAY)).await, 1);
    let alert = json!({
        "header": "Fare free",
        "description": "No fare is required at this time.",
        "effect": "FARE_FREE",
    });
    let agency = rider.get("/agency/ferry").send().await.ok().body;
    assert_eq!(agency["service_alerts"], json!([alert]));
    let agencies = rider.get("/agency").send().await.ok().body;
    assert!(agencies["agencies"].as_array().unwrap().contains(&agency));
    let fares = rider.get("/agency/ferry/fare").send().await.ok().body;
    assert_eq!(fares["fares"], json!([]));
    let now = rider.cart(&cart).await.ok().body;
    assert_eq!(now["service_alerts"], json!([alert]));
    assert_eq!(now["agency_fares"], json!([]));

    let code = Some("agency_free_fare_day");
    buy(&rider).await.refused(428, code);
    rider.buy_cart(token(&now)).await.refused(428, code);
    rider
        .post("/agency/ferry/fare/crossing/purchase")
        .keyed()
        .form(&[("stripe_token", "pm_card_visa"), ("ticket_format", "none")])
        .send()
        .await
        .refused(428, code);
    rider.activate(pass).await.refused(428, code);
    assert_eq!(rider.wallet().await.status_of(pass), "unactivated");
    // Who rides already, goes on.
    rider.activate(second).await.ok();
    assert_eq!(world.books().await.kept().len(), 2);

    // Others still sell.
    let other = rider
        .cart(&[("a", "metro"), ("add_fares[single]", "1")])
        .await
        .ok();
    rider.buy_cart(token(&other.body)).await.ok();

    // It ends earlier than was said.
    let ended = "{ id: today, from: 2020-01-01T00:00:00-05:00, until: 2020-01-02T00:00:00-05:00 }";
    assert_eq!(world.apply(|text| free(&text, ended)).await, 2);
    let agency = rider.get("/agency/ferry").send().await.ok().body;
    assert!(agency.get("service_alerts").is_none());
    rider.activate(pass).await.ok();
    buy(&rider).await.ok();
    world.audit().await;
}

async fn a_fare_free_day_can_be_in_an_operators_own_words(store: Store) {
    let world = World::of_fares(store).await;
    let notice = "{ id: clean_air, header: { default: Clean air day, translations: { es: Día sin coche } }, \
                  description: Leave the car at home. }";
    world.apply(|text| free(&text, notice)).await;
    let shown = world.app().get("/agency/ferry").send().await.ok().body;
    assert_eq!(
        shown["service_alerts"],
        json!([{
            "header": "Clean air day",
            "description": "Leave the car at home.",
            "effect": "FARE_FREE",
        }])
    );
    let spanish = world
        .app()
        .get("/agency/ferry")
        .header("Accept-Language", "es-MX")
        .send()
        .await
        .ok();
    assert_eq!(spanish.body["service_alerts"][0]["header"], "Día sin coche");
}

async fn editions_before_2020_05_21_know_nothing_of_free_days(store: Store) {
    let world = World::of_fares(store).await;
    world.apply(|text| free(&text, TODAY)).await;
    let old = |method: Method, path: &str| {
        world
            .app()
            .bare(method, path)
            .header("Token-Transit-Api-Key", SECRET_KEY)
            .header("Token-Transit-Api-Version", "2019-05-01")
    };
    for agency in ["ferry", "metro"] {
        let shown = old(Method::GET, &format!("/agency/{agency}")).send().await.ok();
        assert!(shown.body.get("service_alerts").is_none());
    }
    let fares = old(Method::GET, "/agency/ferry/fare").send().await.ok().body;
    assert_eq!(fares["fares"].as_array().unwrap().len(), 1);
    let cart = old(Method::POST, "/cart")
        .form(&[("a", "ferry")])
        .send()
        .await
        .ok()
        .body;
    assert_eq!(cart["agency_fares"], fares["fares"]);
    // But nobody is charged.
    let rider = world.rider("ann").await;
    let bought = old(Method::POST, "/purchase")
        .session(&rider.session)
        .header("Token-Transit-Passes-State", &rider.state().await)
        .form(&[
            ("a", "ferry"),
            ("fare_id", "crossing"),
            ("stripe_token", "pm_card_visa"),
            ("ticket_format", "none"),
        ]);
    bought.send().await.refused(428, Some("agency_free_fare_day"));
    assert!(world.books().await.kept().is_empty());
}

async fn announcements_are_applied_once_corrected_and_left_alone(store: Store) {
    let world = World::of_fares(store).await;
    assert_eq!(world.apply(|text| text).await, 0);
    let headers = async || -> Vec<Value> {
        let shown = world.app().get("/agency/metro").send().await.ok().body;
        let alerts = shown["service_alerts"].as_array().cloned().unwrap_or_default();
        alerts.iter().map(|alert| alert["header"].clone()).collect()
    };
    assert_eq!(headers().await, ["Detour"]);
    let corrected =
        |text: String| text.replace("header: { default: Detour,", "header: { default: Diversion,");
    assert_eq!(world.apply(corrected).await, 2);
    assert_eq!(headers().await, ["Diversion"]);
    assert_eq!(world.apply(corrected).await, 0);
    // What a file leaves out is left as it is.
    let silent = |text: String| {
        let from = text.find("    service_alerts:").unwrap();
        let to = text.find("    catalog:").unwrap();
        format!("{}{}", &text[..from], &text[to..])
    };
    assert_eq!(world.apply(silent).await, 0);
    assert_eq!(headers().await, ["Diversion"]);
    world.audit().await;
}

async fn an_agency_is_shown_with_everything_it_says_of_itself(store: Store) {
    let world = World::of_fares(store).await;
    let shown = world.app().get("/agency/metro").send().await.ok().body;
    assert_eq!(
        shown,
        json!({
            "agency_id": "metro",
            "agency_name": "Metro",
            "country": "US",
            "email": "service@metro.example",
            "location": { "latitude": 40.7128, "longitude": -74.006 },
            "logo_url": "https://metro.example/logo.png",
            "phone_number": "+14155550100",
            "region": "New Harbor",
            "service_alerts": [{
                "header": "Detour",
                "description": "Line 7 does not stop at the harbor.",
                "effect": "OTHER_EFFECT",
            }],
            "timezone": "America/New_York",
            "website": "https://metro.example",
        })
    );
    let bare = world.app().get("/agency/ferry").send().await.ok().body;
    assert_eq!(
        bare,
        json!({ "agency_id": "ferry", "agency_name": "Ferry", "timezone": "America/New_York" })
    );
}
