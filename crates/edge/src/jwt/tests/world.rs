//! A server of key sets that can be changed, broken and slowed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::jwt::{FetchError, JwksCache, JwksFetcher, JwksUrl, JwtError, RiderClaims, verify};

pub(super) const URL: &str = "https://app.example.com/auth/jwks.json";

#[derive(Default)]
pub(super) struct AppServer {
    document: Mutex<Option<Bytes>>,
    pub(super) fetches: AtomicUsize,
    /// Held by a test to keep fetches waiting.
    pub(super) gate: tokio::sync::RwLock<()>,
}

#[derive(Clone, Default)]
struct Fetcher(Arc<AppServer>);

impl JwksFetcher for Fetcher {
    fn fetch(&self, url: &JwksUrl) -> BoxFuture<'static, Result<Bytes, FetchError>> {
        assert_eq!(url.as_str(), URL, "nothing is fetched from anywhere else");
        let server = Arc::clone(&self.0);
        Box::pin(async move {
            server.fetches.fetch_add(1, Ordering::SeqCst);
            let _open = server.gate.read().await;
            server
                .document
                .lock()
                .unwrap()
                .clone()
                .ok_or(FetchError::Status(500))
        })
    }
}

/// An app's server and a cache before it.
pub(super) struct World {
    pub(super) server: Arc<AppServer>,
    pub(super) cache: JwksCache,
    pub(super) url: JwksUrl,
}

impl World {
    pub(super) fn serving(document: &Value) -> Self {
        let fetcher = Fetcher::default();
        let world = Self {
            server: Arc::clone(&fetcher.0),
            cache: JwksCache::new(fetcher),
            url: JwksUrl::parse(URL).unwrap(),
        };
        world.serve(document);
        world
    }

    pub(super) fn serve(&self, document: &Value) {
        *self.server.document.lock().unwrap() = Some(Bytes::from(document.to_string()));
    }

    pub(super) fn serve_text(&self, document: &'static str) {
        *self.server.document.lock().unwrap() = Some(Bytes::from(document));
    }

    pub(super) fn go_down(&self) {
        *self.server.document.lock().unwrap() = None;
    }

    pub(super) fn fetches(&self) -> usize {
        self.server.fetches.load(Ordering::SeqCst)
    }

    pub(super) async fn verify_at(&self, token: &str, now: DateTime<Utc>) -> Result<RiderClaims, JwtError> {
        verify(&self.cache, &self.url, token, now).await
    }

    pub(super) async fn verify(&self, token: &str) -> Result<RiderClaims, JwtError> {
        self.verify_at(token, now()).await
    }
}

pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

pub(super) fn later(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

/// What an honest app says.
pub(super) fn claims() -> Value {
    json!({
        "iat": now().timestamp() - 5,
        "exp": now().timestamp() + 295,
        "sub": "rider-1",
        "aud": ["tokentransit.com"],
        "iss": "https://app.example.com/auth/",
        "email": "rider@example.com",
        "device_id": "d8a942c5-a700-450d-977d-b3935ab0ea87",
        "jti": "login-1",
        "phone_number": "+14155550123",
    })
}

/// The same with one claim replaced; `null` removes it.
pub(super) fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    claims
}
