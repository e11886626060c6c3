//! The `fake` environment: the published examples as printed, and the names the document gives away.
//!
//! It has no store, so one is enough here.

mod access;
mod buying;
mod names;
mod published;
mod redeeming;
mod shape;
mod traces;

use crate::world::{App, Call, Store, World};

/// A well-formed key. Nobody ever issued it.
const SECRET_KEY: &str = "sk_fake_1234567890abcXYZ";
const PUBLISHABLE_KEY: &str = "pk_fake_1234567890abcXYZ";

/// The state of the passes, which is always the same.
const STATE: &str = "ZmFrZS1wYXNzZXMtc3RhdGU";

/// Somebody who uses the fake API.
struct Fake {
    world: World,
    app: App,
    session: String,
}

impl Fake {
    /// A rider who is logged in.
    async fn start() -> Self {
        let world = World::start(Store::Sqlite).await;
        let app = world.app_with(SECRET_KEY);
        let jwt = published_jwt(&app).await;
        let login = app.post("/user/login").bearer(&jwt).send().await.ok();
        let session = login.session().expect("a JWT opens a session");
        Self { world, app, session }
    }

    fn get(&self, path: &str) -> Call {
        self.app.get(path).session(&self.session)
    }

    fn post(&self, path: &str, form: &[(&str, &str)]) -> Call {
        self.app.post(path).session(&self.session).form(form)
    }

    /// A single ride, paid with this.
    fn buy(&self, card: &str) -> Call {
        let form = [
            ("a", "bigbluebus"),
            ("fare_id", "regular_single_ride"),
            ("stripe_token", card),
            ("ticket_format", "none"),
        ];
        self.post("/purchase", &form)
    }

    fn activate(&self, pass: &str) -> Call {
        let form = [
            ("ticket_format", "html_base64"),
            ("omit_unusable_passes", "false"),
        ];
        self.post(&format!("/pass/{pass}/activate"), &form)
    }
}

/// The printed JWT, as the mint hands it out.
async fn published_jwt(app: &App) -> String {
    let form = [("sub", "ann"), ("email", "ann@example.com")];
    app.post("/auth/testing/jwt").form(&form).send().await.ok().text
}
