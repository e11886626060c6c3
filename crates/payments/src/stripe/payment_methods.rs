//! PaymentMethods: saved on a customer, and cloned onto an operator's account.

use domain::{CustomerId, PaymentMethodId, StripeAccountId, StripeCallKey};
use stripe_payment::payment_method::{AttachPaymentMethod, CreatePaymentMethod};

use super::{call::Call, client::Stripe};
use crate::{Outcome, Platform, facts::payment_method_of};

impl Stripe {
    pub(super) async fn save_payment_method(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        customer: &CustomerId,
        payment_method: &PaymentMethodId,
    ) -> Outcome<PaymentMethodId> {
        let request = AttachPaymentMethod::new(payment_method.as_str()).customer(customer.as_str());
        let call = Call::write("attach_payment_method", platform, key);
        self.ask(call, &request, payment_method_of).await
    }

    pub(super) async fn make_clone(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        customer: &CustomerId,
        payment_method: &PaymentMethodId,
    ) -> Outcome<PaymentMethodId> {
        let request = CreatePaymentMethod::new()
            .customer(customer.as_str())
            .payment_method(payment_method.as_str());
        let call = Call::write("clone_payment_method", platform, key).on(account);
        self.ask(call, &request, payment_method_of).await
    }
}
