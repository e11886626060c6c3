//! An endpoint under test, and its administration.

use reqwest::Method;
use serde_json::{Value, json};

use super::receiver::Receiver;
use crate::world::{ADMIN_KEY, Setting, Store, World, eventually, fresh_key};

/// A world whose server sends to this machine.
pub(crate) async fn local_world(store: Store) -> World {
    World::of(Setting::on(store).with(ALLOW_PRIVATE, "true")).await
}

pub(crate) const ALLOW_PRIVATE: &str = "SWITCHYARD_WEBHOOK_ALLOW_PRIVATE";

/// Asks the admin API of the test environment.
pub(crate) async fn admin(world: &World, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let url = format!("{}/admin/v1/test/{path}", world.server.http());
    let mut call = reqwest::Client::new()
        .request(method.clone(), url)
        .bearer_auth(ADMIN_KEY);
    if method != Method::GET {
        call = call.header("Idempotency-Key", fresh_key()).json(body);
    }
    let answer = call.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap())
}

pub(crate) struct Endpoint {
    /// Its path below the environment.
    pub(crate) path: String,
    pub(crate) secret: String,
    pub(crate) receiver: Receiver,
}

impl Endpoint {
    /// Of an owner such as `apps/cityhop`, for these types.
    pub(crate) async fn of(world: &World, owner: &str, types: &[&str]) -> Self {
        let receiver = Receiver::start().await;
        let body = json!({ "url": receiver.url, "types": types });
        let all = format!("{owner}/webhook-endpoints");
        let (status, made) = admin(world, Method::POST, &all, &body).await;
        assert_eq!(status, 200, "{made}");
        let secret = made["secret"].as_str().unwrap().to_owned();
        Self {
            path: format!("{all}/{}", made["endpoint_id"].as_str().unwrap()),
            secret,
            receiver,
        }
    }

    pub(crate) async fn get(&self, world: &World, below: &str) -> Value {
        let path = format!("{}{below}", self.path);
        let (status, answer) = admin(world, Method::GET, &path, &Value::Null).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    pub(crate) async fn post(&self, world: &World, below: &str, body: &Value) -> (u16, Value) {
        admin(world, Method::POST, &format!("{}{below}", self.path), body).await
    }

    pub(crate) async fn told(&self, world: &World, below: &str, body: &Value) -> Value {
        let (status, answer) = self.post(world, below, body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    pub(crate) async fn ping(&self, world: &World) {
        self.told(world, "/ping", &json!({})).await;
    }

    /// Its deliveries of a status, the newest first.
    pub(crate) async fn deliveries(&self, world: &World, status: &str) -> Vec<Value> {
        let answer = self.get(world, &format!("/deliveries?status={status}")).await;
        answer["data"].as_array().unwrap().clone()
    }

    /// Waits until it has so many deliveries of a status.
    pub(crate) async fn wait_for(&self, world: &World, status: &str, count: usize) -> Vec<Value> {
        let there_are = async || self.deliveries(world, status).await.len() >= count;
        eventually(status, there_are).await;
        self.deliveries(world, status).await
    }

    /// Waits until an attempt is written down that did not succeed.
    pub(crate) async fn wait_for_an_attempt(&self, world: &World) {
        let tried = async || {
            let pending = self.deliveries(world, "pending").await;
            pending.iter().any(|delivery| delivery["attempt_count"] == 1)
        };
        eventually("an attempt", tried).await;
    }

    /// One delivery with its attempts.
    pub(crate) async fn delivery(&self, world: &World, listed: &Value) -> Value {
        let id = listed["delivery_id"].as_str().unwrap();
        self.get(world, &format!("/deliveries/{id}")).await
    }
}
