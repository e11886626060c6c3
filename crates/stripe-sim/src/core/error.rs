//! Errors in Stripe's shape: <https://docs.stripe.com/api/errors>.

use serde_json::{Map, Value, json};

/// The type of errors that have OAuth's shape: `{"error": "…", "error_description": "…"}`.
pub(crate) const OAUTH: &str = "oauth_error";

/// A refusal as Stripe renders it: status, type, code, message, parameter and what else it names.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// `type`: `invalid_request_error`, `card_error`, `idempotency_error` or `api_error`.
    pub kind: &'static str,
    /// `code`, from <https://docs.stripe.com/error-codes>.
    pub code: Option<Box<str>>,
    /// `decline_code`, from <https://docs.stripe.com/declines/codes>.
    pub decline_code: Option<Box<str>>,
    /// The text for a human.
    pub message: String,
    /// The parameter that is wrong.
    pub param: Option<Box<str>>,
    /// Further members of the error object: `charge`, `payment_intent`, `payment_method`, ….
    pub more: Map<String, Value>,
    /// `Stripe-Should-Retry`, where Stripe gives it.
    pub should_retry: Option<bool>,
}

impl ApiError {
    /// A refused request: status 400 and no code.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self {
            status: 400,
            kind: "invalid_request_error",
            code: None,
            decline_code: None,
            message: message.into(),
            param: None,
            more: Map::new(),
            should_retry: None,
        }
    }

    /// A card that was refused: status 402.
    #[must_use]
    pub fn card(code: &str, decline_code: Option<&str>, message: impl Into<String>) -> Self {
        Self {
            status: 402,
            kind: "card_error",
            code: Some(code.into()),
            decline_code: decline_code.map(Into::into),
            ..Self::invalid(message)
        }
    }

    /// A body names an object that is not in the account: `No such customer: 'cus_x'`.
    #[must_use]
    pub fn missing(noun: &str, id: &str, param: &str) -> Self {
        Self::invalid(format!("No such {noun}: '{id}'"))
            .code("resource_missing")
            .param(param)
    }

    /// A path names an object that is not in the account: the same with status 404.
    #[must_use]
    pub fn not_found(noun: &str, id: &str, param: &str) -> Self {
        Self::missing(noun, id, param).status(404)
    }

    /// The same error with a code.
    #[must_use]
    pub fn code(mut self, code: &str) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The same error naming a parameter.
    #[must_use]
    pub fn param(mut self, param: &str) -> Self {
        self.param = Some(param.into());
        self
    }

    /// The same error with another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same error of another type.
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// The same error with a further member of the error object.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// The same error telling clients whether to try again.
    #[must_use]
    pub fn retry(mut self, retry: bool) -> Self {
        self.should_retry = Some(retry);
        self
    }

    /// The `error` object, without the request's log address.
    #[must_use]
    pub fn object(&self) -> Map<String, Value> {
        let mut error = self.more.clone();
        error.insert("type".to_owned(), json!(self.kind));
        error.insert("message".to_owned(), json!(self.message));
        if let Some(code) = &self.code {
            error.insert("code".to_owned(), json!(code));
            let page = format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-"));
            error.insert("doc_url".to_owned(), json!(page));
        }
        if let Some(decline_code) = &self.decline_code {
            error.insert("decline_code".to_owned(), json!(decline_code));
        }
        if let Some(param) = &self.param {
            error.insert("param".to_owned(), json!(param));
        }
        error
    }

    /// The whole body: `{"error": {…}}` with the address of the request's log.
    #[must_use]
    pub fn body(&self, request_id: &str) -> Value {
        if self.kind == OAUTH {
            return json!({ "error": self.code, "error_description": self.message });
        }
        let mut error = self.object();
        let log = format!("https://dashboard.stripe.com/test/logs/{request_id}");
        error.insert("request_log_url".to_owned(), json!(log));
        json!({ "error": error })
    }
}

/// The errors that come before the key layer and those of the layer itself.
impl ApiError {
    pub(crate) fn no_key() -> Self {
        Self::invalid(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer \
             auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for \
             details, or we can help at https://support.stripe.com/.",
        )
        .status(401)
    }

    pub(crate) fn bad_key(shown: &str) -> Self {
        Self::invalid(format!("Invalid API Key provided: {shown}")).status(401)
    }

    pub(crate) fn expired_key(shown: &str) -> Self {
        Self::invalid(format!("Expired API Key provided: {shown}"))
            .code("api_key_expired")
            .status(401)
    }

    pub(crate) fn secret_key_required() -> Self {
        Self::invalid(
            "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list \
             of your API keys at https://dashboard.stripe.com/account/apikeys.",
        )
        .code("secret_key_required")
        .status(403)
    }

    pub(crate) fn no_access(shown: &str, account: &str) -> Self {
        Self::invalid(format!(
            "The provided key '{shown}' does not have access to account '{account}' (or that account does not exist). \
             Application access may have been revoked."
        ))
        .code("account_invalid")
        .status(403)
    }

    pub(crate) fn no_such_url(method: &str, path: &str) -> Self {
        Self::invalid(format!(
            "Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at \
             https://support.stripe.com/."
        ))
        .status(404)
    }

    /// Too many requests; nothing was executed and nothing is stored under the key.
    #[must_use]
    pub fn rate_limited() -> Self {
        Self::invalid(
            "Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.",
        )
        .code("rate_limit")
        .status(429)
    }

    /// Another request is changing the same object; nothing was executed.
    #[must_use]
    pub fn lock_timeout() -> Self {
        Self::invalid(
            "This object cannot be accessed right now because another API request or Stripe process is currently \
             accessing it. If you see this error intermittently, retry the request. If you see this error frequently \
             and are making multiple concurrent requests to a single object, make your requests serially or at a lower \
             rate. For more details, see https://stripe.com/docs/rate-limits#object-lock-timeouts.",
        )
        .code("lock_timeout")
        .status(429)
        .retry(true)
    }

    /// The key is in use by a request that has not finished.
    #[must_use]
    pub fn key_in_use(key: &str) -> Self {
        Self::invalid(format!(
            "There is currently another in-progress request using this Idempotent Key (that probably means you \
             submitted twice, and the other request is still going through): {key}. Please try again later."
        ))
        .code("idempotency_key_in_use")
        .status(409)
    }

    /// The key belongs to a request with other parameters.
    #[must_use]
    pub fn key_reused() -> Self {
        Self::invalid(
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
        )
        .kind("idempotency_error")
    }

    /// A refusal of a kind that is documented nowhere, as a future Stripe may give.
    #[must_use]
    pub fn undocumented() -> Self {
        Self::invalid("This request was refused for a reason that has no name yet.")
            .kind("unheard_of_error")
            .status(418)
    }

    /// A failure inside Stripe.
    #[must_use]
    pub fn internal() -> Self {
        Self::invalid(
            "Sorry! There was an error while talking to one of our backends. We have already been notified of the \
             problem, but if you need any additional help, reach out to us at support@stripe.com.",
        )
        .kind("api_error")
        .status(500)
    }
}
