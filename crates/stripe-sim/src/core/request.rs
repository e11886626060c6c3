//! What goes into the simulator and what comes out, without any HTTP library's types.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::cards::IssuerCode;

/// The methods Stripe's API uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads; never changes anything.
    Get,
    /// Creates and updates.
    Post,
    /// Removes.
    Delete,
}

impl Method {
    /// The method's name as HTTP writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// What an API key allows, from its prefix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// `sk_test_…`: everything.
    Secret,
    /// `rk_test_…`: a restricted key; the simulator gives it all permissions.
    Restricted,
    /// `pk_test_…`: tokens, PaymentMethods, sources, and intents whose client secret is known.
    Publishable,
    /// `ek_test_…`: what concerns one customer.
    Ephemeral {
        /// The customer the key was made for.
        customer: String,
    },
}

/// Who is asking: an account, and what its key allows. The key itself is never kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The account the key belongs to.
    pub account: String,
    /// What the key allows.
    pub kind: KeyKind,
    /// The key with all but its prefix and last four characters starred out, for error texts.
    pub shown: String,
}

/// A failure to be injected inside the key layer, where it is stored like a true outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inject {
    /// Answer 500 and execute nothing.
    FailBefore,
    /// Execute, then answer 500.
    FailAfter,
    /// Execute, with the issuer declining whatever is charged.
    Decline {
        /// Why.
        issuer: IssuerCode,
    },
}

/// One API request after authentication.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// The request id Stripe would give (`req_…`), chosen by the shell.
    pub id: String,
    /// The method.
    pub method: Method,
    /// The path with its leading slash: `/v1/charges`.
    pub path: String,
    /// The raw query string, without `?`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub query: String,
    /// The raw form-encoded body.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Who is asking.
    pub caller: Caller,
    /// The `Stripe-Account` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stripe_account: Option<String>,
    /// The `Idempotency-Key` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// The `Stripe-Version` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// A failure to inject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inject: Option<Inject>,
}

impl Request {
    /// A request with a body or query in form encoding, made by `caller`.
    #[must_use]
    pub fn new(method: Method, path: &str, params: &str, caller: Caller) -> Self {
        let (query, body) = match method {
            Method::Post => ("", params),
            Method::Get | Method::Delete => (params, ""),
        };
        Self {
            id: "req_direct".to_owned(),
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            body: body.to_owned(),
            caller,
            stripe_account: None,
            idempotency_key: None,
            api_version: None,
            inject: None,
        }
    }

    /// The same request on behalf of a connected account.
    #[must_use]
    pub fn on_behalf_of(mut self, account: &str) -> Self {
        self.stripe_account = Some(account.to_owned());
        self
    }

    /// The same request under an idempotency key.
    #[must_use]
    pub fn with_key(mut self, key: &str) -> Self {
        self.idempotency_key = Some(key.to_owned());
        self
    }
}

/// One API reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// JSON text.
    pub body: Arc<str>,
    /// Set when the reply was stored under an idempotency key: the request that was executed.
    pub original_request: Option<String>,
    /// Whether the reply is a stored one (`Idempotent-Replayed`).
    pub replayed: bool,
    /// `Stripe-Should-Retry`, where Stripe gives it.
    pub should_retry: Option<bool>,
}

impl Reply {
    /// The body as JSON; null if it is not JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}
