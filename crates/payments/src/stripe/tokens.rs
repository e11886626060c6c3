//! Re-tokenization: a token of a customer's card that pays once, on one connected account.

use domain::{CustomerId, SourceId, StripeAccountId, StripeCallKey};
use stripe_core::token::{CreateToken, CreateTokenCard};

use super::{call::Call, client::Stripe};
use crate::{Outcome, Platform, SingleUseToken, facts::token_of};

impl Stripe {
    pub(super) async fn make_token(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        customer: &CustomerId,
        source: Option<&SourceId>,
    ) -> Outcome<SingleUseToken> {
        let request = CreateToken::new().customer(customer.as_str());
        let request = match source {
            Some(source) => request.card(CreateTokenCard::String(source.as_str().to_owned())),
            None => request,
        };
        let call = Call::write("create_token", platform, key).on(account);
        self.ask(call, &request, token_of).await
    }
}
