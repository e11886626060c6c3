//! Events from the simulator, proved with the secret that it was given, and read with the readers of answers.

use std::time::Duration;

use chrono::DateTime;
use payments::{PaymentFacts, PaymentStatus, Secret, StripeEvent, WebhookError, verify};
use serde_json::json;
use stripe_sim::core::NewEndpoint;

use crate::{
    server::{Asked, Reply, Server},
    simulated::{Simulated, done},
    world::{PATIENT, operator},
};

const TOLERANCE: Duration = Duration::from_mins(5);

fn read(asked: &Asked, secrets: &[Secret], at: i64) -> Result<StripeEvent, WebhookError> {
    let header = asked.header("stripe-signature").unwrap();
    let now = DateTime::from_timestamp(at, 0).unwrap();
    verify(asked.body.as_bytes(), header, secrets, TOLERANCE, now)
}

/// Waits for the first event of this kind.
async fn event_of_kind(inbox: &Server, kind: &str, secret: &Secret, at: i64) -> (Asked, StripeEvent) {
    let arrived = async {
        loop {
            for asked in inbox.asked() {
                let event = read(&asked, std::slice::from_ref(secret), at).unwrap();
                if event.kind == kind {
                    return (asked, event);
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENT, arrived).await.unwrap()
}

#[tokio::test]
async fn a_payments_event_tells_the_same_as_its_answer() {
    let sim = Simulated::start().await;
    let inbox = Server::start((0..100).map(|_| Reply::json(200, &json!({})))).await;
    let secret = Secret::new("whsec_connect");
    let endpoint = NewEndpoint {
        account: sim.platform.secret_key.expose().to_owned(),
        url: inbox.url.clone(),
        connect: true,
        events: vec![],
        secret: Some(secret.expose().to_owned()),
    };
    sim.control().register_endpoint(endpoint).unwrap();
    let rider = sim.rider_with_card("save_1", "tok_visa").await;
    let token = sim.token_of("pur_1", &rider).await;
    let paid = done(sim.charge("pur_1", &token).await);

    let at = sim.control().time();
    let (asked, event) = event_of_kind(&inbox, "charge.succeeded", &secret, at).await;
    assert_eq!(event.account, Some(operator()));
    assert!(!event.livemode);
    let told = PaymentFacts::read(&event.object).unwrap();
    assert_eq!(
        (told.charge, told.status),
        (paid.charge, PaymentStatus::Succeeded)
    );
    assert_eq!(told.metadata["purchase"], "pur_1");

    let other = [Secret::new("whsec_other")];
    assert_eq!(read(&asked, &other, at), Err(WebhookError::NoMatch));
    let late = at + 3_600;
    assert_eq!(read(&asked, &[secret], late), Err(WebhookError::OutsideTolerance));
}
