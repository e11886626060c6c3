//! For whoever runs it.

use stripe_sim::{Fault, FaultRule, core::Method};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::world::{Order, SINGLE, Store, World, eventually, on_both_stores};

on_both_stores!(
    it_says_that_it_is_alive_and_ready,
    it_counts_requests_and_purchases,
    it_speaks_grpc,
    it_drains_and_answers_what_is_under_way,
    every_answer_has_a_name_of_its_own,
);

async fn it_says_that_it_is_alive_and_ready(store: Store) {
    let world = World::start(store).await;
    for (path, text) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let answer = world.app().bare(reqwest::Method::GET, path).send().await.ok();
        assert_eq!(answer.text, text);
    }
}

async fn it_counts_requests_and_purchases(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let bought = rider.buy(SINGLE, "pm_card_visa").await.ok();
    let pass = bought.body["passes"][0]["pass_id"].as_str().unwrap();
    rider.activate(pass).await.ok();
    rider
        .buy(SINGLE, "pm_card_chargeCustomerFail")
        .await
        .refused(400, Some("card_declined_generic"));
    let metrics = world
        .app()
        .bare(reqwest::Method::GET, "/metrics")
        .send()
        .await
        .ok();
    assert!(metrics.header("content-type").starts_with("text/plain"));
    let count = |name: &str, labels: &[&str]| -> Option<u64> {
        let line = metrics.text.lines().find(|line| {
            line.starts_with(&format!("{name}{{")) && labels.iter().all(|label| line.contains(label))
        })?;
        line.rsplit(' ').next()?.parse().ok()
    };
    let purchases = [r#"route="/purchase""#, r#"method="POST""#];
    let by_status = |status| count("http_requests_total", &[purchases[0], purchases[1], status]);
    assert_eq!(by_status(r#"status="200""#), Some(1), "{}", metrics.text);
    assert_eq!(by_status(r#"status="400""#), Some(1));
    assert_eq!(count("purchases_total", &[r#"end="completed""#]), Some(1));
    assert_eq!(count("purchases_total", &[r#"end="not_charged""#]), Some(1));
    assert!(!metrics.text.contains(pass), "ids would make a series each");
}

/// The connection preface and empty SETTINGS of a client (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";

async fn it_speaks_grpc(store: Store) {
    let world = World::start(store).await;
    let mut connection = TcpStream::connect(world.server.grpc()).await.unwrap();
    connection.write_all(PREFACE).await.unwrap();
    let mut frame = [0; 9];
    connection.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], 4, "the server's first frame is SETTINGS: {frame:?}");
    let answer = health(world.server.grpc()).await;
    assert_eq!(
        answer,
        [0, 0, 0, 0, 2, 8, 1],
        "a HealthCheckResponse that says SERVING"
    );
}

/// `grpc.health.v1.Health/Check` of the whole server, by hand: an empty message in, the framed answer out.
async fn health(addr: &str) -> Vec<u8> {
    let client = reqwest::Client::builder()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let answer = client
        .post(format!("http://{addr}/grpc.health.v1.Health/Check"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(vec![0, 0, 0, 0, 0])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    answer.bytes().await.unwrap().to_vec()
}

async fn it_drains_and_answers_what_is_under_way(store: Store) {
    let mut world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    let wait = Fault::DelayReply { ms: 1_000 };
    world
        .stripe()
        .add_fault(FaultRule::next(wait, Method::Post, "/v1/payment_intents", 1));
    let under_way = tokio::spawn(rider.purchase(&order).try_send());
    eventually("the purchase is at Stripe", async || {
        world.stripe().faults_left().is_empty()
    })
    .await;
    world.server.terminate();
    let bought = under_way
        .await
        .unwrap()
        .expect("what is under way is answered")
        .ok();
    assert_eq!(bought.body["passes"].as_array().unwrap().len(), 1);
    let status = world.server.ended().await;
    assert_eq!(status.code(), Some(0), "{}", world.server.log().join("\n"));
    world.audit().await;
    world.restart().await;
    assert_eq!(rider.place(&order).await.ok().text, bought.text);
}

async fn every_answer_has_a_name_of_its_own(store: Store) {
    let world = World::start(store).await;
    let call = || world.app().get("/agency").header("X-Request-Id", "mine");
    let (one, other) = (call().send().await.ok(), call().send().await.ok());
    assert!(one.header("x-request-id").starts_with("req_"));
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}
