use std::time::Duration;

use stripe_sim::core::Method;
use stripe_sim::{Config, Fault, FaultRule, When};

use crate::support::{KEY, Sim};

const FORM: &str = "amount=500&currency=usd&source=tok_visa";

#[tokio::test]
async fn a_lost_reply_was_executed_and_its_key_gives_the_result() {
    let sim = Sim::start().await;
    sim.control()
        .add_fault(FaultRule::next(Fault::LoseReply, Method::Post, "/v1/charges", 1));
    assert!(sim.post("/v1/charges", FORM).key("k1").try_send().await.is_err());
    assert_eq!(sim.control().executions("k1"), 1);
    let found = sim.post("/v1/charges", FORM).key("k1").send().await;
    assert_eq!((found.status, found.header("idempotent-replayed")), (200, "true"));
    assert_eq!(sim.get("/v1/charges").send().await.ids(), [found.id()]);
}

#[tokio::test]
async fn a_dropped_request_was_not_executed() {
    let sim = Sim::start().await;
    sim.control()
        .add_fault(FaultRule::next(Fault::DropBefore, Method::Post, "/v1/charges", 1));
    assert!(sim.post("/v1/charges", FORM).key("k1").try_send().await.is_err());
    assert_eq!(sim.control().executions("k1"), 0);
    assert_eq!(
        sim.post("/v1/charges", FORM)
            .key("k1")
            .send()
            .await
            .header("idempotent-replayed"),
        ""
    );
}

#[tokio::test]
async fn a_garbled_or_truncated_reply_was_executed() {
    let sim = Sim::start().await;
    sim.control()
        .add_fault(FaultRule::next(Fault::Garbage, Method::Post, "/v1/charges", 1));
    let garbled = sim.post("/v1/charges", FORM).key("k1").send().await;
    assert_eq!(garbled.status, 502);
    assert!(garbled.body.as_str().unwrap().starts_with("<html>"));
    sim.control()
        .add_fault(FaultRule::next(Fault::Truncate, Method::Post, "/v1/charges", 1));
    assert!(sim.post("/v1/charges", FORM).key("k2").try_send().await.is_err());
    assert_eq!(sim.get("/v1/charges").send().await.ids().len(), 2);
}

#[tokio::test]
async fn a_client_that_gives_up_waiting_finds_its_key_in_use_and_later_the_result() {
    let sim = Sim::start().await;
    sim.control().add_fault(FaultRule::next(
        Fault::DelayReply { ms: 400 },
        Method::Post,
        "/v1/charges",
        1,
    ));
    let impatient = sim.post("/v1/charges", FORM).key("k1").send();
    let in_use = async {
        loop {
            let answer = sim.post("/v1/charges", FORM).key("k1").send().await;
            if answer.status == 409 || answer.header("idempotent-replayed") == "true" {
                return answer.status;
            }
        }
    };
    let (first, _) = tokio::join!(impatient, in_use);
    let after = sim.post("/v1/charges", FORM).key("k1").send().await;
    assert_eq!((after.status, after.header("idempotent-replayed")), (200, "true"));
    assert_eq!(first.id(), after.id());
    assert_eq!(sim.control().executions("k1"), 1);
}

#[tokio::test]
async fn a_conflict_was_not_executed() {
    let sim = Sim::start().await;
    sim.control()
        .add_fault(FaultRule::next(Fault::Conflict, Method::Post, "/v1/charges", 1));
    assert_eq!(sim.post("/v1/charges", FORM).key("k1").send().await.status, 409);
    assert_eq!(sim.post("/v1/charges", FORM).key("k1").send().await.status, 200);
}

#[tokio::test]
async fn the_same_seed_loses_the_same_replies() {
    let run = async |seed| {
        let faults = vec![FaultRule {
            fault: Fault::ErrorBefore,
            method: Some(Method::Post),
            path: "/v1/charges".to_owned(),
            when: When::PerMillion(400_000),
        }];
        let sim = Sim::with(Config {
            seed,
            faults,
            ..Config::default()
        })
        .await;
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(sim.post("/v1/charges", FORM).send().await.status);
        }
        statuses
    };
    let (one, again, other) = (run(3).await, run(3).await, run(4).await);
    assert_eq!(one, again);
    assert_ne!(one, other);
    assert!(one.contains(&200) && one.contains(&500));
}

#[tokio::test]
async fn with_replies_lost_at_random_a_stubborn_client_charges_exactly_once_per_key() {
    let faults = vec![
        FaultRule::share(Fault::LoseReply, 300_000),
        FaultRule::share(Fault::DropBefore, 300_000),
        FaultRule::share(Fault::RateLimit, 200_000),
    ];
    let sim = Sim::with(Config {
        seed: 11,
        faults,
        ..Config::default()
    })
    .await;
    for number in 0..20 {
        let key = format!("purchase-{number}");
        loop {
            match sim.post("/v1/charges", FORM).key(&key).try_send().await {
                Ok(answer) if answer.status == 200 => break,
                Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
        assert_eq!(sim.control().executions(&key), 1);
    }
    let account = stripe_sim::Control::platform_of(KEY).unwrap();
    assert_eq!(
        sim.control().books()["accounts"][&account]["charges"]
            .as_array()
            .unwrap()
            .len(),
        20
    );
}

#[tokio::test]
async fn faults_and_books_are_reached_over_http_too() {
    let sim = Sim::start().await;
    let url = sim.server.url();
    let rule = serde_json::json!({"fault": "rate_limit", "method": "POST", "path": "/v1/charges", "when": {"next": 1}});
    let added = sim
        .http
        .post(format!("{url}/_sim/faults"))
        .json(&rule)
        .send()
        .await
        .unwrap();
    assert_eq!(added.status().as_u16(), 204);
    assert_eq!(sim.post("/v1/charges", FORM).send().await.status, 429);
    sim.post("/v1/charges", FORM).key("k").send().await.id();
    let get = async |path: &str| -> serde_json::Value {
        sim.http
            .get(format!("{url}{path}"))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    assert_eq!(get("/_sim/executions/k").await["executions"], 1);
    let account = get(&format!("/_sim/platforms/{KEY}")).await["account"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        get("/_sim/books").await["accounts"][&account]["charges"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(get("/_sim/faults").await, serde_json::json!([]));
}

#[tokio::test]
async fn the_control_api_can_be_switched_off() {
    let sim = Sim::with(Config {
        control_routes: false,
        ..Config::default()
    })
    .await;
    let answer = sim
        .http
        .get(sim.server.url() + "/_sim/books")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 404);
}
