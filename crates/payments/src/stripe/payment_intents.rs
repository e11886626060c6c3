//! PaymentIntents on an operator's account.

use domain::{PaymentIntentId, StripeAccountId, StripeCallKey};
use stripe_core::payment_intent::{
    CancelPaymentIntent, CreatePaymentIntent, CreatePaymentIntentOffSession, RetrievePaymentIntent,
};
use stripe_shared::PaymentIntentAllowedPaymentMethodTypes;

use super::{
    call::Call,
    charges::{Fee, fee_of, refuse},
    client::Stripe,
    customers::map_of,
};
use crate::{NewPaymentIntent, Outcome, PaymentFacts, Platform};

impl Stripe {
    pub(super) async fn pay_with_method(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        payment: &NewPaymentIntent,
    ) -> Outcome<PaymentFacts> {
        let currency = super::charges::currency_of(payment.amount);
        let request = CreatePaymentIntent::new(payment.amount.amount, currency)
            .payment_method(payment.payment_method.as_str())
            .allowed_payment_method_types(vec![PaymentIntentAllowedPaymentMethodTypes::Card])
            .confirm(true)
            .off_session(CreatePaymentIntentOffSession::Bool(true))
            .metadata(map_of(&payment.metadata));
        let request = match fee_of(payment.amount, payment.application_fee) {
            Fee::None => request,
            Fee::Some(fee) => request.application_fee_amount(fee),
            Fee::Wrong(why) => return refuse(why),
        };
        let call = Call::write("create_payment_intent", platform, key).on(account);
        self.ask(call, &request, PaymentFacts::read).await
    }

    pub(super) async fn give_up_payment_intent(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        payment_intent: &PaymentIntentId,
    ) -> Outcome<PaymentFacts> {
        let request = CancelPaymentIntent::new(payment_intent.as_str());
        let call = Call::write("cancel_payment_intent", platform, key).on(account);
        self.ask(call, &request, PaymentFacts::read).await
    }

    pub(super) async fn read_payment_intent(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        payment_intent: &PaymentIntentId,
    ) -> Outcome<PaymentFacts> {
        // Only the charge says how much of it was given back.
        let request =
            RetrievePaymentIntent::new(payment_intent.as_str()).expand(vec!["latest_charge".to_owned()]);
        let call = Call::read("retrieve_payment_intent", platform).on(account);
        self.ask(call, &request, PaymentFacts::read).await
    }
}
