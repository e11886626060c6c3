//! What riders' banks want back.

use domain::{DisputeId, StripeAccountId};
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::{call::Call, client::Stripe};
use crate::{DisputeFacts, Outcome, Platform};

impl Stripe {
    pub(super) async fn read_dispute(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        dispute: &DisputeId,
    ) -> Outcome<DisputeFacts> {
        let call = Call::read("retrieve_dispute", platform).on(account);
        let request = RequestBuilder::new(StripeMethod::Get, format!("/disputes/{dispute}"));
        self.ask_raw(call, request, DisputeFacts::read).await
    }
}
