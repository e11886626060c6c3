//! The gateway against the simulator, with one platform and one operator.

use domain::{CustomerId, PaymentMethodId, StripeCallKey};
use payments::{
    Credential, Gateway, Metadata, NewCustomer, Outcome, PaymentFacts, Platform, SingleUseToken, Stripe,
};
use stripe_sim::{Config, Control, Server};

use crate::world::{method, operator, payment, platform, stripe, token_charge};

pub(crate) struct Simulated {
    pub(crate) stripe: Stripe,
    pub(crate) platform: Platform,
    server: Server,
}

impl Simulated {
    pub(crate) async fn start() -> Self {
        let server = Server::start(Config::default()).await.unwrap();
        let platform = platform();
        server
            .control()
            .create_linked_account(platform.secret_key.expose(), operator().as_str())
            .unwrap();
        Self {
            stripe: stripe(&server.url()),
            platform,
            server,
        }
    }

    pub(crate) fn control(&self) -> Control {
        self.server.control()
    }

    /// A rider's customer with the card of one of Stripe's test PaymentMethods.
    pub(crate) async fn rider_with_method(
        &self,
        name: &str,
        test_method: &str,
    ) -> (CustomerId, PaymentMethodId) {
        let rider = self.rider(name, None).await;
        let key = StripeCallKey::derive(name, "save", 1);
        let attached = self
            .stripe
            .attach_payment_method(&self.platform, &key, &rider, &method(test_method))
            .await;
        (rider, done(attached))
    }

    /// A rider's customer with the card of one of Stripe's test tokens.
    pub(crate) async fn rider_with_card(&self, name: &str, test_token: &str) -> CustomerId {
        self.rider(name, Some(Credential::parse(test_token).unwrap()))
            .await
    }

    async fn rider(&self, name: &str, credential: Option<Credential>) -> CustomerId {
        let customer = NewCustomer {
            credential,
            metadata: Metadata::new(),
        };
        let key = StripeCallKey::derive(name, "customer", 1);
        done(self.stripe.create_customer(&self.platform, &key, &customer).await).customer
    }

    /// The rider's card, cloned onto the operator's account.
    pub(crate) async fn clone_of(
        &self,
        name: &str,
        rider: &CustomerId,
        saved: &PaymentMethodId,
    ) -> PaymentMethodId {
        let key = StripeCallKey::derive(name, "derive", 1);
        done(
            self.stripe
                .clone_payment_method(&self.platform, &operator(), &key, rider, saved)
                .await,
        )
    }

    /// A token of the rider's default card, for the operator's account.
    pub(crate) async fn token_of(&self, name: &str, rider: &CustomerId) -> SingleUseToken {
        let key = StripeCallKey::derive(name, "derive", 1);
        done(
            self.stripe
                .create_token(&self.platform, &operator(), &key, rider, None)
                .await,
        )
    }

    /// Pays 2.50 USD, with 25 cents for us.
    pub(crate) async fn pay(&self, name: &str, clone: &PaymentMethodId) -> Outcome<PaymentFacts> {
        let key = StripeCallKey::derive(name, "charge", 1);
        let payment = payment(clone.clone(), 25);
        self.stripe
            .create_payment_intent(&self.platform, &operator(), &key, &payment)
            .await
    }

    /// The same with a token.
    pub(crate) async fn charge(&self, name: &str, token: &SingleUseToken) -> Outcome<PaymentFacts> {
        let key = StripeCallKey::derive(name, "charge", 1);
        let charge = token_charge(token.clone(), 25);
        self.stripe
            .create_charge(&self.platform, &operator(), &key, &charge)
            .await
    }
}

pub(crate) fn done<T: std::fmt::Debug>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Done(done) => done.value,
        other => panic!("not done: {other:?}"),
    }
}

pub(crate) fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> payments::Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}
