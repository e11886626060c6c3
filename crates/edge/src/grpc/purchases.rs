//! Buying, and giving back.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use tonic::{Request, Response, Status};

use super::{
    bridge::{Api, Ask, Bridge},
    pb::{
        Cart, CreatePurchaseRequest, FillCartRequest, GetRefundRequest, ListRefundsRequest,
        ListRefundsResponse, ListSalesRequest, ListSalesResponse, Pass, PurchaseAndActivateRequest, Refund,
        RefundByOperatorRequest, RetryRefundRequest, Wallet, purchases_server::Purchases,
    },
};

/// `switchyard.v1.Purchases`
pub(super) struct PurchasesFace(pub(super) Bridge);

/// Maps of protos have no order; requests that are repeated do.
fn fares(ask: Ask, map: &str, fares: HashMap<String, u32>) -> Ask {
    let mut fares: Vec<(String, u32)> = fares.into_iter().collect();
    fares.sort();
    let with = |ask: Ask, (fare, quantity): (String, u32)| ask.with(&format!("{map}[{fare}]"), quantity);
    fares.into_iter().fold(ask, with)
}

#[expect(clippy::needless_pass_by_value, reason = "as every call takes its message")]
fn refund(wanted: RefundByOperatorRequest) -> Ask {
    let path = ["operators", &wanted.operator_id, "refunds"];
    let mut said = Map::new();
    let mut say = |name: &str, value: Value| said.insert(name.to_owned(), value);
    say("reason", json!(wanted.reason));
    say("override_rules", json!(wanted.override_rules));
    if !wanted.purchase_id.is_empty() {
        say("purchase", json!(wanted.purchase_id));
    }
    if !wanted.pass_id.is_empty() {
        say("pass", json!(wanted.pass_id));
    }
    if !wanted.items.is_empty() {
        say("items", json!(wanted.items));
    }
    if let Some(amount) = wanted.amount {
        say("amount", json!(amount));
    }
    Ask::post(&path).json(Value::Object(said))
}

#[tonic::async_trait]
impl Purchases for PurchasesFace {
    async fn fill_cart(&self, request: Request<FillCartRequest>) -> Result<Response<Cart>, Status> {
        let ask = |it: FillCartRequest| {
            let ask = Ask::post(&["cart"])
                .with("a", it.agency_id)
                .with("cart_token", it.cart_token);
            let ask = fares(ask, "add_fares", it.add_fares);
            let ask = fares(ask, "update_fares", it.update_fares);
            fares(ask, "remove_fares", it.remove_fares)
        };
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn create_purchase(
        &self,
        request: Request<CreatePurchaseRequest>,
    ) -> Result<Response<Wallet>, Status> {
        let ask = |it: CreatePurchaseRequest| {
            Ask::post(&["purchase"])
                .with("a", it.agency_id)
                .with("fare_id", it.fare_id)
                .with("cart_token", it.cart_token)
                .with("stripe_token", it.stripe_token)
                .seen(it.passes_state)
                .shown(it.shown)
        };
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn purchase_and_activate(
        &self,
        request: Request<PurchaseAndActivateRequest>,
    ) -> Result<Response<Pass>, Status> {
        let ask = |it: PurchaseAndActivateRequest| {
            Ask::post(&["agency", &it.agency_id, "fare", &it.fare_id, "purchase"])
                .with("stripe_token", it.stripe_token)
                .shown(it.shown)
        };
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn list_sales(
        &self,
        request: Request<ListSalesRequest>,
    ) -> Result<Response<ListSalesResponse>, Status> {
        let ask = |it: ListSalesRequest| Ask::get(&["operators", &it.operator_id, "sales"]).page(it.page);
        self.0.call(Api::Admin, request, ask).await
    }

    async fn refund_by_operator(
        &self,
        request: Request<RefundByOperatorRequest>,
    ) -> Result<Response<Refund>, Status> {
        self.0.call(Api::Admin, request, refund).await
    }

    async fn retry_refund(&self, request: Request<RetryRefundRequest>) -> Result<Response<Refund>, Status> {
        let ask = |it: RetryRefundRequest| {
            Ask::post(&["operators", &it.operator_id, "refunds", &it.refund_id, "retry"])
        };
        self.0.call(Api::Admin, request, ask).await
    }

    async fn get_refund(&self, request: Request<GetRefundRequest>) -> Result<Response<Refund>, Status> {
        let ask = |it: GetRefundRequest| Ask::get(&["operators", &it.operator_id, "refunds", &it.refund_id]);
        self.0.call(Api::Admin, request, ask).await
    }

    async fn list_refunds(
        &self,
        request: Request<ListRefundsRequest>,
    ) -> Result<Response<ListRefundsResponse>, Status> {
        let ask = |it: ListRefundsRequest| Ask::get(&["operators", &it.operator_id, "refunds"]).page(it.page);
        self.0.call(Api::Admin, request, ask).await
    }
}
