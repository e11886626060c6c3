//! One HTTP request, sent once: no retry, no redirect, no guess.

use std::time::Instant;

use bytes::{Bytes, BytesMut};
use domain::{StripeAccountId, StripeCallKey};
use http::{HeaderMap, HeaderValue, Method, header};
use reqwest::Url;
use stripe_client_core::{RequestBuilder, StripeMethod};
use tracing::Instrument;

use super::{
    answer::{Answer, Body},
    call::Call,
    config::{API_VERSION, StripeConfig, StripeConfigError},
    guard::{Elapsed, Guard},
    sort::{sort, sort_oauth},
};
use crate::{Outcome, Postponed, Reason, StripeVersion, gateway::CONNECT};

/// Larger than any page of a hundred objects that Stripe sends.
const LARGEST_BODY: usize = 16 * 1024 * 1024;
const USER_AGENT: &str = concat!("switchyard/", env!("CARGO_PKG_VERSION"));
/// Shorter than what load balancers allow, so that we seldom write into a connection that is being closed.
const IDLE_CONNECTION: std::time::Duration = std::time::Duration::from_secs(30);

/// A pool of connections to Stripe.
#[derive(Debug, Clone)]
pub(super) struct Transport {
    http: reqwest::Client,
    base: String,
    /// Where OAuth is served.
    connect: String,
    /// Whoever listens in between could read the secret key.
    in_clear: bool,
    guard: Guard,
}

/// Why there is no answer.
struct NoAnswer {
    reason: Reason,
    /// Nothing can have reached Stripe.
    certainly_not_sent: bool,
}

impl Transport {
    pub(super) fn new(config: &StripeConfig, elapsed: Option<Elapsed>) -> Result<Self, StripeConfigError> {
        let base = config.base()?;
        config.check_timeouts()?;
        // Fails only if somebody has chosen a provider before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let loopback = is_loopback(&base);
        let mut http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(config.connect_timeout)
            .timeout(config.deadline)
            .pool_idle_timeout(IDLE_CONNECTION)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false);
        if loopback {
            http = http.no_proxy();
        }
        let plain = base.as_str().trim_end_matches('/').to_owned();
        let connect = match base.host_str() {
            Some("api.stripe.com") => CONNECT.to_owned(),
            _ => plain.clone(),
        };
        Ok(Self {
            http: http.build().map_err(StripeConfigError::Client)?,
            base: plain,
            connect,
            in_clear: base.scheme() == "http" && !loopback,
            guard: Guard::new(elapsed),
        })
    }

    /// Where OAuth is served.
    pub(super) fn connect(&self) -> &str {
        &self.connect
    }

    /// Sends a request once and sorts what comes back. What the guard holds back is not sent.
    pub(super) async fn send(&self, call: &Call<'_>, request: RequestBuilder) -> Outcome<Body> {
        let span = tracing::debug_span!(
            "stripe_call",
            call = call.name,
            key = call.key.map(StripeCallKey::as_str),
            account = call.account.map(StripeAccountId::as_str),
        );
        let permit = match self.guard.admit(call.platform, call.account, call.key) {
            Ok(permit) => permit,
            Err(held) => return Outcome::NotExecuted(held),
        };
        let started = Instant::now();
        let outcome = async {
            let outcome = match self.exchange(call, request).await {
                Ok(answer) if call.oauth => sort_oauth(answer),
                Ok(answer) => sort(answer),
                Err(no_answer) => no_answer.sort(),
            };
            tracing::debug!(
                outcome = outcome.label(),
                request_id = outcome.request_id(),
                "Stripe call ended"
            );
            outcome
        }
        .instrument(span)
        .await;
        permit.settle(&outcome);
        metrics::counter!("stripe_calls_total", "call" => call.name, "outcome" => outcome.label())
            .increment(1);
        metrics::histogram!("stripe_call_duration_seconds", "call" => call.name).record(started.elapsed());
        outcome
    }

    async fn exchange(&self, call: &Call<'_>, request: RequestBuilder) -> Result<Answer, NoAnswer> {
        let request = self.prepare(call, request).ok_or(NoAnswer::UNSENDABLE)?;
        let response = self
            .http
            .execute(request)
            .await
            .map_err(|error| NoAnswer::of(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read_body(response).await?;
        Ok(Answer::new(status, &headers, body))
    }

    /// `None` where the request cannot be written, or must not be.
    fn prepare(&self, call: &Call<'_>, request: RequestBuilder) -> Option<reqwest::Request> {
        if self.in_clear && call.platform.secret_key.is_live() {
            return None;
        }
        let url = match call.oauth {
            true => format!("{}{}", self.connect, request.path),
            false => format!("{}/v1{}", self.base, request.path),
        };
        let mut url = Url::parse(&url).ok()?;
        url.set_query(request.query.as_deref().filter(|query| !query.is_empty()));
        let method = match request.method {
            StripeMethod::Get => Method::GET,
            StripeMethod::Post => Method::POST,
            StripeMethod::Delete => Method::DELETE,
        };
        let mut prepared = reqwest::Request::new(method, url);
        *prepared.headers_mut() = headers(call)?;
        if let Some(body) = request.body {
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            prepared.headers_mut().insert(header::CONTENT_TYPE, form);
            *prepared.body_mut() = Some(in_fixed_order(&body).into());
        }
        Some(prepared)
    }
}

impl NoAnswer {
    const UNSENDABLE: Self = Self {
        reason: Reason::Unsendable,
        certainly_not_sent: true,
    };

    /// Only a connection that never came about proves that nothing was sent.
    fn of(error: &reqwest::Error) -> Self {
        if error.is_builder() {
            return Self::UNSENDABLE;
        }
        let certainly_not_sent = error.is_connect();
        let reason = match (certainly_not_sent, error.is_timeout()) {
            (true, true) => Reason::ConnectTimeout,
            (true, false) if error.is_dns() => Reason::NameLookup,
            (true, false) => Reason::NotConnected,
            (false, true) => Reason::Deadline,
            (false, false) => Reason::ConnectionLost,
        };
        Self {
            reason,
            certainly_not_sent,
        }
    }

    fn sort(self) -> Outcome<Body> {
        let postponed = Postponed::without_answer(self.reason);
        if self.certainly_not_sent {
            Outcome::NotExecuted(postponed)
        } else {
            Outcome::Unknown(postponed)
        }
    }
}

fn headers(call: &Call<'_>) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    let mut bearer = HeaderValue::try_from(format!("Bearer {}", call.platform.secret_key.expose())).ok()?;
    bearer.set_sensitive(true);
    headers.insert(header::AUTHORIZATION, bearer);
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let version = call.version.map_or(API_VERSION, StripeVersion::as_str);
    headers.insert("stripe-version", HeaderValue::try_from(version).ok()?);
    if let Some(account) = call.account {
        headers.insert("stripe-account", HeaderValue::try_from(account.as_str()).ok()?);
    }
    if let Some(key) = call.key {
        headers.insert("idempotency-key", HeaderValue::try_from(key.as_str()).ok()?);
    }
    Some(headers)
}

async fn read_body(mut response: reqwest::Response) -> Result<Bytes, NoAnswer> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| NoAnswer {
        // The head of the answer was here, so the request was sent, whatever the error says.
        certainly_not_sent: false,
        ..NoAnswer::of(&error)
    })? {
        if body.len().saturating_add(chunk.len()) > LARGEST_BODY {
            return Err(NoAnswer {
                reason: Reason::TooLarge,
                certainly_not_sent: false,
            });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The typed requests keep metadata in a map without order. A key must always carry the same bytes, and lists are
/// written with their indices, so the pairs are sorted. An empty map is written as `metadata=`, which would ask Stripe
/// to clear it, and is left out.
fn in_fixed_order(form: &str) -> String {
    let mut pairs: Vec<&str> = form.split('&').filter(|&pair| pair != "metadata=").collect();
    pairs.sort_unstable();
    pairs.join("&")
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Platform, Secret};

    fn transport(base_url: &str) -> Transport {
        let config = StripeConfig {
            base_url: base_url.to_owned(),
            ..StripeConfig::default()
        };
        Transport::new(&config, None).unwrap()
    }

    fn platform(secret_key: &str) -> Platform {
        Platform {
            account: None,
            secret_key: Secret::new(secret_key),
        }
    }

    fn request() -> RequestBuilder {
        RequestBuilder::new(StripeMethod::Get, "/charges/ch_1")
    }

    #[test]
    fn a_live_key_never_travels_in_clear() {
        let live = platform("sk_live_1");
        let call = Call::read("x", &live);
        assert!(
            transport("http://stripe.example")
                .prepare(&call, request())
                .is_none()
        );
        assert!(
            transport("https://stripe.example")
                .prepare(&call, request())
                .is_some()
        );
        for base in ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9"] {
            assert!(transport(base).prepare(&call, request()).is_some(), "{base}");
        }
        let test = platform("sk_test_1");
        assert!(
            transport("http://stripe-sim:9")
                .prepare(&Call::read("x", &test), request())
                .is_some()
        );
    }

    #[test]
    fn a_key_that_is_no_header_is_never_sent() {
        let odd = platform("sk_test_\r\nEvil: 1");
        assert!(
            transport("http://127.0.0.1:9")
                .prepare(&Call::read("x", &odd), request())
                .is_none()
        );
    }

    #[test]
    fn the_address_may_have_a_path_of_its_own() {
        let platform = platform("sk_test_1");
        for base in ["http://127.0.0.1:9/stripe", "http://127.0.0.1:9/stripe/"] {
            let request = transport(base)
                .prepare(&Call::read("x", &platform), request())
                .unwrap();
            assert_eq!(request.url().path(), "/stripe/v1/charges/ch_1");
        }
    }

    #[test]
    fn oauth_has_a_host_of_its_own_at_stripe() {
        let platform = platform("sk_test_1");
        let asked = |base: &str| {
            let request = RequestBuilder::new(StripeMethod::Post, "/oauth/token");
            let prepared = transport(base).prepare(&Call::oauth("x", &platform), request);
            prepared.unwrap().url().to_string()
        };
        assert_eq!(
            asked("https://api.stripe.com"),
            "https://connect.stripe.com/oauth/token"
        );
        assert_eq!(asked("http://127.0.0.1:9"), "http://127.0.0.1:9/oauth/token");
    }

    #[test]
    fn the_secret_key_is_not_printed_with_the_request() {
        let platform = platform("sk_test_verysecret");
        let request = transport("http://127.0.0.1:9")
            .prepare(&Call::read("x", &platform), request())
            .unwrap();
        assert!(!format!("{request:?}").contains("verysecret"));
    }

    #[test]
    fn a_form_is_always_written_in_the_same_order() {
        assert_eq!(in_fixed_order("b=2&a[1]=y&a[0]=x"), "a[0]=x&a[1]=y&b=2");
    }

    #[test]
    fn no_metadata_is_not_a_wish_to_clear_it() {
        assert_eq!(in_fixed_order("metadata=&b=2"), "b=2");
        assert_eq!(in_fixed_order("metadata[a]=1&b=2"), "b=2&metadata[a]=1");
    }
}
