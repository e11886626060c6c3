use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;
use stripe_sim::core::NewEndpoint;
use stripe_sim::{Config, WebhookFaults};

use crate::receiver::Receiver;
use crate::support::{KEY, OPERATOR, Sim};

fn kind(event: &Value) -> &str {
    event["type"].as_str().unwrap()
}

fn endpoint(receiver: &Receiver, connect: bool, events: &[&str]) -> NewEndpoint {
    NewEndpoint {
        account: KEY.to_owned(),
        url: receiver.url.clone(),
        connect,
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        secret: Some("whsec_known".to_owned()),
    }
}

#[tokio::test]
async fn a_connect_endpoint_hears_of_connected_accounts_and_is_told_which() {
    let (sim, receiver) = (Sim::connected().await, Receiver::start().await);
    sim.control()
        .register_endpoint(endpoint(&receiver, true, &["payment_intent.succeeded"]))
        .unwrap();
    let intent = sim.paid().await;
    let events = receiver.wait_for(1, "whsec_known").await;
    assert_eq!(
        (kind(&events[0]), events[0]["account"].as_str()),
        ("payment_intent.succeeded", Some(OPERATOR))
    );
    assert_eq!(events[0]["data"]["object"]["id"], intent.id());
}

#[tokio::test]
async fn an_account_endpoint_hears_of_its_own_account_only() {
    let (sim, receiver) = (Sim::connected().await, Receiver::start().await);
    let form = format!("url={}&enabled_events[]=*", receiver.url);
    let made = sim.post("/v1/webhook_endpoints", &form).send().await;
    let secret = made.text("/secret").to_owned();
    assert!(secret.starts_with("whsec_"));
    sim.paid().await;
    let events = receiver.wait_for(3, &secret).await;
    assert!(events.iter().all(|event| event.get("account").is_none()));
    assert!(
        events
            .iter()
            .any(|event| kind(event) == "application_fee.created")
    );
    // The secret is shown once.
    let shown = sim
        .get(&format!("/v1/webhook_endpoints/{}", made.id()))
        .send()
        .await;
    assert!(shown.body.get("secret").is_none());
}

#[tokio::test]
async fn a_webhook_is_repeated_until_it_is_answered_with_2xx() {
    let config = Config {
        webhook_retry_after: Duration::from_millis(5),
        ..Config::default()
    };
    let (sim, receiver) = (Sim::with(config).await, Receiver::start().await);
    sim.control()
        .register_endpoint(endpoint(&receiver, false, &["customer.created"]))
        .unwrap();
    receiver.fail_next(3);
    let customer = sim.post("/v1/customers", "").send().await.id();
    let events = receiver.wait_for(1, "whsec_known").await;
    assert_eq!(events[0]["data"]["object"]["id"], customer);
    let event = events[0]["id"].as_str().unwrap().to_owned();
    for _ in 0..2_000 {
        let shown = sim.get(&format!("/v1/events/{event}")).send().await;
        if shown.int("/pending_webhooks") == 0 {
            break;
        }
    }
    let statuses: Vec<Option<u16>> = sim
        .control()
        .deliveries()
        .iter()
        .map(|delivery| delivery.status)
        .collect();
    assert_eq!(statuses, [Some(503), Some(503), Some(503), Some(200)]);
}

#[tokio::test]
async fn a_deleted_or_disabled_endpoint_hears_nothing() {
    let (sim, receiver) = (Sim::start().await, Receiver::start().await);
    let form = format!("url={}&enabled_events[]=*", receiver.url);
    let made = sim.post("/v1/webhook_endpoints", &form).send().await;
    let (path, secret) = (
        format!("/v1/webhook_endpoints/{}", made.id()),
        made.text("/secret").to_owned(),
    );
    sim.post(&path, "disabled=true").send().await;
    sim.post("/v1/customers", "name=unheard").send().await;
    sim.post(&path, "disabled=false").send().await;
    sim.post("/v1/customers", "name=heard").send().await;
    let events = receiver.wait_for(1, &secret).await;
    assert_eq!(events[0]["data"]["object"]["name"], "heard");
    sim.delete(&path).send().await;
    assert_eq!(sim.get(&path).send().await.status, 404);
}

#[tokio::test]
async fn faults_drop_duplicate_delay_and_reorder_webhooks() {
    let (sim, receiver) = (
        Sim::with(Config {
            seed: 21,
            ..Config::default()
        })
        .await,
        Receiver::start().await,
    );
    sim.control()
        .register_endpoint(endpoint(&receiver, false, &["customer.created"]))
        .unwrap();
    sim.control().set_webhook_faults(WebhookFaults {
        drop_per_million: 200_000,
        duplicate_per_million: 300_000,
        delay_per_million: 500_000,
        delay_up_to_ms: 40,
        reorder_per_million: 300_000,
    });
    let mut made = Vec::new();
    for _ in 0..60 {
        made.push(sim.post("/v1/customers", "").send().await.id());
    }
    // Every webhook was dropped or answered once nothing is pending.
    let dropped = loop {
        let deliveries = sim.control().deliveries();
        let events: HashSet<&String> = deliveries.iter().map(|delivery| &delivery.event).collect();
        if events.len() == 60 {
            break deliveries
                .iter()
                .filter(|delivery| delivery.status.is_none())
                .count();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let heard = |events: &[Value]| -> Vec<String> {
        events
            .iter()
            .map(|event| event["data"]["object"]["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let order = heard(&receiver.wait_for(60 - dropped, "whsec_known").await);
    let distinct: HashSet<&String> = order.iter().collect();
    assert!(dropped > 0 && distinct.len() == 60 - dropped);
    assert!(order.len() > distinct.len(), "nothing was delivered twice");
    let mut sorted = order.clone();
    sorted.sort_by_key(|id| made.iter().position(|known| known == id));
    assert_ne!(order, sorted, "nothing was reordered");
}
