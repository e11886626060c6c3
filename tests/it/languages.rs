//! Names, descriptions and errors in the language that the rider reads.

use crate::world::{Answer, Store, World, on_both_stores};

on_both_stores!(
    the_most_wanted_language_that_there_is_is_spoken,
    a_call_that_names_no_language_is_answered_in_american_english,
    what_is_not_wanted_is_not_spoken_if_there_is_another,
    errors_are_told_in_the_riders_language,
    an_answer_says_which_language_it_is_in,
);

const BUS: &str = "/agency/bigbluebus/fare/regular_single_ride";
const LINE: &str = "/agency/linia_wislana/fare/day_pass";

async fn asked(world: &World, path: &str, languages: &str) -> Answer {
    let call = world.app().get(path).header("Accept-Language", languages);
    call.send().await.ok()
}

async fn named(world: &World, path: &str, languages: &str) -> String {
    let fare = asked(world, path, languages).await;
    fare.body["fare_name"].as_str().unwrap().to_owned()
}

async fn the_most_wanted_language_that_there_is_is_spoken(store: Store) {
    let world = World::start(store).await;
    for (languages, bus, line) in [
        ("es", "Viaje sencillo regular", "Bilet dobowy"),
        ("es-MX", "Viaje sencillo regular", "Bilet dobowy"),
        ("ES-419, en;q=0.5", "Viaje sencillo regular", "Day pass"),
        ("en-GB,en;q=0.9,es;q=0.8", "Regular Single Ride", "Day pass"),
        ("pl,en;q=0.7,es;q=0.9", "Viaje sencillo regular", "Bilet dobowy"),
        ("de;q=0.9, es;q=0.1, en;q=0.2", "Regular Single Ride", "Day pass"),
        ("pl-PL", "Regular Single Ride", "Bilet dobowy"),
        ("de", "Regular Single Ride", "Bilet dobowy"),
        ("de, *;q=0.1", "Regular Single Ride", "Bilet dobowy"),
        ("*", "Regular Single Ride", "Bilet dobowy"),
        ("es;q=1.001, en", "Regular Single Ride", "Day pass"),
        ("e s, ;;, es", "Viaje sencillo regular", "Bilet dobowy"),
    ] {
        assert_eq!(named(&world, BUS, languages).await, bus, "{languages}");
        assert_eq!(named(&world, LINE, languages).await, line, "{languages}");
    }
    // Agencies, options, passes and what a link holds as well.
    let fares = asked(&world, "/agency/bigbluebus/fare", "es").await;
    assert_eq!(fares.body["fare_options"][0]["label"], "Pasajero");
    let rider = world.rider("ann").await;
    rider.buy("regular_single_ride", "pm_card_visa").await.ok();
    let list = "/pass?ticket_format=none";
    let passes = rider
        .get(list)
        .header("Accept-Language", "es-AR")
        .send()
        .await
        .ok();
    assert_eq!(
        passes.body["passes"][0]["fare"]["fare_name"],
        "Viaje sencillo regular"
    );
    assert_eq!(
        passes.body["passes"][0]["details"]["name"],
        "Viaje sencillo regular"
    );
    let pass = passes.body["passes"][0]["pass_id"].as_str().unwrap();
    let in_a_year = (chrono::Utc::now() + chrono::TimeDelta::days(365)).to_rfc3339();
    let form = [("items", pass), ("expiration_timestamp", &in_a_year)];
    let sent = rider.post("/pass_transfer").keyed().form(&form).send().await.ok();
    let link = format!(
        "/redeem?link={}",
        sent.body["redemption"]["url"].as_str().unwrap()
    );
    let shown = asked(&world, &link, "es").await;
    assert!(
        shown.body["message"]
            .as_str()
            .unwrap()
            .contains("Viaje sencillo regular")
    );
}

async fn a_call_that_names_no_language_is_answered_in_american_english(store: Store) {
    let world = World::start(store).await;
    let fare = world.app().get(LINE).send().await.ok();
    assert_eq!(fare.body["fare_name"], "Day pass");
    for nothing in ["", "*;q=0", "nonsense of its own"] {
        assert_eq!(named(&world, LINE, nothing).await, "Day pass", "{nothing:?}");
    }
}

async fn what_is_not_wanted_is_not_spoken_if_there_is_another(store: Store) {
    let world = World::start(store).await;
    for (languages, bus, line) in [
        ("en;q=0, *", "Viaje sencillo regular", "Bilet dobowy"),
        ("*, pl;q=0", "Regular Single Ride", "Day pass"),
        ("es-MX, es;q=0, en;q=0.1", "Regular Single Ride", "Day pass"),
        // Something has to be shown.
        ("en;q=0", "Regular Single Ride", "Bilet dobowy"),
    ] {
        assert_eq!(named(&world, BUS, languages).await, bus, "{languages}");
        assert_eq!(named(&world, LINE, languages).await, line, "{languages}");
    }
}

async fn errors_are_told_in_the_riders_language(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let told = async |languages: &str| {
        let call = rider
            .get("/pass/pass_of_nobody")
            .header("Accept-Language", languages);
        let refused = call.send().await;
        refused.refused(404, Some("resource_not_found"));
        (
            refused.body["message"].clone(),
            refused.header("content-language").to_owned(),
        )
    };
    let (english, spanish) = (told("en").await, told("es").await);
    assert_eq!((english.1.as_str(), spanish.1.as_str()), ("en", "es"));
    assert_ne!(english.0, spanish.0);
    for (languages, expected) in [
        ("es-MX,en;q=0.5", &spanish),
        ("de, es;q=0.2, en;q=0.1", &spanish),
        ("*, en;q=0", &spanish),
        ("en-US,es;q=0.9", &english),
        ("de", &english),
        ("es;q=0", &english),
    ] {
        assert_eq!(told(languages).await, *expected, "{languages}");
    }
    // Also where nobody has got to know the rider: a wrong path, no login.
    for (path, code) in [
        ("/nowhere", "resource_not_found"),
        ("/pass?ticket_format=none", "login_required"),
    ] {
        let refused = world.app().get(path).header("Accept-Language", "es").send().await;
        assert_eq!(refused.body["code"], code);
        assert_eq!(refused.header("content-language"), "es");
    }
}

async fn an_answer_says_which_language_it_is_in(store: Store) {
    let world = World::start(store).await;
    for (path, languages, said) in [
        (BUS, "es", "es"),
        (BUS, "en-GB", "en"),
        (BUS, "de", "en"),
        (LINE, "pl-PL", "pl"),
        (LINE, "en", "en"),
        ("/agency/linia_wislana/fare", "pl", "pl"),
    ] {
        let fare = asked(&world, path, languages).await;
        assert_eq!(fare.header("content-language"), said, "{path} {languages}");
    }
    for path in [BUS, "/agency", "/nowhere", "/testing/jwks.json"] {
        let answer = world.app().get(path).send().await;
        let varies = answer.headers.get_all("vary").iter();
        let varies: Vec<&str> = varies.map(|value| value.to_str().unwrap()).collect();
        assert!(varies.contains(&"accept-language"), "{path}: {varies:?}");
    }
}
