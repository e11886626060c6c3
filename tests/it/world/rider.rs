//! Somebody who rides.

use serde_json::Value;

use super::{Answer, App, Call, Order};

/// A rider on one device, logged in.
#[derive(Clone)]
pub(crate) struct Rider {
    pub app: App,
    pub jwt: String,
    pub session: String,
}

/// What a rider is shown of the passes.
#[derive(Debug, Clone)]
pub(crate) struct Wallet {
    /// What to send back.
    pub state: String,
    /// The whole answer.
    pub body: Value,
}

impl Rider {
    pub(crate) async fn log_in(app: App, subject: &str, device: &str) -> Self {
        let jwt = app.jwt(subject, device).await;
        let login = app.post("/user/login").bearer(&jwt).send().await.ok();
        let session = login.session().expect("a JWT opens a session");
        Self { app, jwt, session }
    }

    /// A call in this rider's name.
    pub(crate) fn get(&self, path: &str) -> Call {
        self.app.get(path).session(&self.session)
    }

    /// A call in this rider's name.
    pub(crate) fn post(&self, path: &str) -> Call {
        self.app.post(path).session(&self.session)
    }

    /// Every pass, usable or not.
    pub(crate) async fn wallet(&self) -> Wallet {
        let listed = self
            .get("/pass?ticket_format=html_base64&omit_unusable_passes=false")
            .send()
            .await
            .ok();
        Wallet {
            state: listed.state(),
            body: listed.body,
        }
    }

    /// The present state of the passes.
    pub(crate) async fn state(&self) -> String {
        self.wallet().await.state
    }

    /// A purchase, ready to be sent.
    pub(crate) fn purchase(&self, order: &Order) -> Call {
        self.post("/purchase")
            .header("Idempotency-Key", &order.key)
            .header("Token-Transit-Passes-State", &order.state)
            .form(&order.form())
    }

    /// Sends a purchase.
    pub(crate) async fn place(&self, order: &Order) -> Answer {
        self.purchase(order).send().await
    }

    /// Looks at the passes and buys.
    pub(crate) async fn buy(&self, fare: &str, card: &str) -> Answer {
        let state = self.state().await;
        self.place(&Order::of(fare, card, &state)).await
    }

    /// Activates a pass in a state of the wallet.
    pub(crate) async fn activate_in(&self, pass: &str, state: &str) -> Answer {
        self.post(&format!("/pass/{pass}/activate"))
            .header("Token-Transit-Passes-State", state)
            .form(&[
                ("ticket_format", "html_base64"),
                ("omit_unusable_passes", "false"),
            ])
            .send()
            .await
    }

    /// Looks at the passes and activates one.
    pub(crate) async fn activate(&self, pass: &str) -> Answer {
        let state = self.state().await;
        self.activate_in(pass, &state).await
    }
}

impl Wallet {
    /// All passes, rides of books included.
    pub(crate) fn passes(&self) -> &[Value] {
        self.body["passes"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The status of a pass.
    #[track_caller]
    pub(crate) fn status_of(&self, pass: &str) -> &str {
        let found = self.passes().iter().find(|it| it["pass_id"] == pass);
        found
            .and_then(|it| it["status"].as_str())
            .expect("the pass is listed")
    }
}
