//! Riders who park at lots without gates, by Coord's Parking Access API.

use reqwest::Method;
use serde_json::{Value, json};
use stripe_sim::{
    Fault, FaultRule,
    core::{IssuerCode, Method as Verb},
};

use super::{Answer, App, CURRENT, Desk, Setting, World};

const ACCESS: &str = "/v1/access/parking";
pub(crate) const LOT: &str = "harborpark:airport_lot";
pub(crate) const OTHER_LOT: &str = "baypark:dock";

/// Lots of two operators that cost something from the first minute, without gates.
pub(crate) async fn with_lots(setting: Setting) -> World {
    let world = World::of(setting).await;
    world
        .apply(|file| {
            file + "      - id: airport_lot
        name: Airport Lot <East>
        location: { latitude: 34.0158, longitude: -118.4513 }
        rate: { currency: USD, flat: 1200 }
  - id: baypark
    kind: parking
    name: Bay Park
    country: US
    timezone: America/Los_Angeles
    stripe_account: acct_baypark
    requires: [stripe_info.stripe_customer_id]
    links:
      - app: cityhop
        fee: { basis_points: 400 }
        agreed_on: 2026-04-01
        agreed_by_app: CityHop partnerships
        agreed_by_operator: Bay Park management
    locations:
      - id: dock
        name: The Dock
        location: { latitude: 34.0121, longitude: -118.4950 }
        rate: { currency: USD, flat: 300 }
"
        })
        .await;
    world
}

pub(crate) async fn keep(app: &App, jwt: &str, token: &str) {
    let call = app.coord(Method::POST, &format!("{CURRENT}/stripe_info"));
    let body = json!({ "coord_targeted_token": token });
    call.bearer(jwt).json(&body).send().await.ok();
}

/// A rider with a card, and their JWT.
pub(crate) async fn rider(app: &App, name: &str, token: &str) -> String {
    let jwt = app.jwt(name, name).await;
    keep(app, &jwt, token).await;
    jwt
}

async fn call(app: &App, jwt: &str, method: Method, path: &str) -> Answer {
    let call = app.coord(method, &format!("{ACCESS}/{path}"));
    call.bearer(jwt).send().await
}

pub(crate) async fn begin(app: &App, jwt: &str, location: &str) -> Answer {
    call(app, jwt, Method::POST, &format!("{location}/session")).await
}

/// Where a session is, for calls of their own.
pub(crate) fn path_of(location: &str, session: &Value) -> String {
    format!("{ACCESS}/{location}/session/{}", session["id"])
}

/// Parks and leaves again; what is told then.
pub(crate) async fn stay(app: &App, jwt: &str, location: &str) -> Value {
    let begun = begin(app, jwt, location).await.ok().body;
    end(app, jwt, location, &begun).await.ok().body
}

pub(crate) async fn end(app: &App, jwt: &str, location: &str, session: &Value) -> Answer {
    let path = format!("{location}/session/{}/end", session["id"]);
    call(app, jwt, Method::PUT, &path).await
}

pub(crate) async fn payment(app: &App, jwt: &str, session: &Value) -> Value {
    let path = format!("{LOT}/session/{}", session["id"]);
    let shown = call(app, jwt, Method::GET, &path).await.ok().body;
    shown["billing_info"]["payment"].clone()
}

pub(crate) async fn pay(app: &App, jwt: &str, session: &Value) -> Answer {
    let path = format!("{LOT}/session/{}/pay", session["id"]);
    call(app, jwt, Method::POST, &path).await
}

/// What Stripe took and kept on an account.
pub(crate) async fn charged(world: &World, account: &str) -> Vec<i64> {
    let kept = world.books().await.kept().into_iter();
    kept.filter(|charge| charge.account == account)
        .map(|charge| charge.amount)
        .collect()
}

pub(crate) fn next_charge(world: &World, fault: Fault) {
    let rule = FaultRule::next(fault, Verb::Post, "/v1/charges", 1);
    world.stripe().add_fault(rule);
}

pub(crate) fn next_charge_is_declined(world: &World, issuer: IssuerCode) {
    next_charge(world, Fault::Decline { issuer });
}

/// The only stay in a list of the desk.
pub(crate) async fn only(desk: &Desk, path: &str) -> Value {
    let page = desk.get(path).await.ok().body;
    let data = page["data"].as_array().unwrap();
    assert_eq!(data.len(), 1, "{page}");
    data[0].clone()
}
