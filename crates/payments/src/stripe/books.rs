//! What Stripe's books say of an account, a page at a time.

use domain::StripeAccountId;
use serde::Serialize;
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::{call::Call, client::Stripe};
use crate::{BalanceFacts, Listed, Outcome, PayoutFacts, Platform, request::ListPage};

#[derive(Serialize)]
struct Query<'a> {
    limit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_after: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payout: Option<&'a str>,
}

fn request(path: &str, page: &ListPage) -> RequestBuilder {
    RequestBuilder::new(StripeMethod::Get, path).query(&Query {
        limit: page.limit,
        starting_after: page.after.as_deref(),
        payout: page.payout.as_deref(),
    })
}

impl Stripe {
    pub(super) async fn read_balance(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        page: &ListPage,
    ) -> Outcome<Listed<BalanceFacts>> {
        let call = Call::read("list_balance", platform).on(account);
        let request = request("/balance_transactions", page);
        self.ask_raw(call, request, |list| Listed::read(list, BalanceFacts::read))
            .await
    }

    pub(super) async fn read_payouts(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        page: &ListPage,
    ) -> Outcome<Listed<PayoutFacts>> {
        let call = Call::read("list_payouts", platform).on(account);
        let request = request("/payouts", page);
        self.ask_raw(call, request, |list| Listed::read(list, PayoutFacts::read))
            .await
    }
}
