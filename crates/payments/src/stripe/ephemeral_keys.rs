//! Ephemeral keys for Stripe's mobile libraries.

use domain::CustomerId;
use serde::Serialize;
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::{call::Call, client::Stripe};
use crate::{EphemeralKey, Outcome, Platform, StripeVersion};

/// `POST /v1/ephemeral_keys`. The typed object drops fields that the libraries read.
#[derive(Serialize)]
struct CreateEphemeralKey<'a> {
    customer: &'a str,
}

impl Stripe {
    pub(super) async fn make_ephemeral_key(
        &self,
        platform: &Platform,
        customer: &CustomerId,
        version: &StripeVersion,
    ) -> Outcome<EphemeralKey> {
        let form = CreateEphemeralKey {
            customer: customer.as_str(),
        };
        let request = RequestBuilder::new(StripeMethod::Post, "/ephemeral_keys").form(&form);
        let call = Call {
            version: Some(version),
            ..Call::read("ephemeral_key", platform)
        };
        let outcome = self.transport.send(&call, request).await;
        outcome.map(|body| EphemeralKey::new(body.raw))
    }
}
