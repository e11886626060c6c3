//! A webhook receiver that keeps what it is sent and fails as often as it is told to.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

#[derive(Clone, Default)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    got: Arc<Mutex<Vec<(String, String)>>>,
    failures: Arc<AtomicU32>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self {
            url,
            ..Self::default()
        };
        let app = Router::new()
            .route("/hook", post(receive))
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        receiver
    }

    pub(crate) fn fail_next(&self, times: u32) {
        self.failures.store(times, Ordering::SeqCst);
    }

    /// Events received so far, their signatures checked.
    pub(crate) fn events(&self, secret: &str) -> Vec<Value> {
        let got = self.got.lock().unwrap();
        got.iter()
            .map(|(body, signature)| verified(body, signature, secret))
            .collect()
    }

    /// Wait until there are at least this many events.
    pub(crate) async fn wait_for(&self, count: usize, secret: &str) -> Vec<Value> {
        for _ in 0..2_000 {
            let events = self.events(secret);
            if events.len() >= count {
                return events;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("waited for {count} events, got {}", self.events(secret).len());
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> StatusCode {
    let left = receiver.failures.load(Ordering::SeqCst);
    if left > 0 {
        receiver.failures.store(left - 1, Ordering::SeqCst);
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
    receiver.got.lock().unwrap().push((body, signature));
    StatusCode::OK
}

fn verified(body: &str, signature: &str, secret: &str) -> Value {
    let (time, digest) = signature.split_once(',').unwrap();
    let time = time.strip_prefix("t=").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{time}.{body}").as_bytes());
    let digits = digest.strip_prefix("v1=").unwrap();
    let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
    let given: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    mac.verify_slice(&given).unwrap();
    serde_json::from_str(body).unwrap()
}
