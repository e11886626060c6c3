//! A rider's app, as its developer would write it: plain HTTP, nothing of the engine's own code.

use anyhow::{Context, ensure};
use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::Value;

use super::stage::Stage;

const KEY: &str = "sk_test_cityhop_demo_0000000000";
const PASSES_STATE: &str = "token-transit-passes-state";

/// An answer of the ticketing API.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) state: Option<String>,
    pub(crate) body: Value,
}

impl Reply {
    /// A text somewhere in the body, by JSON pointer.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The error code, if it is an error.
    pub(crate) fn code(&self) -> &str {
        self.text("/code")
    }

    /// The passes in it.
    pub(crate) fn passes(&self) -> &[Value] {
        self.body
            .get("passes")
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }
}

/// A rider with a device, logged in.
pub(crate) struct Rider<'a> {
    stage: &'a Stage,
    jwt: String,
    cookie: String,
    state: String,
}

impl<'a> Rider<'a> {
    /// Gets a JWT, logs in with it, and lists the passes.
    pub(crate) async fn log_in(stage: &'a Stage, subject: &str, device: &str) -> anyhow::Result<Self> {
        let email = format!("{subject}@example.com");
        let form = [("sub", subject), ("email", email.as_str()), ("device_id", device)];
        let minted = call(stage, Method::POST, "/auth/testing/jwt")
            .form(&form)
            .send()
            .await?;
        ensure!(minted.status().is_success(), "no JWT was minted");
        let jwt = minted.text().await?;
        let login = call(stage, Method::POST, "/user/login")
            .bearer_auth(&jwt)
            .send()
            .await?;
        ensure!(login.status().is_success(), "the login was refused");
        let cookie = login
            .headers()
            .get(header::SET_COOKIE)
            .context("no login session")?
            .to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let mut rider = Self {
            stage,
            jwt,
            cookie,
            state: String::new(),
        };
        rider.list().await?;
        Ok(rider)
    }

    /// Lists all passes, and remembers the state they are in.
    pub(crate) async fn list(&mut self) -> anyhow::Result<Reply> {
        let reply = self
            .get("/pass?ticket_format=none&omit_unusable_passes=false")
            .await?;
        self.remember(&reply);
        Ok(reply)
    }

    /// Buys one of a fare.
    pub(crate) async fn buy(
        &mut self,
        agency: &str,
        fare: &str,
        card: &str,
        key: &str,
    ) -> anyhow::Result<Reply> {
        let form = [
            ("a", agency),
            ("fare_id", fare),
            ("stripe_token", card),
            ("ticket_format", "none"),
        ];
        self.post("/purchase", &form, Some(key)).await
    }

    /// Activates a pass on this device.
    pub(crate) async fn activate(&mut self, pass: &str) -> anyhow::Result<Reply> {
        self.post(
            &format!("/pass/{pass}/activate"),
            &[("ticket_format", "html_raw")],
            None,
        )
        .await
    }

    /// Any GET.
    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Reply> {
        let request = call(self.stage, Method::GET, path).header(header::COOKIE, &self.cookie);
        reply(request).await
    }

    /// Any POST; the state that the answer carries is remembered.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
        key: Option<&str>,
    ) -> anyhow::Result<Reply> {
        let mut request = call(self.stage, Method::POST, path)
            .header(header::COOKIE, &self.cookie)
            .header(PASSES_STATE, &self.state)
            .form(form);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let reply = reply(request).await?;
        self.remember(&reply);
        Ok(reply)
    }

    /// Hands in a card by Coord's Users API.
    pub(crate) async fn keep_card(&self, token: &str) -> anyhow::Result<Reply> {
        let url = format!(
            "{}/v1/users/user/current/stripe_info?access_key={KEY}",
            self.stage.base
        );
        let body = serde_json::json!({ "coord_targeted_token": token });
        reply(self.stage.client.post(url).bearer_auth(&self.jwt).json(&body)).await
    }

    /// Any call of Coord's Parking Access API.
    pub(crate) async fn access(&self, method: Method, path: &str) -> anyhow::Result<Reply> {
        let url = format!("{}/v1/access/parking/{path}?access_key={KEY}", self.stage.base);
        reply(self.stage.client.request(method, url).bearer_auth(&self.jwt)).await
    }

    fn remember(&mut self, reply: &Reply) {
        if let Some(state) = &reply.state {
            self.state.clone_from(state);
        }
    }
}

fn call(stage: &Stage, method: Method, path: &str) -> RequestBuilder {
    stage
        .client
        .request(method, format!("{}{path}", stage.base))
        .header("Token-Transit-Api-Key", KEY)
        .header("Token-Transit-Api-Version", "2020-05-21")
}

async fn reply(request: RequestBuilder) -> anyhow::Result<Reply> {
    let answer = request.send().await?;
    let state = answer
        .headers()
        .get(PASSES_STATE)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let status = answer.status();
    let text = answer.text().await?;
    let body = serde_json::from_str(&text).with_context(|| format!("not JSON ({status}): {text}"))?;
    Ok(Reply { status, state, body })
}
