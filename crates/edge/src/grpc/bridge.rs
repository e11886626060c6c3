//! From a gRPC call to the handler that HTTP has for it, and back.
//!
//! The request goes through the router in this process: keys, roles, rates, idempotency, deadlines and panics are the same
//! because they are the same code, and a key that was answered over one face is answered over the other.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::{HeaderName, HeaderValue, Method, Request, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tonic::{
    Code, Response, Status,
    metadata::{Ascii, MetadataMap, MetadataValue},
};
use tower::ServiceExt;

use super::{
    keys::{environment_of, key_of},
    refusal::{of_http, refused},
};
use crate::{
    caller::KEY_HEADER,
    cookie::SESSION_COOKIE,
    listener::Peer,
    passes_state::PASSES_STATE_HEADER,
    request_id::REQUEST_ID,
    server::Edge,
    version::{ApiVersion, VERSION_HEADER},
};

/// A rider's JWT, and the login session that it opened.
const RIDER_JWT: &str = "x-rider-jwt";
const RIDER_SESSION: &str = "x-rider-session";

/// What of the metadata goes on as it is.
const PASSED_ON: [&str; 2] = ["idempotency-key", "accept-language"];

/// Longest answer that is turned around, in bytes.
const MAX_ANSWER: usize = 32 * 1024 * 1024;

/// What stands in a path or a query as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Which API has the handler, and so how a key is shown to it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Api {
    Ticketing,
    Coord,
    Admin,
}

/// What is asked of a handler.
pub(super) struct Ask {
    method: Method,
    path: String,
    params: Vec<(String, String)>,
    json: Option<Value>,
    state: Option<String>,
    shape: fn(Value) -> Value,
}

impl Ask {
    fn new(method: Method, path: &[&str]) -> Self {
        let path = path.iter().fold(String::new(), |path, segment| {
            format!("{path}/{}", utf8_percent_encode(segment, PLAIN))
        });
        Self {
            method,
            path,
            params: Vec::new(),
            json: None,
            state: None,
            shape: std::convert::identity,
        }
    }

    /// To look at something, by the segments of its path.
    pub(super) fn get(path: &[&str]) -> Self {
        Self::new(Method::GET, path)
    }

    /// To change something.
    pub(super) fn post(path: &[&str]) -> Self {
        Self::new(Method::POST, path)
    }

    /// To put something in the place of what is there.
    pub(super) fn put(path: &[&str]) -> Self {
        Self::new(Method::PUT, path)
    }

    /// With a parameter. One that is empty is one that was left out, as protos have it.
    #[expect(clippy::needless_pass_by_value, reason = "a message gives its fields away")]
    pub(super) fn with(mut self, name: &str, value: impl ToString) -> Self {
        let value = value.to_string();
        if !value.is_empty() {
            self.params.push((name.to_owned(), value));
        }
        self
    }

    /// With a parameter that may be unset.
    pub(super) fn maybe(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With a body.
    pub(super) fn json(mut self, body: Value) -> Self {
        self.json = Some(body);
        self
    }

    /// With the state of the passes that the client has seen.
    pub(super) fn seen(mut self, state: String) -> Self {
        self.state = Some(state).filter(|state| !state.is_empty());
        self
    }

    /// Whose answer is shaped otherwise than the message.
    pub(super) fn shaped(mut self, shape: fn(Value) -> Value) -> Self {
        self.shape = shape;
        self
    }
}

/// The way to the handlers.
#[derive(Clone)]
pub(super) struct Bridge {
    edge: Edge,
    router: Router,
}

impl Bridge {
    pub(super) fn to(edge: &Edge) -> Self {
        Self {
            edge: edge.clone(),
            router: edge.router(),
        }
    }

    /// Calls a handler for a request, and reads its answer as a message.
    pub(super) async fn call<M, T: DeserializeOwned>(
        &self,
        api: Api,
        request: tonic::Request<M>,
        ask: impl FnOnce(M) -> Ask,
    ) -> Result<Response<T>, Status> {
        let (metadata, extensions, message) = request.into_parts();
        let ask = ask(message);
        let shape = ask.shape;
        let mut call = self.http(api, ask, &metadata)?;
        if let Some(peer) = extensions.get::<Peer>() {
            call.extensions_mut().insert(*peer);
        }
        let Ok(answer) = self.router.clone().oneshot(call).await;
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, MAX_ANSWER).await.map_err(|_| unreadable())?;
        if !parts.status.is_success() {
            return Err(named(of_http(&parts, &body), &parts));
        }
        let mut value: Value = serde_json::from_slice(&body).map_err(|_| unreadable())?;
        drop_nulls(&mut value);
        let mut value = shape(value);
        if let (Some(state), Some(members)) = (text(&parts, PASSES_STATE_HEADER), value.as_object_mut()) {
            members.insert("passes_state".to_owned(), state.into());
        }
        let message: T = serde_json::from_value(value).map_err(|error| {
            tracing::error!(%error, "an answer does not fit its message");
            unreadable()
        })?;
        let mut response = Response::new(message);
        name(response.metadata_mut(), &parts);
        Ok(response)
    }

    fn http(&self, api: Api, ask: Ask, metadata: &MetadataMap) -> Result<Request<Body>, Status> {
        let key = key_of(metadata)?;
        let prefix = match api {
            Api::Ticketing | Api::Coord => String::new(),
            Api::Admin => format!("/admin/v1/{}", environment_of(&self.edge, metadata, key)?.name()),
        };
        let mut params = ask.params;
        if matches!(api, Api::Coord) {
            params.push(("access_key".to_owned(), key.to_owned()));
        }
        let pairs = encoded(&params);
        let is_form = ask.method == Method::POST && matches!(api, Api::Ticketing);
        let (query, body, kind) = match (ask.json, is_form) {
            (Some(json), _) => (pairs, json.to_string(), Some("application/json")),
            (None, true) => (String::new(), pairs, Some("application/x-www-form-urlencoded")),
            (None, false) => (pairs, String::new(), None),
        };
        let path = ask.path;
        let mark = if query.is_empty() { "" } else { "?" };
        let request = Request::builder()
            .method(ask.method)
            .uri(format!("{prefix}{path}{mark}{query}"));
        let mut request = request.body(Body::from(body)).map_err(|_| no_such_thing())?;
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                request.headers_mut().insert(name, value);
            }
        };
        if let Some(kind) = kind {
            set(header::CONTENT_TYPE, kind);
        }
        let given = |name: &str| metadata.get(name).and_then(|it| it.to_str().ok());
        for name in PASSED_ON {
            if let Some(value) = given(name) {
                set(HeaderName::from_static(name), value);
            }
        }
        if let Some(state) = ask.state {
            set(HeaderName::from_static(PASSES_STATE_HEADER), &state);
        }
        match api {
            Api::Admin => set(header::AUTHORIZATION, &format!("Bearer {key}")),
            Api::Ticketing => {
                set(HeaderName::from_static(KEY_HEADER), key);
                set(
                    HeaderName::from_static(VERSION_HEADER),
                    ApiVersion::CURRENT.name(),
                );
                if let Some(session) = given(RIDER_SESSION) {
                    set(header::COOKIE, &format!("{SESSION_COOKIE}={session}"));
                }
            }
            Api::Coord => {}
        }
        if let (Api::Ticketing | Api::Coord, Some(token)) = (api, given(RIDER_JWT)) {
            set(header::AUTHORIZATION, &format!("Bearer {token}"));
        }
        Ok(request)
    }
}

fn encoded(params: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| {
        let [name, value] = [name, value].map(|it| utf8_percent_encode(it, PLAIN).to_string());
        format!("{name}={value}")
    };
    params.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn unreadable() -> Status {
    refused(
        Code::Internal,
        "internal_checks_failed",
        "The request could not be served.",
        None,
    )
}

fn no_such_thing() -> Status {
    refused(Code::NotFound, "not_found", "There is no such thing.", None)
}

fn text<'a>(parts: &'a http::response::Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name).and_then(|it| it.to_str().ok())
}

fn named(mut status: Status, parts: &http::response::Parts) -> Status {
    name(status.metadata_mut(), parts);
    status
}

/// The request's name, and the login session that a JWT opened.
fn name(metadata: &mut MetadataMap, parts: &http::response::Parts) {
    let mut say = |name: &'static str, value: &str| {
        if let Ok(value) = MetadataValue::<Ascii>::try_from(value) {
            metadata.insert(name, value);
        }
    };
    if let Some(id) = text(parts, REQUEST_ID.as_str()) {
        say("x-request-id", id);
    }
    let opened = text(parts, header::SET_COOKIE.as_str()).and_then(|cookie| {
        let (name, value) = cookie.split(';').next()?.split_once('=')?;
        (name == SESSION_COOKIE && !value.is_empty()).then_some(value)
    });
    if let Some(session) = opened {
        say(RIDER_SESSION, session);
    }
}

/// In a message, what is null is unset.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_id_leaves_its_place_in_a_path() {
        let ask = Ask::get(&["agency", "a/../b?c#d", "fare", "é"]);
        assert_eq!(ask.path, "/agency/a%2F..%2Fb%3Fc%23d/fare/%C3%A9");
    }

    #[test]
    fn what_is_empty_is_left_out_and_the_rest_is_encoded() {
        let ask = Ask::post(&["cart"])
            .with("a", "x y")
            .with("b", "")
            .maybe("c", Some(1));
        assert_eq!(encoded(&ask.params), "a=x%20y&c=1");
    }

    #[test]
    fn null_is_unset() {
        let mut value = json!({ "a": null, "b": [{ "c": null, "d": 1 }] });
        drop_nulls(&mut value);
        assert_eq!(value, json!({ "b": [{ "d": 1 }] }));
    }
}
