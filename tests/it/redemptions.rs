//! What a link holds, and who gets it.

use chrono::{SecondsFormat, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{
    BOOK, OTHER_APPS_KEY, REDUCED, SINGLE, Store, World, eventually, fields, look, on_both_stores,
};

on_both_stores!(
    what_a_link_holds_is_told_to_anybody_in_their_language,
    a_link_is_taken_in_every_form_in_which_a_rider_comes_by_it,
    each_refusal_is_reached_by_what_really_happened,
    a_restricted_pass_is_for_who_may_have_it,
    of_accounts_that_race_for_a_link_one_gets_all_of_it,
    the_page_of_a_link_shows_the_app_that_can_redeem_it,
);

const HOLDS: &str = "The following fares will be made available in your account:\n  \
                     - Regular Single Ride, Quantity: 2\n  - Regular 3 Ride, Quantity: 1";

async fn what_a_link_holds_is_told_to_anybody_in_their_language(store: Store) {
    let world = World::start(store).await;
    let (office, ann) = (world.rider("office").await, world.rider("ann").await);
    let mut items = vec![office.buy_item(SINGLE).await, office.buy_item(BOOK).await];
    items.push(office.buy_item(SINGLE).await);
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let sent = office.send(&[items[0], items[2], items[1]], None).await.ok();
    let link = sent.body["redemption"]["url"].as_str().unwrap();
    let code = link.strip_prefix("https://cityhop.example/redeem?code=").unwrap();

    let told = world.phone().get(&look(link)).send().await.ok().body;
    assert_eq!(
        fields(&told),
        ["agency", "code", "message", "title", "universal_url"]
    );
    assert_eq!(
        (&told["title"], &told["message"]),
        (&json!("Redeem Fares"), &json!(HOLDS))
    );
    assert_eq!(told["code"], code);
    let agency = world.app().get("/agency/bigbluebus").send().await.ok().body;
    assert_eq!(told["agency"], agency);
    let page = format!("{}/r/test/{code}", world.server.http());
    assert_eq!(told["universal_url"], page.as_str());
    assert_eq!(ann.look_at(link).await.ok().body, told, "a login changes nothing");

    let html = ann.get(&format!("{}&text_mime_type=text%2Fhtml", look(link)));
    let html = html.header("Accept-Language", "es-MX").send().await.ok().body;
    assert_eq!(html["title"], "Canjear tarifas");
    assert_eq!(
        html["message"],
        "<p>Las siguientes tarifas estarán disponibles en su cuenta:</p><ul>\
         <li>Viaje sencillo regular, Cantidad: 2</li><li>3 viajes regulares, Cantidad: 1</li></ul>"
    );
    let other = ann.get(&format!("{}&text_mime_type=text%2Fcsv", look(link)));
    other.send().await.refused_for(400, None, "text_mime_type");
    ann.get("/redeem").send().await.refused_for(400, None, "link");
    ann.post("/redeem").send().await.refused_for(400, None, "link");
    let nobody = world.app().post("/redeem").form(&[("link", link)]).send().await;
    nobody.refused(401, Some("login_required"));

    assert_eq!(ann.redeem(link).await.ok().body, json!({}));
    assert_eq!(
        ann.wallet().await.passes().len(),
        5,
        "two singles, and a book of three"
    );
    world.audit().await;
}

async fn a_link_is_taken_in_every_form_in_which_a_rider_comes_by_it(store: Store) {
    let world = World::start(store).await;
    let office = world.rider("office").await;
    let item = office.buy_item(SINGLE).await;
    let sent = office.send(&[&item], None).await.ok();
    let link = sent.body["redemption"]["url"].as_str().unwrap().to_owned();
    let code = link.rsplit_once('=').unwrap().1;
    let ann = world.rider("ann").await;
    for form in [
        link.clone(),
        code.to_owned(),
        format!(" {link}&utm=mail#top\n"),
        format!("https://cityhop.example/de/redeem?utm=x&code={code}"),
        format!("{}/r/test/{code}", world.server.http()),
    ] {
        assert_eq!(ann.look_at(&form).await.ok().body["code"], code, "{form}");
    }
    for none in [
        format!("https://cityhop.example/elsewhere?code={code}"),
        "https://cityhop.example/redeem".to_owned(),
        format!("{code}x"),
        "trf_00000000000000000000000000000000.AAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        "redemption.link".to_owned(),
    ] {
        ann.look_at(&none).await.refused(400, Some("redemption_invalid"));
        ann.redeem(&none).await.refused(400, Some("redemption_invalid"));
    }
    let form = [("link", link.as_str())];
    let key = "the same for ever";
    let once = || {
        ann.post("/redeem")
            .header("Idempotency-Key", key)
            .form(&form)
            .send()
    };
    assert_eq!(once().await.ok().body, json!({}));
    assert_eq!(once().await.ok().body, json!({}));
    assert_eq!(ann.wallet().await.passes().len(), 1);
}

async fn each_refusal_is_reached_by_what_really_happened(store: Store) {
    let world = World::start(store).await;
    let (office, ann, ben) = (
        world.rider("office").await,
        world.rider("ann").await,
        world.rider("ben").await,
    );
    let mut links = Vec::new();
    let mut ids = Vec::new();
    for expires in [false, false, true] {
        let item = office.buy_item(SINGLE).await;
        let soon = Utc::now() + TimeDelta::milliseconds(500);
        let soon = expires.then(|| soon.to_rfc3339_opts(SecondsFormat::Millis, true));
        let sent = office.send(&[&item], soon.as_deref()).await.ok().body;
        links.push(sent["redemption"]["url"].as_str().unwrap().to_owned());
        ids.push(sent["id"].as_str().unwrap().to_owned());
    }
    let anybody = |link: &str| world.app().get(&look(link)).send();

    for answer in [office.redeem(&links[0]).await, office.look_at(&links[0]).await] {
        answer.refused(400, Some("pass_transfer_into_source_account"));
    }
    anybody(&links[0]).await.ok();
    ann.redeem(&links[0]).await.ok();
    for answer in [ann.redeem(&links[0]).await, ann.look_at(&links[0]).await] {
        answer.refused(400, Some("redemption_already_used"));
    }
    for answer in [
        ben.redeem(&links[0]).await,
        ben.look_at(&links[0]).await,
        anybody(&links[0]).await,
    ] {
        answer.refused(403, Some("redemption_used_by_another_account"));
    }

    let cancel = format!("/pass_transfer/{}/cancel", ids[1]);
    office.post(&cancel).keyed().send().await.ok();
    eventually("the expiry", async || anybody(&links[2]).await.status == 400).await;
    for link in &links[1..] {
        for answer in [
            ann.redeem(link).await,
            ann.look_at(link).await,
            anybody(link).await,
        ] {
            answer.refused(400, Some("redemption_invalid"));
        }
    }
    // A link of another app holds nothing for this one's riders.
    let item = office.buy_item(SINGLE).await;
    let sent = office.send(&[&item], None).await.ok().body;
    let link = sent["redemption"]["url"].as_str().unwrap();
    let other = world.app_with(OTHER_APPS_KEY).get(&look(link)).send().await;
    other.refused(400, Some("redemption_invalid"));
    world.audit().await;
}

async fn a_restricted_pass_is_for_who_may_have_it(store: Store) {
    let world = World::start(store).await;
    let (office, ann) = (world.rider("office").await, world.rider("ann").await);
    let entitle = |subject: &str| json!({ "app": "cityhop", "subject": subject, "fare": REDUCED });
    let grant = async |body: &Value| {
        let granted = world.administer(Method::POST, "entitlements", body, None);
        granted.await
    };
    grant(&entitle("office")).await.ok();
    let item = office.buy_item(REDUCED).await;
    let sent = office.send(&[&item], None).await.ok().body;
    let link = sent["redemption"]["url"].as_str().unwrap();
    for answer in [ann.redeem(link).await, ann.look_at(link).await] {
        answer.refused(403, Some("redemption_ineligible"));
    }
    world.app().get(&look(link)).send().await.ok();
    grant(&entitle("ann")).await.ok();
    ann.look_at(link).await.ok();
    ann.redeem(link).await.ok();
    assert_eq!(ann.wallet().await.status_of(&item), "unactivated");
    world.audit().await;
}

async fn of_accounts_that_race_for_a_link_one_gets_all_of_it(store: Store) {
    let world = World::start(store).await;
    let office = world.rider("office").await;
    let items = [office.buy_item(SINGLE).await, office.buy_item(SINGLE).await];
    let sent = office.send(&[&items[0], &items[1]], None).await.ok().body;
    let link = sent["redemption"]["url"].as_str().unwrap();
    let mut riders = Vec::new();
    for name in ["ann", "ben", "cleo", "dan"] {
        riders.push(world.rider(name).await);
    }
    let answers = futures::future::join_all(riders.iter().map(|rider| rider.redeem(link))).await;
    let mut winners = 0;
    for (rider, answer) in riders.iter().zip(answers) {
        let held = rider.wallet().await.passes().len();
        if answer.status == 200 {
            winners += 1;
            assert_eq!(held, 2);
        } else {
            answer.refused(403, Some("redemption_used_by_another_account"));
            assert_eq!(held, 0);
        }
    }
    assert_eq!(winners, 1);
    world.audit().await;
}

async fn the_page_of_a_link_shows_the_app_that_can_redeem_it(store: Store) {
    let world = World::start(store).await;
    let office = world.rider("office").await;
    let item = office.buy_item(SINGLE).await;
    let sent = office.send(&[&item], None).await.ok().body;
    let link = sent["redemption"]["url"].as_str().unwrap();
    let code = link.rsplit_once('=').unwrap().1;
    let open = |path: &str| world.app().bare(Method::GET, path).send();
    let page = open(&format!("/r/test/{code}")).await.ok();
    assert!(
        page.text.contains(&format!("<a href=\"{link}\">CityHop</a>")),
        "{}",
        page.text
    );
    assert!(
        !page.text.contains("RailMate"),
        "passes go to riders of the app that sent them"
    );
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("x-robots-tag"), "noindex");
    assert!(
        page.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    for elsewhere in ["src=", "<script", "url(", "@import"] {
        assert!(!page.text.contains(elsewhere), "{elsewhere}");
    }
    for unknown in [
        format!("/r/live/{code}"),
        format!("/r/fake/{code}"),
        format!("/r/test/{code}x"),
        "/r/test/vch_1.secret".to_owned(),
        "/r/test/%3Cscript%3E".to_owned(),
    ] {
        let missing = open(&unknown).await;
        assert_eq!(missing.status, 404, "{unknown}");
        assert!(!missing.text.contains("<script"), "{}", missing.text);
    }
}
