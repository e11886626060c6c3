//! Tickets as an inspector sees them.

use std::path::PathBuf;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;

use super::{ADMIN_KEY, Rider, Setting, Store, World, demo_marketplace, run};

/// What a code says, if one of the published keys signed it. Nothing here is shared with what made it.
pub(crate) fn inspected(code: &str, keys: &Value) -> Option<Value> {
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (signed, signature) = code.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&"ES256".into(), &"ticket+jwt".into())
    );
    let claims: Value = serde_json::from_slice(&decoded(claims)).unwrap();
    let keys = keys["keys"].as_array().unwrap();
    let key = keys
        .iter()
        .find(|key| key["kid"] == header["kid"] && key["env"] == claims["env"])?;
    let mut point = vec![4];
    for part in ["x", "y"] {
        point.extend(decoded(key[part].as_str().unwrap()));
    }
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &decoded(signature)).ok()?;
    Some(claims)
}

/// What stands between two marks in a page.
#[track_caller]
pub(crate) fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let found = page
        .split_once(before)
        .and_then(|(_, rest)| rest.split_once(after));
    found.map(|(inside, _)| inside).expect(before)
}

/// A logo that is all red.
pub(crate) const RED_SQUARE: &str = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAxIDEiPjxyZWN0IHdpZHRoPSIxIiBoZWlnaHQ9IjEiIGZpbGw9IiNlMTAwMWEiLz48L3N2Zz4=";

/// The demo's marketplace with some of its text replaced.
pub(crate) async fn world_with(store: Store, changes: &[(&str, &str)]) -> World {
    let mut text = std::fs::read_to_string(demo_marketplace()).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let world = World::of(Setting {
        marketplace: None,
        ..Setting::on(store)
    })
    .await;
    std::fs::write(world.folder().join("marketplace.yaml"), text).unwrap();
    let args = [
        "apply",
        "marketplace.yaml",
        "--url",
        world.server.http(),
        "--admin-key",
        ADMIN_KEY,
    ];
    let applied = run(world.folder(), &args).await;
    assert!(
        applied.status.success(),
        "{}",
        String::from_utf8_lossy(&applied.stderr)
    );
    world
}

/// Big Blue Bus in its colours.
pub(crate) async fn styled(store: Store) -> World {
    let look = format!(
        "stripe_account: acct_bigbluebus\n    ticket: {{ background: '#0055a4', foreground: '#ffffff', \
         accent: '#ffc72c', logo: '{RED_SQUARE}' }}\n"
    );
    world_with(store, &[("stripe_account: acct_bigbluebus\n", &look)]).await
}

/// Buys and activates, and gives back the pass with its ticket as it is.
pub(crate) async fn ticket(rider: &Rider, agency: &str, fare: &str) -> Value {
    let form = [
        ("a", agency),
        ("fare_id", fare),
        ("stripe_token", "pm_card_visa"),
        ("ticket_format", "none"),
    ];
    let bought = rider
        .post("/purchase")
        .keyed()
        .header("Token-Transit-Passes-State", &rider.state().await)
        .form(&form)
        .send()
        .await
        .ok();
    let passes = bought.body["passes"].as_array().unwrap();
    let fresh = passes
        .iter()
        .find(|it| it["status"] == "unactivated" && it["agency_id"] == agency);
    let pass = fresh.unwrap()["pass_id"].as_str().unwrap();
    rider.activate(pass).await.ok();
    let shown = rider.get(&format!("/pass/{pass}?ticket_format=html_raw")).send();
    shown.await.ok().body
}

/// The page as it is.
pub(crate) fn page(pass: &Value) -> &str {
    pass["display_html"].as_str().unwrap()
}

/// The page as a file that a browser can open.
pub(crate) fn ticket_file(world: &World, pass: &Value) -> PathBuf {
    let file = world.folder().join("ticket.html");
    std::fs::write(&file, page(pass)).unwrap();
    file
}
