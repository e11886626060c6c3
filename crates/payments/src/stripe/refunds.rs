//! Money back.

use std::ops::ControlFlow;

use domain::{RefundId, StripeAccountId, StripeCallKey};
use stripe_client_core::{RequestBuilder, StripeRequest};
use stripe_core::refund::{CreateRefund, ListRefund};

use super::{
    call::Call,
    charges::refuse,
    client::Stripe,
    customers::map_of,
    lists::{PAGE_SIZE, says},
};
use crate::{MetadataKey, NewRefund, Outcome, PaymentRef, Platform, RefundFacts};

impl Stripe {
    pub(super) async fn give_back(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        refund: &NewRefund,
    ) -> Outcome<RefundFacts> {
        if !refund.amount.is_positive() {
            return refuse("amount");
        }
        let request = CreateRefund::new()
            .amount(refund.amount.amount)
            .metadata(map_of(&refund.metadata));
        let request = match &refund.payment {
            PaymentRef::Charge(charge) => request.charge(charge.as_str()),
            PaymentRef::PaymentIntent(intent) => request.payment_intent(intent.as_str()),
        };
        // Stripe refuses the parameter on a payment without a fee, so it is said only where it is wanted.
        let request = if refund.refund_application_fee {
            request.refund_application_fee(true)
        } else {
            request
        };
        let call = Call::write("refund", platform, key).on(account);
        self.ask(call, &request, RefundFacts::read).await
    }

    pub(super) async fn read_refunds(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        payment: &PaymentRef,
    ) -> Outcome<Vec<RefundFacts>> {
        let call = Call::read("list_refunds", platform).on(account);
        let mut refunds = Vec::new();
        let walked = self
            .walk(
                &call,
                |after| page_of(payment, after),
                |item| {
                    refunds.push(RefundFacts::read(item)?);
                    Ok(ControlFlow::Continue(()))
                },
            )
            .await;
        walked.map(|()| refunds)
    }

    pub(super) async fn look_for_refund(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        payment: &PaymentRef,
        refund: &RefundId,
    ) -> Outcome<Option<RefundFacts>> {
        let call = Call::read("find_refund", platform).on(account);
        let mut found = None;
        let walked = self
            .walk(
                &call,
                |after| page_of(payment, after),
                |item| {
                    if !says(item, MetadataKey::Refund, refund.as_str())? {
                        return Ok(ControlFlow::Continue(()));
                    }
                    found = Some(RefundFacts::read(item)?);
                    Ok(ControlFlow::Break(()))
                },
            )
            .await;
        walked.map(|()| found)
    }
}

fn page_of(payment: &PaymentRef, after: Option<&str>) -> RequestBuilder {
    let request = ListRefund::new().limit(PAGE_SIZE);
    let request = match payment {
        PaymentRef::Charge(charge) => request.charge(charge.as_str()),
        PaymentRef::PaymentIntent(intent) => request.payment_intent(intent.as_str()),
    };
    match after {
        Some(after) => request.starting_after(after).build(),
        None => request.build(),
    }
}
