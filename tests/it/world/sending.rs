//! Sending and redeeming, as an app does it, and what an administrator can ask for.

use reqwest::Method;
use serde_json::Value;

use super::{ADMIN_KEY, Answer, Rider, World};

impl Rider {
    /// Sends passes and books to whoever gets the link.
    pub(crate) async fn send(&self, items: &[&str], expires: Option<&str>) -> Answer {
        let items = items.join(",");
        let mut form = vec![("items", items.as_str())];
        form.extend(expires.map(|at| ("expiration_timestamp", at)));
        self.post("/pass_transfer").keyed().form(&form).send().await
    }

    /// Redeems a link.
    pub(crate) async fn redeem(&self, link: &str) -> Answer {
        let form = [("link", link)];
        self.post("/redeem").keyed().form(&form).send().await
    }

    /// Looks at a link.
    pub(crate) async fn look_at(&self, link: &str) -> Answer {
        self.get(&look(link)).send().await
    }

    /// Buys one item, and gives its id.
    pub(crate) async fn buy_item(&self, fare: &str) -> String {
        let before = items(&self.wallet().await.body);
        self.buy(fare, "pm_card_visa").await.ok();
        let mut after = items(&self.wallet().await.body);
        after.retain(|id| !before.contains(id));
        assert_eq!(after.len(), 1, "{after:?}");
        after.remove(0)
    }
}

/// The path that looks at a link.
pub(crate) fn look(link: &str) -> String {
    let mut query = String::new();
    for byte in link.bytes() {
        if byte.is_ascii_alphanumeric() {
            query.push(char::from(byte));
        } else {
            query.extend(format!("%{byte:02X}").chars());
        }
    }
    format!("/redeem?link={query}")
}

/// Books, and passes that are in none.
fn items(wallet: &Value) -> Vec<String> {
    let passes = wallet["passes"].as_array().into_iter().flatten();
    let passes = passes.filter(|pass| pass.get("pass_book_id").is_none());
    let passes = passes.filter_map(|pass| pass["pass_id"].as_str());
    let books = wallet["pass_books"].as_array().into_iter().flatten();
    let books = books.filter_map(|book| book["pass_book_id"].as_str());
    passes.chain(books).map(str::to_owned).collect()
}

impl World {
    /// A call of the admin API in `test`, below the operator Big Blue Bus, under a key if one is given.
    pub(crate) async fn administer(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        key: Option<&str>,
    ) -> Answer {
        let path = format!("/admin/v1/test/operators/bigbluebus/{path}");
        let mut call = self.app().bare(method, &path).bearer(ADMIN_KEY).json(body);
        if let Some(key) = key {
            call = call.header("Idempotency-Key", key);
        }
        call.send().await
    }
}
