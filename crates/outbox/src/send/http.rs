//! Attempts over HTTP.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, header};
use reqwest::{Client, Response};

use super::{
    carrier::{Carrier, Parcel},
    reply::{NO_CONNECTION, NOT_ALLOWED, NOT_SENDABLE, Reply},
    resolver::{Forbidden, Guarded},
    url::{Policy, check_url},
};

/// How long an attempt may take, answer included.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// As much of an answer as is read and kept, in bytes.
const EXCERPT: usize = 256;

/// Sends over HTTP: bounded in time and size, without following redirections, past any proxy.
#[derive(Debug, Clone)]
pub struct HttpCarrier {
    client: Client,
    policy: Policy,
}

impl HttpCarrier {
    /// Makes the client. A proxy would connect on our behalf to what we could not check, so none is used.
    pub fn new(policy: Policy) -> Result<Self, reqwest::Error> {
        // Fails only if somebody has chosen a provider before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder()
            .user_agent(concat!("switchyard-webhooks/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT);
        let builder = match policy.allow_private {
            true => builder,
            false => builder
                .https_only(true)
                .dns_resolver(std::sync::Arc::new(Guarded)),
        };
        Ok(Self {
            client: builder.build()?,
            policy,
        })
    }

    async fn attempt(&self, parcel: Parcel) -> Result<Answer, &'static str> {
        let url = check_url(&parcel.url, self.policy).map_err(|_| NOT_ALLOWED)?;
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in [
            ("webhook-id", parcel.id),
            ("webhook-timestamp", parcel.timestamp.to_string()),
            ("webhook-signature", parcel.signature),
        ] {
            let value = HeaderValue::try_from(value).map_err(|_| NOT_SENDABLE)?;
            headers.insert(name, value);
        }
        let request = self.client.post(url).headers(headers).body(parcel.body);
        let response = request.send().await.map_err(|error| reason(&error))?;
        Ok(Answer::read(response).await)
    }
}

#[async_trait]
impl Carrier for HttpCarrier {
    async fn carry(&self, parcel: Parcel) -> Reply {
        let begun = Instant::now();
        let outcome = self.attempt(parcel).await;
        let took = begun.elapsed();
        match outcome {
            Ok(answer) => Reply {
                status: Some(answer.status),
                error: (300..400)
                    .contains(&answer.status)
                    .then_some("redirections are not followed"),
                excerpt: answer.excerpt,
                retry_after: answer.retry_after,
                took,
            },
            Err(reason) => Reply {
                status: None,
                error: Some(reason),
                excerpt: None,
                retry_after: None,
                took,
            },
        }
    }
}

/// As much of an answer as counts.
struct Answer {
    status: u16,
    excerpt: Option<String>,
    retry_after: Option<String>,
}

impl Answer {
    /// Once the status is there the message was answered, whatever becomes of the rest.
    async fn read(mut response: Response) -> Self {
        let status = response.status().as_u16();
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let mut begins = Vec::new();
        while begins.len() < EXCERPT {
            match response.chunk().await {
                Ok(Some(chunk)) => begins.extend(chunk.iter().take(EXCERPT - begins.len())),
                Ok(None) | Err(_) => break,
            }
        }
        let excerpt: String = String::from_utf8_lossy(&begins)
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        Self {
            status,
            excerpt: Some(excerpt).filter(|text| !text.trim().is_empty()),
            retry_after,
        }
    }
}

/// In words that repeat nothing of the URL.
fn reason(error: &reqwest::Error) -> &'static str {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<Forbidden>() {
            return NOT_ALLOWED;
        }
        cause = error.source();
    }
    match error {
        error if error.is_timeout() => "no answer in time",
        error if error.is_connect() => NO_CONNECTION,
        _ => "the connection broke",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn attempt(url: &str, policy: Policy) -> Reply {
        let parcel = Parcel {
            url: url.to_owned(),
            id: "msg_1".to_owned(),
            timestamp: 1,
            signature: "v1,".to_owned(),
            body: "{}".to_owned(),
        };
        HttpCarrier::new(policy).unwrap().carry(parcel).await
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_private_address_is_not_connected_to() {
        let outside = Policy::default();
        for url in [
            "https://localhost:1/",
            "https://127.0.0.1:1/",
            "http://hooks.example/",
        ] {
            assert_eq!(
                attempt(url, outside).await.error,
                Some("address not allowed"),
                "{url}"
            );
        }
        let inside = Policy { allow_private: true };
        assert_eq!(
            attempt("http://localhost:1/", inside).await.error,
            Some("no connection")
        );
    }
}
