//! Getting a key set.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;

use super::JwksUrl;

/// Largest document that is read, in bytes.
const MAX_DOCUMENT: usize = 256 * 1024;

/// How long the whole of it may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Why there is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// No answer, or not to its end.
    #[error("the key set cannot be fetched: {0}")]
    Unreachable(String),
    /// An answer other than 200. Redirections are not followed.
    #[error("the key set was answered with status {0}")]
    Status(u16),
    /// Too long to be a key set.
    #[error("the key set is too large")]
    TooLarge,
    /// No client could be made.
    #[error("no HTTP client: {0}")]
    Client(String),
}

/// Whatever fetches documents.
pub trait JwksFetcher: Send + Sync + 'static {
    /// The document at the URL, and nowhere else.
    fn fetch(&self, url: &JwksUrl) -> BoxFuture<'static, Result<Bytes, FetchError>>;
}

/// Fetching over HTTP: bounded in time and size, without following redirections.
#[derive(Debug, Clone)]
pub struct HttpJwks {
    outside: reqwest::Client,
    /// For this machine itself, past any proxy.
    loopback: reqwest::Client,
}

impl HttpJwks {
    /// Makes the clients.
    pub fn new() -> Result<Self, FetchError> {
        // Fails only if somebody has chosen a provider before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .user_agent(concat!("switchyard/", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(TIMEOUT)
        };
        let failed = |error: reqwest::Error| FetchError::Client(error.to_string());
        Ok(Self {
            outside: builder().https_only(true).build().map_err(failed)?,
            loopback: builder().no_proxy().build().map_err(failed)?,
        })
    }
}

impl JwksFetcher for HttpJwks {
    fn fetch(&self, url: &JwksUrl) -> BoxFuture<'static, Result<Bytes, FetchError>> {
        let client = if url.is_loopback() {
            &self.loopback
        } else {
            &self.outside
        };
        let request = client
            .get(url.url().clone())
            .header(http::header::ACCEPT, "application/json");
        Box::pin(receive(request))
    }
}

async fn receive(request: reqwest::RequestBuilder) -> Result<Bytes, FetchError> {
    let unreachable = |error: reqwest::Error| FetchError::Unreachable(error.without_url().to_string());
    let mut response = request.send().await.map_err(unreachable)?;
    if response.status() != http::StatusCode::OK {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    let mut document = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if document.len().saturating_add(chunk.len()) > MAX_DOCUMENT {
            return Err(FetchError::TooLarge);
        }
        document.extend_from_slice(&chunk);
    }
    Ok(document.freeze())
}
