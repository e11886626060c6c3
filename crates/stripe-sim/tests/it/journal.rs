use std::fs;
use std::io::Write;
use std::path::Path;

use stripe_sim::Config;
use stripe_sim::core::NewEndpoint;

use crate::receiver::Receiver;
use crate::support::{KEY, OPERATOR, Sim};

fn config(journal: &Path) -> Config {
    Config {
        journal: Some(journal.to_owned()),
        ..Config::default()
    }
}

#[tokio::test]
async fn a_restarted_stripe_remembers_everything_it_replied_to() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal");
    let sim = Sim::with(config(&path)).await;
    sim.control().create_linked_account(KEY, OPERATOR).unwrap();
    let intent = sim.paid().await;
    let form = "amount=500&currency=usd&source=tok_visa";
    let charge = sim.post("/v1/charges", form).key("k1").send().await;
    let declined = sim
        .post("/v1/charges", "amount=500&currency=usd&source=tok_chargeDeclined")
        .key("k2")
        .send()
        .await;
    sim.control().advance_time(3 * 3_600).unwrap();
    let (books, time) = (sim.control().books(), sim.control().time());
    sim.server.stop().await;

    let sim = Sim::with(Config {
        seed: 99,
        ..config(&path)
    })
    .await;
    let again = sim.control().books();
    assert_eq!(books["accounts"], again["accounts"]);
    assert!(sim.control().time() >= time);
    let path = format!("/v1/payment_intents/{}", intent.id());
    assert_eq!(sim.get(&path).on(OPERATOR).send().await.body, intent.body);
    let replayed = sim.post("/v1/charges", form).key("k1").send().await;
    assert_eq!(
        (replayed.header("idempotent-replayed"), &replayed.body),
        ("true", &charge.body)
    );
    let replayed = sim
        .post("/v1/charges", "amount=500&currency=usd&source=tok_chargeDeclined")
        .key("k2")
        .send()
        .await;
    assert_eq!((replayed.status, &replayed.body), (402, &declined.body));
}

#[tokio::test]
async fn new_ids_after_a_restart_do_not_repeat_old_ones() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal");
    let sim = Sim::with(config(&path)).await;
    let before = sim.customer("tok_visa").await;
    sim.server.stop().await;
    let sim = Sim::with(config(&path)).await;
    assert_ne!(sim.customer("tok_visa").await, before);
    assert_eq!(sim.get("/v1/customers").send().await.ids().len(), 2);
}

#[tokio::test]
async fn a_torn_last_line_is_dropped_and_a_broken_one_before_it_is_not_ignored() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal");
    let sim = Sim::with(config(&path)).await;
    let customer = sim.customer("tok_visa").await;
    sim.server.stop().await;
    let whole = fs::read(&path).unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"{\"entry\":\"request\",\"at\":17").unwrap();
    drop(file);
    let sim = Sim::with(config(&path)).await;
    assert_eq!(sim.get("/v1/customers").send().await.ids(), [customer]);
    sim.customer("tok_visa").await;
    sim.server.stop().await;
    let longer = fs::read(&path).unwrap();
    assert!(longer.starts_with(&whole));
    assert_eq!(
        Sim::with(config(&path))
            .await
            .get("/v1/customers")
            .send()
            .await
            .ids()
            .len(),
        2
    );

    let mut broken = longer.clone();
    broken[longer.len() / 2] = b'\n';
    fs::write(&path, broken).unwrap();
    assert!(stripe_sim::Server::start(config(&path)).await.is_err());
}

#[tokio::test]
async fn two_servers_cannot_share_a_journal() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal");
    let _first = Sim::with(config(&path)).await;
    assert!(stripe_sim::Server::start(config(&path)).await.is_err());
}

#[tokio::test]
async fn the_journal_holds_no_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal");
    let sim = Sim::with(config(&path)).await;
    sim.customer("tok_visa").await;
    sim.post_as("sk_test_verysecretkey", "/v1/customers", "")
        .send()
        .await
        .id();
    assert!(!fs::read_to_string(&path).unwrap().contains("verysecret"));
}

#[tokio::test]
async fn webhooks_that_were_not_delivered_are_sent_after_a_restart_and_others_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal");
    let receiver = Receiver::start().await;
    let sim = Sim::with(config(&path)).await;
    let endpoint = NewEndpoint {
        account: KEY.to_owned(),
        url: receiver.url.clone(),
        connect: false,
        events: vec!["customer.created".to_owned()],
        secret: Some("whsec_known".to_owned()),
    };
    sim.control().register_endpoint(endpoint).unwrap();
    sim.post("/v1/customers", "name=first").send().await.id();
    receiver.wait_for(1, "whsec_known").await;
    while sim
        .get("/v1/events?delivery_success=true&type=customer.created")
        .send()
        .await
        .ids()
        .is_empty()
    {}
    receiver.fail_next(1_000);
    sim.post("/v1/customers", "name=second").send().await.id();
    sim.server.stop().await;
    receiver.fail_next(0);
    let _sim = Sim::with(config(&path)).await;
    let events = receiver.wait_for(2, "whsec_known").await;
    let names: Vec<&str> = events
        .iter()
        .map(|event| event["data"]["object"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["first", "second"]);
}
