//! A rider's app: logs in once, saves a card with the first purchase, buys again and again.

use reqwest::{Client, RequestBuilder, Response};

/// An app of the demo marketplace, by its publishable key.
const API_KEY: &str = "pk_test_cityhop_demo_0000000000";
const STATE: &str = "token-transit-passes-state";

/// One rider with a session, a saved card and a wallet.
pub(crate) struct Rider {
    name: String,
    cookie: String,
    /// The state of the wallet as last shown.
    state: String,
    bought: u32,
}

impl Rider {
    /// Logs in and buys once, which saves the card.
    pub(crate) async fn new(client: &Client, base: &str, number: usize) -> Self {
        let name = format!("rider-{number}");
        let email = format!("{name}@bench.example");
        let claims = [
            ("sub", name.as_str()),
            ("email", &email),
            ("device_id", "device-1"),
        ];
        let minted = client.post(format!("{base}/auth/testing/jwt")).form(&claims);
        let jwt = good(identified(minted)).await.text().await.unwrap();
        let login = client.post(format!("{base}/user/login")).bearer_auth(jwt);
        let cookie = cookie_of(&good(identified(login)).await);
        let list = client.get(format!("{base}/pass?ticket_format=html_base64"));
        let listed = good(identified(list).header("cookie", &cookie)).await;
        let mut rider = Self {
            state: state_of(&listed).unwrap(),
            name,
            cookie,
            bought: 0,
        };
        let first = rider.buy(client, base).await;
        assert!(first.is_ok(), "the first purchase: {first:?}");
        rider
    }

    /// Buys a single ride, as a new request with a key of its own, and reads the whole answer.
    pub(crate) async fn buy(&mut self, client: &Client, base: &str) -> Result<(), String> {
        self.bought += 1;
        let form = [
            ("a", "bigbluebus"),
            ("fare_id", "regular_single_ride"),
            ("stripe_token", "pm_card_visa"),
            ("ticket_format", "html_base64"),
        ];
        let request = identified(client.post(format!("{base}/purchase")))
            .header("cookie", &self.cookie)
            .header(STATE, &self.state)
            .header("idempotency-key", format!("{}-{}", self.name, self.bought))
            .form(&form);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let (status, state) = (answer.status(), state_of(&answer));
        let body = answer.bytes().await.map_err(|error| error.to_string())?;
        match state {
            Some(state) if status.is_success() => {
                self.state = state;
                Ok(())
            }
            _ => Err(format!("{status}: {}", String::from_utf8_lossy(&body))),
        }
    }
}

fn identified(request: RequestBuilder) -> RequestBuilder {
    request
        .header("token-transit-api-key", API_KEY)
        .header("token-transit-api-version", "2020-05-21")
}

async fn good(request: RequestBuilder) -> Response {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    match status.is_success() {
        true => answer,
        false => panic!("{status}: {}", answer.text().await.unwrap()),
    }
}

fn state_of(answer: &Response) -> Option<String> {
    Some(answer.headers().get(STATE)?.to_str().ok()?.to_owned())
}

/// `name=value` of the cookie that the answer sets. It is for HTTPS only, so no cookie jar would send it here.
fn cookie_of(answer: &Response) -> String {
    let set = answer.headers().get("set-cookie").unwrap().to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}
