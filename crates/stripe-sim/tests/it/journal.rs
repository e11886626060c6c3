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

/// Not a test: the process that the next test kills. It serves on the journal it is given until then.
#[tokio::test]
#[ignore = "run by the test that kills it"]
async fn serves_until_it_is_killed() {
    let Ok(path) = std::env::var("STRIPE_SIM_TEST_JOURNAL") else {
        return;
    };
    let sim = Sim::with(config(Path::new(&path))).await;
    fs::write(format!("{path}.url"), sim.server.url()).unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_killed_process_loses_nothing_it_replied_to() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal");
    let url_file = dir.path().join("journal.url");
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "journal::serves_until_it_is_killed", "--ignored"])
        .env("STRIPE_SIM_TEST_JOURNAL", &path)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !url_file.exists() || fs::read_to_string(&url_file).unwrap().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let url = fs::read_to_string(&url_file).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let (http, url) = (http.clone(), url.clone());
            tokio::spawn(async move {
                let mut replied = Vec::new();
                loop {
                    let ask = http
                        .post(format!("{url}/v1/customers"))
                        .bearer_auth(KEY)
                        .body("source=tok_visa");
                    let Ok(answer) = ask.send().await else {
                        return replied;
                    };
                    let Ok(customer) = answer.json::<serde_json::Value>().await else {
                        return replied;
                    };
                    replied.push(customer);
                }
            })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let mut replied = Vec::new();
    for client in clients {
        replied.extend(client.await.unwrap());
    }
    assert!(!replied.is_empty());
    let sim = Sim::with(config(&path)).await;
    for customer in replied {
        let path = format!("/v1/customers/{}", customer["id"].as_str().unwrap());
        assert_eq!(sim.get(&path).send().await.body, customer);
    }
}
