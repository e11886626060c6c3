//! Whoever receives webhooks: keeps what it is sent, and answers as it is told to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;
use serde_json::Value;

use crate::world::eventually;

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) id: String,
    pub(crate) timestamp: String,
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// Whether one of its signatures is by the secret.
    pub(crate) fn is_signed_by(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let signed = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        self.signature.split(' ').any(|signature| {
            let signature = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
            hmac::verify(&key, signed.as_bytes(), &signature).is_ok()
        })
    }
}

#[derive(Default)]
struct Inner {
    got: Vec<Received>,
    answers: VecDeque<(u16, Option<String>)>,
}

/// The server.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    inner: Arc<Mutex<Inner>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let inner = Arc::<Mutex<Inner>>::default();
        let router = Router::new()
            .route("/hooks", post(receive))
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, inner }
    }

    /// Answers the next requests like this, and those after them with 200.
    pub(crate) fn answer_next(&self, statuses: &[u16]) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.answers = statuses.iter().map(|status| (*status, None)).collect();
    }

    /// Sends the next request elsewhere.
    pub(crate) fn redirect_next(&self, location: &str) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.answers = VecDeque::from([(307, Some(location.to_owned()))]);
    }

    pub(crate) fn got(&self) -> Vec<Received> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.got.clone()
    }

    pub(crate) fn kinds(&self) -> Vec<String> {
        self.got().iter().map(Received::kind).collect()
    }

    /// Waits until there are at least so many.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        eventually("webhooks", async || self.got().len() >= count).await;
        self.got()
    }

    /// Waits until one of a type is there, and gives the first.
    pub(crate) async fn wait_for_kind(&self, kind: &str) -> Received {
        eventually(kind, async || self.kinds().iter().any(|it| it == kind)).await;
        let mut got = self.got().into_iter();
        got.find(|received| received.kind() == kind).unwrap()
    }
}

async fn receive(State(inner): State<Arc<Mutex<Inner>>>, headers: HeaderMap, body: String) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
    inner.got.push(Received {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body,
    });
    let (status, location) = inner.answers.pop_front().unwrap_or((200, None));
    let status = StatusCode::from_u16(status).unwrap();
    match location {
        Some(location) => (status, [("location", location)]).into_response(),
        None => (status, "said by the receiver").into_response(),
    }
}
