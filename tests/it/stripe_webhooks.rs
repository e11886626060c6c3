//! What Stripe tells is kept before it is acknowledged, counts once, and takes effect in whatever order it comes; what it
//! does not tell is asked for.

use reqwest::{Client, Method};
use ring::hmac;
use serde_json::{Value, json};
use stripe_sim::{Control, WebhookFaults, core::AccountState};

use crate::world::{Desk, Setting, Store, World, eventually, on_both_stores};

on_both_stores!(
    what_stripe_tells_takes_effect_and_is_the_evidence,
    any_order_and_repetition_ends_where_stripe_is,
    a_lost_event_is_made_up_for_by_asking,
    only_what_stripe_signed_is_believed_and_only_once,
    an_event_that_could_not_be_acted_upon_is_taken_up_later,
);

const ACCOUNT: &str = "acct_bigbluebus";

async fn obstacles(desk: &Desk, app: &str) -> Vec<String> {
    desk.selling("bigbluebus", app).await.1
}

async fn what_stripe_tells_takes_effect_and_is_the_evidence(store: Store) {
    // Also with the simulator inside the server: nothing has to be configured.
    for embedded in [false, true] {
        let world = World::of(Setting {
            embedded,
            ..Setting::on(store)
        })
        .await;
        let desk = Desk::of(&world);
        let command = json!({ "command": "set_account_state", "account": ACCOUNT, "state": "restricted" });
        control(&world, &command).await;
        eventually("the restriction", async || {
            obstacles(&desk, "cityhop").await == ["charges_disabled"]
        })
        .await;
        let shown = desk.get("/operators/bigbluebus").await.ok();
        let due = &shown.body["account"]["requirements"];
        assert_eq!(due["past_due"], json!(["individual.verification.document"]));
        assert_eq!(shown.body["account"]["capabilities"]["card_payments"], "inactive");
        let complete = json!({ "command": "complete_onboarding", "account": ACCOUNT });
        control(&world, &complete).await;
        eventually("the end of it", async || {
            obstacles(&desk, "cityhop").await.is_empty()
        })
        .await;
        let platform = Control::platform_of("sk_test_cityhop").unwrap();
        let unlink = json!({ "command": "unlink", "platform": platform, "account": ACCOUNT });
        control(&world, &unlink).await;
        eventually("the withdrawal", async || {
            obstacles(&desk, "cityhop").await == ["platform_not_authorized"]
        })
        .await;
        assert!(
            obstacles(&desk, "railmate").await.is_empty(),
            "the other app's platform still may"
        );
        let history = desk.get("/operators/bigbluebus/history?about=payment").await.ok();
        let told = history.body["data"].as_array().unwrap().iter();
        let withdrawn = told
            .into_iter()
            .find(|it| it["event"] == "account_deauthorized")
            .unwrap();
        assert_eq!(withdrawn["actor"], "stripe");
        assert_eq!(withdrawn["data"]["app"], "cityhop");
        assert!(
            withdrawn["evidence"]["event"]
                .as_str()
                .unwrap()
                .starts_with("evt_")
        );
        world.audit().await;
    }
}

async fn control(world: &World, command: &Value) {
    let url = format!("{}/_sim/command", world.server.stripe());
    let done = Client::new().post(url).json(command).send().await.unwrap();
    assert!(done.status().is_success(), "{command}");
}

async fn any_order_and_repetition_ends_where_stripe_is(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let stripe = world.stripe();
    stripe.set_webhook_faults(WebhookFaults {
        duplicate_per_million: 500_000,
        delay_per_million: 500_000,
        delay_up_to_ms: 200,
        reorder_per_million: 300_000,
        ..WebhookFaults::default()
    });
    for round in 0..6 {
        for state in [
            AccountState::Restricted,
            AccountState::Enabled,
            AccountState::Onboarding,
        ] {
            stripe.set_account_state(ACCOUNT, state).unwrap();
        }
        let last = if round % 2 == 0 {
            AccountState::Enabled
        } else {
            AccountState::Restricted
        };
        stripe.set_account_state(ACCOUNT, last).unwrap();
        let wanted: Vec<String> = match last {
            AccountState::Enabled => vec![],
            _ => vec!["charges_disabled".to_owned()],
        };
        eventually("Stripe's last word", async || {
            obstacles(&desk, "cityhop").await == wanted
        })
        .await;
    }
    world.audit().await;
}

/// How many webhooks of the account's events nobody has answered yet.
async fn pending_webhooks(world: &World) -> u64 {
    let url = format!("{}/v1/events?limit=100", world.server.stripe());
    let asked = Client::new()
        .get(url)
        .bearer_auth("sk_test_cityhop")
        .header("Stripe-Account", ACCOUNT)
        .send();
    let events: Value = asked.await.unwrap().json().await.unwrap();
    let events = events["data"].as_array().unwrap();
    let pending = |event: &Value| event["pending_webhooks"].as_u64().unwrap();
    events.iter().map(pending).sum()
}

async fn a_lost_event_is_made_up_for_by_asking(store: Store) {
    let world = World::of(Setting::on(store).with("SWITCHYARD_ACCOUNT_POLL", "1")).await;
    let desk = Desk::of(&world);
    let stripe = world.stripe();
    // What was told at the start is taken in and dealt with first: dealing with it is asking, too.
    eventually("the arrival of what was told", async || {
        pending_webhooks(&world).await == 0
    })
    .await;
    stripe.set_webhook_faults(WebhookFaults {
        drop_per_million: 1_000_000,
        ..WebhookFaults::default()
    });
    eventually("the end of what was told", async || {
        let told = world.streams_of("notification.received").await.len();
        told == world.streams_of("notification.handled").await.len()
    })
    .await;
    stripe
        .set_account_state(ACCOUNT, AccountState::Restricted)
        .unwrap();
    desk.post("/operators/bigbluebus/refresh", &json!({})).await.ok();
    assert_eq!(obstacles(&desk, "cityhop").await, ["charges_disabled"]);
    stripe.complete_onboarding(ACCOUNT).unwrap();
    eventually("the end of it", async || {
        obstacles(&desk, "cityhop").await.is_empty()
    })
    .await;
    let history = desk.get("/operators/bigbluebus/history?about=payment").await.ok();
    let last = history.body["data"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["actor"], &last["evidence"]["type"]),
        (&json!("resolver"), &json!("reply"))
    );
    world.audit().await;
}

/// An event as Stripe signs it.
fn signed(secret: &str, at: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let mac = hmac::sign(&key, format!("{at}.{body}").as_bytes());
    let hex = mac
        .as_ref()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    format!("t={at},v1={hex}")
}

fn event(id: &str, kind: &str, livemode: bool) -> String {
    json!({
        "id": id, "object": "event", "type": kind, "account": ACCOUNT, "created": 1_700_000_000, "livemode": livemode,
        "data": { "object": { "id": ACCOUNT, "object": "account", "email": "ann@example.com" } },
    })
    .to_string()
}

async fn only_what_stripe_signed_is_believed_and_only_once(store: Store) {
    let secrets = "whsec_old, whsec_new";
    let world = World::of(Setting::on(store).with("SWITCHYARD_STRIPE_TEST_WEBHOOK_SECRET", secrets)).await;
    let now = chrono::Utc::now().timestamp();
    let tell = async |path: &str, signature: &str, body: &str| {
        let call = world
            .app()
            .bare(Method::POST, path)
            .header("Stripe-Signature", signature);
        let answer = call.body(body).send().await;
        (answer.status, answer.text.trim().to_owned())
    };
    let (here, body) = ("/webhooks/stripe/test", event("evt_1", "account.updated", false));
    for secret in ["whsec_old", "whsec_new"] {
        let (status, _) = tell(here, &signed(secret, now, &body), &body).await;
        assert_eq!(status, 200, "either secret is good while one is replaced");
    }
    let known = async || tell(here, &signed("whsec_new", now, &body), &body).await.1 == "known";
    eventually("it is acted upon", known).await;
    let by_mode = event("evt_2", "account.updated", false);
    assert_eq!(
        tell("/webhooks/stripe", &signed("whsec_new", now, &by_mode), &by_mode)
            .await
            .1,
        "kept"
    );
    let unheeded = event("evt_3", "person.created", false);
    assert_eq!(
        tell(here, &signed("whsec_new", now, &unheeded), &unheeded).await,
        (200, "unheeded".to_owned())
    );
    let live = event("evt_4", "account.updated", true);
    for (path, signature, body) in [
        (here, signed("whsec_other", now, &body), &body),
        (here, signed("whsec_new", now - 301, &body), &body),
        (here, signed("whsec_new", now, &body), &by_mode),
        (here, String::new(), &body),
        (here, signed("whsec_new", now, &live), &live),
        ("/webhooks/stripe/live", signed("whsec_new", now, &live), &live),
        ("/webhooks/stripe", signed("whsec_new", now, "{"), &"{".to_owned()),
    ] {
        assert_eq!(
            tell(path, &signature, body).await.0,
            400,
            "{path} {signature} {body}"
        );
    }
    assert_eq!(tell("/webhooks/stripe/fake", "", &body).await.0, 404);
    // Nothing of what an event says of people is kept or logged.
    let logged = world.server.log().join("\n");
    assert!(!logged.contains("ann@example.com") && !logged.contains("whsec_new"));
    world.audit().await;
}

async fn an_event_that_could_not_be_acted_upon_is_taken_up_later(store: Store) {
    let mut world = World::start(store).await;
    let desk = Desk::of(&world);
    let stripe = world.stripe();
    // Whoever asks gets no answer, and the server dies before it asks again.
    let rule = stripe_sim::FaultRule::next(
        stripe_sim::Fault::DropBefore,
        stripe_sim::core::Method::Get,
        "/v1/accounts/*",
        40,
    );
    stripe.add_fault(rule);
    stripe
        .set_account_state(ACCOUNT, AccountState::Restricted)
        .unwrap();
    eventually("it is told", async || {
        stripe
            .deliveries()
            .iter()
            .any(|it| it.kind == "account.updated" && it.status == Some(200))
    })
    .await;
    world.kill();
    stripe.clear_faults();
    world.restart().await;
    eventually("it is acted upon", async || {
        obstacles(&desk, "cityhop").await == ["charges_disabled"]
    })
    .await;
    world.audit().await;
}
