//! Whoever administers.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ADMIN_KEY, Answer, App, Call, World};

/// Somebody with a key to the admin API, at work on `test`.
#[derive(Clone)]
pub(crate) struct Desk {
    app: App,
    key: String,
}

impl Desk {
    /// Whoever runs the marketplace.
    pub(crate) fn of(world: &World) -> Self {
        Self::with(world, ADMIN_KEY)
    }

    fn with(world: &World, key: &str) -> Self {
        Self {
            app: world.app(),
            key: key.to_owned(),
        }
    }

    /// Somebody with a key of a role: `{"role": "operator_admin", "operator": …}`.
    pub(crate) async fn hire(&self, role: &Value) -> Self {
        let mut body = role.clone();
        body["label"] = json!("a colleague");
        let issued = self.post("/access-keys", &body).await.ok();
        Self {
            app: self.app.clone(),
            key: issued.body["key"].as_str().expect("a key").to_owned(),
        }
    }

    /// The key itself.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// A call below `/admin/v1/test`.
    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        self.app
            .bare(method, &format!("/admin/v1/test{path}"))
            .bearer(&self.key)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path).json(body).send().await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PUT, path).json(body).send().await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PATCH, path).json(body).send().await
    }

    /// The kinds of events that an operator's history has.
    pub(crate) async fn events(&self, operator: &str) -> Vec<String> {
        let history = self.get(&format!("/operators/{operator}/history")).await.ok();
        let data = history.body["data"].as_array().unwrap().iter();
        data.map(|it| it["event"].as_str().unwrap().to_owned()).collect()
    }

    /// Whether riders of an app can buy from an operator, and the codes of what is in the way.
    pub(crate) async fn selling(&self, operator: &str, app: &str) -> (bool, Vec<String>) {
        let shown = self.get(&format!("/operators/{operator}")).await.ok();
        let selling = shown.body["selling"].as_array().unwrap().iter();
        let found = selling
            .into_iter()
            .find(|it| it["app_id"] == app)
            .expect("the app is named")
            .clone();
        let obstacles = found["obstacles"].as_array().unwrap().iter();
        let codes = obstacles
            .map(|it| it["code"].as_str().unwrap().to_owned())
            .collect();
        (found["transactable"] == true, codes)
    }
}
