//! Parking systems that require one thing each, and the calls of Coord's APIs.

use reqwest::{Method, redirect::Policy};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Answer, App, LIVE_KEY, Setting, Store, World, demo_marketplace};

/// The current user.
pub(crate) const CURRENT: &str = "/v1/users/user/current";

/// Requires a licence plate and a linked account, and has a permission page.
pub(crate) const PARKING: &str = "curbside";

/// Requires a card and a linked account.
pub(crate) const CARD_AND_ACCOUNT: &str = "cardpark";

/// The systems, beside the demo's `harborpark`, which requires a card.
const SYSTEMS: &str = "
  - id: curbside
    kind: parking
    name: { default: Curbside, translations: { es: Bordillo } }
    country: US
    timezone: America/New_York
    location: { latitude: 40.7, longitude: -73.9 }
    stripe_account: acct_curbside
    requires: [vehicle.license_plate]
    requires_linked_account: true
    permission_page: https://curbside.example/permission?lang=en
    links: [{ app: cityhop, agreed_on: 2026-04-01, agreed_by_app: CityHop, agreed_by_operator: Curbside }]
    locations: [&lot { id: lot, name: Lot, location: { latitude: 40.7, longitude: -73.9 }, rate: { currency: USD, flat: 500 } }]
  - id: cardpark
    kind: parking
    name: Card Park
    timezone: America/New_York
    stripe_account: acct_cardpark
    requires: [stripe_info.stripe_customer_id]
    requires_linked_account: true
    links: [{ app: cityhop, agreed_on: 2026-04-01, agreed_by_app: CityHop, agreed_by_operator: Card Park }]
    locations: [{ id: lot, name: Lot, location: { latitude: 40.7, longitude: -73.9 }, rate: { currency: USD, flat: 500 } }]
  - id: openlot
    kind: transit_and_parking
    name: Open Lot
    timezone: America/New_York
    stripe_account: acct_openlot
    requires: [email]
    links: [{ app: cityhop, agreed_on: 2026-04-01, agreed_by_app: CityHop, agreed_by_operator: Open Lot }]
    locations: [{ id: lot, name: Lot, location: { latitude: 40.7, longitude: -73.9 }, rate: { currency: USD, flat: 500 } }]
";

/// The demo's marketplace with these systems, and more lines about CityHop. It is gone when the folder is.
pub(crate) fn parking_file(cityhop: &[&str]) -> (TempDir, std::path::PathBuf) {
    let demo = std::fs::read_to_string(demo_marketplace()).unwrap();
    let name = "    name: CityHop\n";
    let keys = "      - pk_test_cityhop_demo_0000000000\n";
    assert!(demo.contains(name) && demo.contains(keys), "the demo has changed");
    let more = cityhop
        .iter()
        .fold(String::new(), |more, line| more + "    " + line + "\n");
    let origins = "    allowed_origins: [\"https://cityhop.example\"]\n";
    let file = demo
        .replacen(name, &format!("{name}{origins}{more}"), 1)
        .replacen(keys, &format!("{keys}      - {LIVE_KEY}\n"), 1);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("marketplace.yaml");
    std::fs::write(&path, format!("{file}{}", SYSTEMS.replace("&lot ", ""))).unwrap();
    (folder, path)
}

/// A world with these systems.
pub(crate) async fn coord_world(store: Store) -> World {
    let (_folder, file) = parking_file(&[]);
    World::of(Setting::on(store).marketplace(file)).await
}

/// A JWT that marks a test user.
pub(crate) async fn test_jwt(app: &App, external_uid: &str) -> String {
    let body = json!({ "external_uid": external_uid, "email": "foo@bar.com" });
    let made = app
        .coord(Method::POST, "/v1/users/testing/create_jwt")
        .json(&body);
    let made = made.send().await.ok();
    made.body["jwt_token"].as_str().expect("a JWT").to_owned()
}

/// The card of a customer, as the app reads it from Stripe.
pub(crate) async fn card_of(world: &World, customer: &str) -> String {
    let url = format!("{}/v1/customers/{customer}", world.server.stripe());
    let asked = reqwest::Client::new().get(url).bearer_auth("sk_test_cityhop");
    let found: Value = asked.send().await.unwrap().json().await.unwrap();
    found["default_source"]
        .as_str()
        .expect("the customer has a card")
        .to_owned()
}

/// It was refused in the shape of Coord's APIs.
#[track_caller]
pub(crate) fn failed(answer: &Answer, status: u16, code: &str, field: Option<&str>) {
    let told = (
        answer.status,
        answer.body["code"].as_str(),
        answer.body["field"].as_str(),
    );
    assert_eq!(told, (status, Some(code), field), "{}", answer.text);
    assert!(answer.body["message"].as_str().is_some_and(|it| !it.is_empty()));
    assert_eq!(answer.header("content-type"), "application/json");
    let mut known: Vec<&str> = vec!["code", "message"];
    known.extend(field.map(|_| "field"));
    known.extend(answer.body.get("call").map(|_| "call"));
    known.sort_unstable();
    assert_eq!(super::fields(&answer.body), known, "{}", answer.text);
}

/// Where an address leads, without going there.
pub(crate) struct Kept {
    pub status: u16,
    pub location: String,
    pub text: String,
    pub headers: reqwest::header::HeaderMap,
}

/// Asks as a browser does, which shows where it is sent. With a form, it sends that.
pub(crate) async fn follow(url: &str, form: Option<&[(&str, &str)]>) -> Kept {
    let client = reqwest::Client::builder()
        .redirect(Policy::none())
        .build()
        .unwrap();
    let request = match form {
        Some(form) => client.post(url).form(form),
        None => client.get(url),
    };
    let response = request.send().await.unwrap();
    let location = response
        .headers()
        .get("location")
        .map(|it| it.to_str().unwrap().to_owned());
    Kept {
        status: response.status().as_u16(),
        location: location.unwrap_or_default(),
        headers: response.headers().clone(),
        text: response.text().await.unwrap(),
    }
}

/// A parameter of an address.
impl Kept {
    pub(crate) fn told(&self, name: &str) -> Option<String> {
        let url = reqwest::Url::parse(&self.location).unwrap();
        let mut pairs = url.query_pairs();
        pairs
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    }
}

/// The systems that the current user can transact with.
impl App {
    pub(crate) async fn own_systems(&self, jwt: &str) -> Value {
        let current = self.coord(Method::GET, CURRENT).bearer(jwt).send().await.ok();
        current
            .body
            .get("transactable_systems")
            .cloned()
            .unwrap_or(json!([]))
    }

    /// Sets the published plate.
    pub(crate) async fn drive(&self, jwt: &str) -> Answer {
        let plate = json!({ "license_plate": { "text": "123abc", "country": "us", "subdivision": "ny" } });
        let path = format!("{CURRENT}/vehicle");
        self.coord(Method::PUT, &path)
            .bearer(jwt)
            .json(&plate)
            .send()
            .await
            .ok()
    }
}
