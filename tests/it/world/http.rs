//! Talking to the server as an app does.

use std::sync::{Arc, PoisonError, RwLock};

use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::Value;

use super::fresh_key;

/// Somebody with an API key.
#[derive(Clone)]
pub(crate) struct App {
    client: Client,
    address: Arc<RwLock<String>>,
    key: String,
}

impl App {
    pub(super) fn new(address: Arc<RwLock<String>>, key: &str) -> Self {
        Self {
            client: Client::new(),
            address,
            key: key.to_owned(),
        }
    }

    /// A call with the headers that every call needs.
    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        self.bare(method, path)
            .header("Token-Transit-Api-Key", &self.key)
            .header("Token-Transit-Api-Version", "2020-05-21")
    }

    /// A call with nothing at all.
    pub(crate) fn bare(&self, method: Method, path: &str) -> Call {
        let base = self
            .address
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        Call(self.client.request(method, format!("{base}{path}")))
    }

    /// A call of Coord's APIs: the key stands in the query.
    pub(crate) fn coord(&self, method: Method, path: &str) -> Call {
        let joint = if path.contains('?') { '&' } else { '?' };
        self.bare(method, &format!("{path}{joint}access_key={}", self.key))
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    /// A JWT for whoever is named.
    pub(crate) async fn jwt(&self, subject: &str, device: &str) -> String {
        let email = format!("{subject}@example.com");
        let form = [("sub", subject), ("email", &email), ("device_id", device)];
        let minted = self.post("/auth/testing/jwt").form(&form).send().await;
        assert_eq!(minted.status, 200, "{}", minted.text);
        minted.text
    }
}

/// A request to be sent.
pub(crate) struct Call(RequestBuilder);

impl Call {
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        Self(self.0.bearer_auth(token))
    }

    pub(crate) fn session(self, session: &str) -> Self {
        self.header("Cookie", &format!("user_session_id={session}"))
    }

    pub(crate) fn form(self, form: &[(&str, &str)]) -> Self {
        Self(self.0.form(form))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    /// With these bytes as its body, whatever they are, and nothing that says what it is.
    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self(self.0.body(body.into()))
    }

    /// With a key of its own.
    pub(crate) fn keyed(self) -> Self {
        self.header("Idempotency-Key", &fresh_key())
    }

    pub(crate) async fn send(self) -> Answer {
        self.try_send().await.unwrap()
    }

    /// For servers that may die meanwhile.
    pub(crate) async fn try_send(self) -> Result<Answer, reqwest::Error> {
        let response = self.0.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Answer {
            status,
            headers,
            text,
            body,
        })
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    /// It went well.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.text);
        self
    }

    /// It was refused in the published shape, with this code (none for some).
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: Option<&str>) {
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, code),
            "{}",
            self.text
        );
        let mut known = vec!["message", "retryable", "type"];
        known.extend(code.map(|_| "code"));
        known.extend(self.body.get("param").map(|_| "param"));
        known.sort_unstable();
        assert_eq!(fields(&self.body), known, "{}", self.text);
        assert!(self.body["message"].as_str().is_some_and(|it| !it.is_empty()));
        assert!(self.body["retryable"].is_boolean() && self.body["type"].is_string());
        assert_eq!(self.header("content-type"), "application/json");
    }

    /// It was refused because of a parameter or header.
    #[track_caller]
    pub(crate) fn refused_for(&self, status: u16, code: Option<&str>, param: &str) {
        self.refused(status, code);
        assert_eq!(self.body["param"], param, "{}", self.text);
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// `Token-Transit-Passes-State`
    #[track_caller]
    pub(crate) fn state(&self) -> String {
        let state = self.header("token-transit-passes-state");
        assert!(
            !state.is_empty(),
            "no passes state: {} {}",
            self.status,
            self.text
        );
        state.to_owned()
    }

    /// The session that a cookie of this answer opened.
    pub(crate) fn session(&self) -> Option<String> {
        let cookie = self.header("set-cookie").split(';').next()?;
        let session = cookie.strip_prefix("user_session_id=")?;
        (!session.is_empty()).then(|| session.to_owned())
    }
}

/// The names of an object's members, sorted.
pub(crate) fn fields(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object
        .as_object()
        .into_iter()
        .flat_map(|members| members.keys().map(String::as_str))
        .collect();
    names.sort_unstable();
    names
}
