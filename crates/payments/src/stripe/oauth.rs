//! OAuth: linking an account that an operator has already. <https://docs.stripe.com/connect/oauth-reference>

use domain::StripeAccountId;
use serde::Serialize;
use serde_json::Value;
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::{call::Call, client::Stripe};
use crate::{Outcome, Platform, Secret, facts::Unreadable};

/// `POST /oauth/token`. The typed API has no OAuth.
#[derive(Serialize)]
struct Token<'a> {
    grant_type: &'static str,
    code: &'a str,
}

/// `POST /oauth/deauthorize`
#[derive(Serialize)]
struct Deauthorize<'a> {
    client_id: &'a str,
    stripe_user_id: &'a str,
}

impl Stripe {
    /// The answer holds keys to the account, too, which nobody here needs: they are dropped unread.
    pub(super) async fn take_code(&self, platform: &Platform, code: &Secret) -> Outcome<StripeAccountId> {
        let form = Token {
            grant_type: "authorization_code",
            code: code.expose(),
        };
        let request = RequestBuilder::new(StripeMethod::Post, "/oauth/token").form(&form);
        self.ask_raw(Call::oauth("oauth_token", platform), request, linked)
            .await
    }

    pub(super) async fn give_up_account(
        &self,
        platform: &Platform,
        client_id: &str,
        account: &StripeAccountId,
    ) -> Outcome<StripeAccountId> {
        let form = Deauthorize {
            client_id,
            stripe_user_id: account.as_str(),
        };
        let request = RequestBuilder::new(StripeMethod::Post, "/oauth/deauthorize").form(&form);
        self.ask_raw(Call::oauth("oauth_deauthorize", platform), request, linked)
            .await
    }
}

fn linked(answer: &Value) -> Result<StripeAccountId, Unreadable> {
    let account = answer.get("stripe_user_id").and_then(Value::as_str);
    account
        .and_then(|account| StripeAccountId::parse(account).ok())
        .ok_or(Unreadable {
            object: "oauth answer",
            field: "stripe_user_id",
        })
}
