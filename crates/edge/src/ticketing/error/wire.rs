//! An error as the client gets it.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::{ErrorCode, ErrorType, Language};

/// Seconds after which to try again, where nobody knows better.
const RETRY_AFTER: u32 = 1;

/// Why a request failed. "Most errors have a specific error code": those that have none in the published table go
/// without, and are told apart by status, type and message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Code(ErrorCode),
    /// A parameter, a header or the body is missing or malformed.
    BadRequest,
    /// The API key is missing, or not one that was issued.
    ApiKey,
    /// The key may not do this.
    Forbidden,
    /// Too many requests.
    RateLimited,
    /// The request took too long to arrive.
    TooSlow,
}

impl Reason {
    const fn status(self) -> StatusCode {
        match self {
            Self::Code(code) => code.status(),
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::ApiKey => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
        }
    }

    const fn error_type(self) -> ErrorType {
        match self {
            Self::Code(code) => code.error_type(),
            Self::BadRequest | Self::TooSlow => ErrorType::InvalidRequest,
            Self::ApiKey => ErrorType::Authentication,
            Self::Forbidden => ErrorType::Permission,
            Self::RateLimited => ErrorType::RateLimit,
        }
    }

    const fn retryable(self) -> bool {
        match self {
            Self::Code(code) => code.retryable(),
            Self::RateLimited | Self::TooSlow => true,
            Self::BadRequest | Self::ApiKey | Self::Forbidden => false,
        }
    }
}

/// An error of the ticketing API. What it shows to the client is decided when it is written: of a card declined for
/// fraud or theft, nothing that another declined card would not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketingError {
    reason: Reason,
    message: Option<Cow<'static, str>>,
    param: Option<String>,
    retry_after: Option<u32>,
    language: Language,
}

impl TicketingError {
    const fn of(reason: Reason, message: Option<Cow<'static, str>>) -> Self {
        Self {
            reason,
            message,
            param: None,
            retry_after: None,
            language: Language::English,
        }
    }

    /// An error with a published code.
    #[must_use]
    pub const fn new(code: ErrorCode) -> Self {
        Self::of(Reason::Code(code), None)
    }

    /// 400: a parameter, a header or the body is missing or malformed.
    #[must_use]
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of(Reason::BadRequest, Some(message.into()))
    }

    /// 401: the API key is missing, or not one that was issued. Which of them is not told.
    #[must_use]
    pub const fn api_key() -> Self {
        let message = "The Token-Transit-Api-Key header is missing or not a valid API key.";
        Self::of(Reason::ApiKey, Some(Cow::Borrowed(message)))
    }

    /// 403: the key may not do this.
    #[must_use]
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::of(Reason::Forbidden, Some(message.into()))
    }

    /// 429, with the number of seconds to wait.
    #[must_use]
    pub fn rate_limited(retry_after_seconds: u32) -> Self {
        let message = Cow::Borrowed("Too many requests. Please try again later.");
        Self::of(Reason::RateLimited, Some(message)).after(retry_after_seconds)
    }

    /// 408: the request took too long to arrive. Nothing was done.
    #[must_use]
    pub const fn too_slow() -> Self {
        let message = "The request took too long to arrive. Please try again.";
        Self::of(Reason::TooSlow, Some(Cow::Borrowed(message)))
    }

    /// Names the parameter that is to blame.
    #[must_use]
    pub fn param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// Says something more exact than the code's own message.
    #[must_use]
    pub fn message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// How many seconds to wait before trying again. Shown where the status has a `Retry-After`: 429 and 503.
    #[must_use]
    pub const fn after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Tells it in the most wanted of these languages (see [`domain::text`]) that there is.
    #[must_use]
    pub fn in_languages(mut self, wanted: &[String]) -> Self {
        self.language = Language::of(wanted);
        self
    }

    /// The published code, as it really is: for logs and metrics.
    #[must_use]
    pub const fn code(&self) -> Option<ErrorCode> {
        match self.reason {
            Reason::Code(code) => Some(code),
            _ => None,
        }
    }

    /// The status it is answered with.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.reason.status()
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        self.reason.retryable()
    }

    /// The published JSON, as it is kept under an idempotency key.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string(&self.body()).unwrap_or_default()
    }

    /// Something more exact than the code's own message: always in English, as it is for developers. Nothing that was
    /// said about one declined card may tell it from the others.
    fn told(&self) -> Option<&str> {
        let uniform = self.code().map(ErrorCode::shown) == Some(ErrorCode::CardDeclinedGeneric);
        self.message.as_deref().filter(|_| !uniform)
    }

    /// The language that the message is in.
    fn spoken(&self) -> Language {
        match self.told() {
            Some(_) => Language::English,
            None => self.language,
        }
    }

    fn body(&self) -> Body<'_> {
        let code = self.code().map(ErrorCode::shown);
        let uniform = code == Some(ErrorCode::CardDeclinedGeneric);
        let told = self.told();
        let message = match (told, code) {
            (Some(message), _) => message,
            (None, Some(code)) => self.language.message(code),
            (None, None) => self.language.message(ErrorCode::Unknown),
        };
        Body {
            code: code.map(ErrorCode::name),
            message,
            param: self.param.as_deref().filter(|_| !uniform),
            retryable: self.reason.retryable(),
            error_type: self.reason.error_type().name(),
        }
    }
}

/// "JSON Error Response".
#[derive(Debug, Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    param: Option<&'a str>,
    retryable: bool,
    #[serde(rename = "type")]
    error_type: &'static str,
}

impl IntoResponse for TicketingError {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = (status, axum::Json(self.body())).into_response();
        let spoken = HeaderValue::from_static(self.spoken().tag());
        response.headers_mut().insert(header::CONTENT_LANGUAGE, spoken);
        if matches!(
            status,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
        ) {
            let seconds = self.retry_after.unwrap_or(RETRY_AFTER);
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // For whoever knows which language to say it in.
        response.extensions_mut().insert(self);
        response
    }
}
