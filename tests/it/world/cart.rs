//! Carts as a client fills and buys them.

use serde_json::Value;

use super::{Answer, Rider, fresh_key, repository};

/// A marketplace with fares that the demo does without.
pub(crate) fn fares_marketplace() -> std::path::PathBuf {
    repository().join("tests/marketplaces/fares.yaml")
}

impl Rider {
    /// `POST /cart`
    pub(crate) async fn cart(&self, form: &[(&str, &str)]) -> Answer {
        self.post("/cart").form(form).send().await
    }

    /// Buys what is in a cart, under a key of its own.
    pub(crate) async fn buy_cart(&self, token: &str) -> Answer {
        let state = self.state().await;
        self.buy_cart_as(token, &state, &fresh_key()).await
    }

    /// The same, as it is sent.
    pub(crate) async fn buy_cart_as(&self, token: &str, state: &str, key: &str) -> Answer {
        let form = [
            ("cart_token", token),
            ("stripe_token", "pm_card_visa"),
            ("ticket_format", "none"),
        ];
        self.post("/purchase")
            .header("Idempotency-Key", key)
            .header("Token-Transit-Passes-State", state)
            .form(&form)
            .send()
            .await
    }
}

/// The token of a cart that was answered.
#[track_caller]
pub(crate) fn token(cart: &Value) -> &str {
    cart["cart_token"].as_str().expect("a cart has a token")
}
