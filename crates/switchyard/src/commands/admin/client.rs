//! The admin API as a client sees it.

use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::{Method, RequestBuilder, multipart::Form};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::config::{ADMIN_KEY_FILE, EnvironmentName, ServerArgs};

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait for the answer: longer than a server takes at most.
const TIMEOUT: Duration = Duration::from_mins(2);

/// How often something is asked that the server could not answer now. It is asked under one key, so that it is done
/// once.
const ATTEMPTS: u32 = 3;

/// Asks a server.
pub(crate) struct AdminClient {
    client: reqwest::Client,
    url: String,
    base: String,
    key: String,
}

/// Problem details (RFC 9457).
#[derive(Deserialize)]
struct Problem {
    title: String,
    detail: String,
    #[serde(default)]
    errors: Vec<String>,
}

impl AdminClient {
    /// Asks as whoever holds the key that is given, or else that lies in the working directory.
    pub(crate) fn new(server: &ServerArgs) -> anyhow::Result<Self> {
        let key = match &server.admin_key {
            Some(key) => key.clone(),
            None => std::fs::read_to_string(ADMIN_KEY_FILE).with_context(|| {
                format!("give --admin-key, or run where the server keeps {ADMIN_KEY_FILE}")
            })?,
        };
        let environment = match server.environment {
            EnvironmentName::Test => "test",
            EnvironmentName::Live => "live",
        };
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .build()
            .context("no HTTP client")?;
        let url = server.url.trim_end_matches('/').to_owned();
        Ok(Self {
            client,
            base: format!("{url}/admin/v1/{environment}"),
            url,
            key: key.trim().to_owned(),
        })
    }

    /// What there is.
    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.answer(&|| self.request(Method::GET, path)).await
    }

    /// A whole list, however many pages it has.
    pub(crate) async fn all(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let (mut found, mut cursor) = (Vec::new(), None::<String>);
        loop {
            // A cursor is made of what may stand in a query as it is.
            let page = match &cursor {
                Some(cursor) => self.get(&format!("{path}?cursor={cursor}")).await?,
                None => self.get(path).await?,
            };
            if let Some(data) = page.get("data").and_then(Value::as_array) {
                found.extend(data.iter().cloned());
            }
            cursor = page.get("next_cursor").and_then(Value::as_str).map(str::to_owned);
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    /// Has something done, once.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.change(Method::POST, path, body).await
    }

    /// Has something be as it is said, once.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.change(Method::PUT, path, body).await
    }

    async fn change(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let key = Uuid::new_v4().to_string();
        self.answer(&|| {
            let request = self.request(method.clone(), path);
            request.header("Idempotency-Key", &key).json(body)
        })
        .await
    }

    /// Sends files, once.
    pub(crate) async fn send(&self, path: &str, form: &(dyn Fn() -> Form + Sync)) -> anyhow::Result<Value> {
        let key = Uuid::new_v4().to_string();
        self.answer(&|| {
            let request = self.request(Method::POST, path);
            request.header("Idempotency-Key", &key).multipart(form())
        })
        .await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        request.bearer_auth(&self.key)
    }

    async fn answer(&self, request: &(dyn Fn() -> RequestBuilder + Sync)) -> anyhow::Result<Value> {
        let mut attempt = 1;
        loop {
            let sent = request().send().await;
            match sent {
                Ok(response) if response.status().is_server_error() && attempt < ATTEMPTS => {}
                Err(error) if !error.is_connect() && !error.is_builder() && attempt < ATTEMPTS => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("no server answers at {}", self.url));
                }
                Ok(response) => {
                    let status = response.status();
                    let body = response.text().await.context("the server's answer broke off")?;
                    if status.is_success() {
                        return serde_json::from_str(&body).context("the server's answer is not understood");
                    }
                    bail!("{}", told(status.as_u16(), &body));
                }
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            attempt += 1;
        }
    }
}

/// A refusal as it is printed: every flaw on a line of its own.
fn told(status: u16, body: &str) -> String {
    match serde_json::from_str::<Problem>(body) {
        Ok(problem) => {
            let told = format!(
                "the server refused ({status} {}): {}",
                problem.title, problem.detail
            );
            problem
                .errors
                .iter()
                .fold(told, |told, flaw| told + "\n  " + flaw)
        }
        Err(_) => format!("the server refused ({status}): {body}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_with_every_flaw() {
        let body = r#"{"title":"Unprocessable Content","detail":"2 problem(s).","errors":["one","two"]}"#;
        assert_eq!(
            told(422, body),
            "the server refused (422 Unprocessable Content): 2 problem(s).\n  one\n  two"
        );
        assert_eq!(told(502, "<html>"), "the server refused (502): <html>");
    }
}
