//! A server and a bare HTTP client: what a Stripe client sends, without one.

use reqwest::header::HeaderMap;
use serde_json::Value;
use stripe_sim::{Config, Control, Server};

pub(crate) const KEY: &str = "sk_test_platform";
pub(crate) const OPERATOR: &str = "acct_operator";

pub(crate) struct Sim {
    pub(crate) server: Server,
    pub(crate) http: reqwest::Client,
}

/// A request being put together.
pub(crate) struct Ask<'a> {
    request: reqwest::RequestBuilder,
    _sim: &'a Sim,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    pub(crate) fn int(&self, pointer: &str) -> i64 {
        self.body
            .pointer(pointer)
            .and_then(Value::as_i64)
            .unwrap_or(i64::MIN)
    }

    pub(crate) fn id(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.body);
        self.text("/id").to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn code(&self) -> &str {
        self.text("/error/code")
    }

    pub(crate) fn message(&self) -> &str {
        self.text("/error/message")
    }

    /// The ids of a list.
    pub(crate) fn ids(&self) -> Vec<String> {
        let data = self.body["data"].as_array().unwrap();
        data.iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect()
    }
}

impl Ask<'_> {
    pub(crate) fn key(mut self, key: &str) -> Self {
        self.request = self.request.header("idempotency-key", key);
        self
    }

    pub(crate) fn version(mut self, version: &str) -> Self {
        self.request = self.request.header("stripe-version", version);
        self
    }

    pub(crate) fn on(mut self, account: &str) -> Self {
        self.request = self.request.header("stripe-account", account);
        self
    }

    pub(crate) async fn try_send(self) -> Result<Answer, reqwest::Error> {
        let response = self.request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        Ok(Answer {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        })
    }

    pub(crate) async fn send(self) -> Answer {
        self.try_send().await.unwrap()
    }
}

impl Sim {
    pub(crate) async fn start() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let server = Server::start(config).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { server, http }
    }

    /// With one enabled connected account.
    pub(crate) async fn connected() -> Self {
        let sim = Self::start().await;
        sim.control().create_linked_account(KEY, OPERATOR).unwrap();
        sim
    }

    pub(crate) fn control(&self) -> Control {
        self.server.control()
    }

    fn ask(&self, request: reqwest::RequestBuilder, key: &str) -> Ask<'_> {
        Ask {
            request: request.bearer_auth(key),
            _sim: self,
        }
    }

    pub(crate) fn post(&self, path: &str, form: &str) -> Ask<'_> {
        self.post_as(KEY, path, form)
    }

    pub(crate) fn post_as(&self, key: &str, path: &str, form: &str) -> Ask<'_> {
        let request = self
            .http
            .post(self.server.url() + path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        self.ask(request, key)
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.get_as(KEY, path)
    }

    pub(crate) fn get_as(&self, key: &str, path: &str) -> Ask<'_> {
        self.ask(self.http.get(self.server.url() + path), key)
    }

    pub(crate) fn delete(&self, path: &str) -> Ask<'_> {
        self.ask(self.http.delete(self.server.url() + path), KEY)
    }

    /// A customer of the platform with this test card saved.
    pub(crate) async fn customer(&self, source: &str) -> String {
        self.post("/v1/customers", &format!("source={source}"))
            .send()
            .await
            .id()
    }

    /// A platform customer and its PaymentMethod.
    pub(crate) async fn rider(&self, method: &str) -> (String, String) {
        let customer = self.post("/v1/customers", "").send().await.id();
        let attach = format!("/v1/payment_methods/{method}/attach");
        let method = self
            .post(&attach, &format!("customer={customer}"))
            .send()
            .await
            .id();
        (customer, method)
    }

    /// The platform's PaymentMethod cloned into the operator's account.
    pub(crate) async fn clone_of(&self, method: &str) -> String {
        let (customer, method) = self.rider(method).await;
        let form = format!("customer={customer}&payment_method={method}");
        self.post("/v1/payment_methods", &form)
            .on(OPERATOR)
            .send()
            .await
            .id()
    }

    /// A paid intent of the operator over 10.00 with a fee of 1.00.
    pub(crate) async fn paid(&self) -> Answer {
        let method = self.clone_of("pm_card_visa").await;
        let form = format!(
            "amount=1000&currency=usd&payment_method={method}&confirm=true&off_session=true&application_fee_amount=100"
        );
        let intent = self.post("/v1/payment_intents", &form).on(OPERATOR).send().await;
        assert_eq!(intent.text("/status"), "succeeded", "{}", intent.body);
        intent
    }
}
