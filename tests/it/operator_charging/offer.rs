//! A purchase that waits for its operator to charge it.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use stripe_sim::WebhookFaults;
use tokio::task::JoinHandle;

use crate::world::{Answer, Order, Rider, Setting, Store, World, eventually, fresh_key, run};

/// A world in which Big Blue Bus charges by itself.
pub(super) async fn charging_by_itself(store: Store, seconds: u32) -> World {
    let allowed = Setting::on(store).with("SWITCHYARD_WEBHOOK_ALLOW_PRIVATE", "true");
    let world = World::of(allowed).await;
    let account = "    stripe_account: acct_bigbluebus\n";
    let charging = format!("    charging: {{ by: operator, charge_within_seconds: {seconds} }}\n");
    let apply = |text: String| {
        assert!(text.contains(account), "the demo has changed");
        text.replacen(account, &format!("{account}{charging}"), 1)
    };
    assert_eq!(world.apply(apply).await, 1);
    assert_eq!(world.apply(apply).await, 0, "a second run changes nothing");
    world
}

/// Stripe tells of nothing by itself.
pub(super) fn quiet(world: &World) {
    world.stripe().set_webhook_faults(WebhookFaults {
        drop_per_million: 1_000_000,
        ..WebhookFaults::default()
    });
}

/// Charges on the operator's account as the operator would, and names a purchase.
pub(super) async fn charge(world: &World, source: &str, amount: i64, purchase: &str) -> String {
    let amount = amount.to_string();
    let form = [
        ("amount", amount.as_str()),
        ("currency", "usd"),
        ("source", source),
        ("metadata[purchase]", purchase),
    ];
    let made = at_stripe(world, "charges", &form).await;
    made["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

/// A call on the operator's account.
pub(super) async fn at_stripe(world: &World, path: &str, form: &[(&str, &str)]) -> Value {
    let call = Client::new()
        .post(format!("{}/v1/{path}", world.server.stripe()))
        .bearer_auth("sk_test_cityhop")
        .header("Stripe-Account", "acct_bigbluebus")
        .form(form);
    call.send().await.unwrap().json().await.unwrap()
}

/// What finance sees.
pub(super) async fn trial_balance(world: &World) -> String {
    let args = ["ledger", "trial-balance", "--database", world.database()];
    let output = run(world.folder(), &args).await;
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Somebody buys, and waits.
pub(super) struct Offer {
    pub(super) request: Request,
    waiting: JoinHandle<Result<Answer, reqwest::Error>>,
}

/// What is to be charged.
pub(super) struct Request {
    pub(super) purchase: String,
    pub(super) rider: Rider,
    pub(super) order: Order,
}

impl std::ops::Deref for Offer {
    type Target = Request;

    fn deref(&self) -> &Request {
        &self.request
    }
}

impl Offer {
    /// A rider buys one ride; the token is on offer.
    pub(super) async fn to(world: &World, subject: &str) -> Self {
        let known = open(world).await;
        let rider = world.rider(subject).await;
        let order = Order::single(&rider.state().await).card("tok_visa");
        let waiting = tokio::spawn(rider.purchase(&order).try_send());
        let fresh = async || open(world).await.len() > known.len();
        eventually("the offer", fresh).await;
        let mut offers = open(world).await;
        offers.retain(|it| !known.contains(it));
        let purchase = offers.pop().unwrap();
        Self {
            request: Request {
                purchase,
                rider,
                order,
            },
            waiting,
        }
    }

    /// What the rider was answered.
    pub(super) async fn answer(self) -> Answer {
        self.ended().await.1
    }

    /// The same, and what was to be charged.
    pub(super) async fn ended(self) -> (Request, Answer) {
        let mut answer = self.waiting.await.unwrap().unwrap();
        while answer.body["retryable"] == true {
            answer = self.request.rider.place(&self.request.order).await;
        }
        (self.request, answer)
    }

    /// The server dies while the rider waits. Whether that cut the answer off.
    pub(super) async fn cut_off(self, world: &mut World) -> (Request, bool) {
        world.kill();
        let answer = self.waiting.await.unwrap();
        (self.request, answer.is_err())
    }
}

impl Request {
    /// As the list has it.
    pub(super) async fn listed(&self, world: &World) -> Value {
        let all = list(world).await;
        let found = all.iter().find(|it| it["purchase_id"] == self.purchase.as_str());
        found.expect("it is listed").clone()
    }

    pub(super) async fn shown(&self, world: &World) -> Value {
        let path = format!("charge-requests/{}", self.purchase);
        let shown = world.administer(Method::GET, &path, &json!({}), None).await;
        shown.ok().body
    }

    pub(super) async fn tell(&self, world: &World, what: &str, body: &Value, key: Option<&str>) -> Answer {
        let path = format!("charge-requests/{}/{what}", self.purchase);
        world.administer(Method::POST, &path, body, key).await
    }

    /// Asks for the token under a key of its own.
    pub(super) async fn claim(&self, world: &World) -> Answer {
        self.tell(world, "claim", &json!({}), Some(&fresh_key())).await
    }

    pub(super) async fn token(&self, world: &World) -> String {
        let claimed = self.claim(world).await.ok();
        claimed.body["token"].as_str().unwrap().to_owned()
    }

    pub(super) async fn report(&self, world: &World, charge: &str) -> Answer {
        let body = json!({ "charge": charge });
        self.tell(world, "report", &body, Some(&fresh_key())).await
    }

    /// Reports, and gives why that was refuted.
    pub(super) async fn refuted(&self, world: &World, charge: &str) -> String {
        let told = self.report(world, charge).await.ok();
        let reports = told.body["reports"].as_array().unwrap();
        let report = reports.iter().find(|it| it["charge"] == charge).unwrap();
        assert_eq!(report["status"], "refuted", "{}", told.text);
        report["reason"].as_str().unwrap().to_owned()
    }
}

async fn list(world: &World) -> Vec<Value> {
    let listed = world
        .administer(Method::GET, "charge-requests", &json!({}), None)
        .await;
    listed.ok().body["data"].as_array().unwrap().clone()
}

async fn open(world: &World) -> Vec<String> {
    let listed = list(world).await;
    let names = listed.iter().map(|it| it["purchase_id"].as_str().unwrap());
    names.map(str::to_owned).collect()
}
