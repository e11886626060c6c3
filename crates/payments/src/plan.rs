//! Which way a purchase is paid and in which steps: facts in, a plain value out.

use domain::{PaymentMethodId, SourceId, StripeCallKey};

/// What is saved for the rider on the platform account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedCredential {
    /// A PaymentMethod attached to the customer.
    PaymentMethod(PaymentMethodId),
    /// A card or source on the customer.
    Source(SourceId),
    /// Only the customer is known: Stripe charges its default source.
    DefaultSource,
}

/// Who makes the charge on the operator's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChargingMode {
    /// The engine.
    Engine,
    /// The operator, with a token that we hand over.
    Operator,
}

/// The way a purchase is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// Clone the PaymentMethod, then confirm a PaymentIntent with the clone.
    PaymentMethod,
    /// Make a token, then charge it.
    Token,
    /// Make a token and hand it to the operator, who charges it.
    TokenHandedOver,
}

/// Why no route fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRoute {
    /// Stripe makes tokens of cards and sources only, so there is nothing to hand over.
    #[error(
        "a payment method cannot be handed over as a token; the operator needs riders to save a card or source"
    )]
    PaymentMethodHasNoToken,
}

/// Picks the route by what is stored. It is never found by trial: a call that fails on one route may have charged.
pub const fn route_for(saved: &SavedCredential, mode: ChargingMode) -> Result<Route, NoRoute> {
    match (saved, mode) {
        (SavedCredential::PaymentMethod(_), ChargingMode::Engine) => Ok(Route::PaymentMethod),
        (SavedCredential::PaymentMethod(_), ChargingMode::Operator) => Err(NoRoute::PaymentMethodHasNoToken),
        (SavedCredential::Source(_) | SavedCredential::DefaultSource, ChargingMode::Engine) => {
            Ok(Route::Token)
        }
        (SavedCredential::Source(_) | SavedCredential::DefaultSource, ChargingMode::Operator) => {
            Ok(Route::TokenHandedOver)
        }
    }
}

/// One thing we ask of Stripe for a purchase, a refund, a saved card or an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Make the customer.
    CreateCustomer,
    /// Save the card on the customer.
    SaveCard,
    /// Clone the PaymentMethod, or make the token.
    DeriveCredential,
    /// Confirm the PaymentIntent, or charge the token.
    Charge,
    /// Give up a PaymentIntent.
    CancelPayment,
    /// Give money back.
    Refund,
    /// Make the operator's account.
    CreateAccount,
    /// Make an onboarding link.
    AccountLink,
}

impl Step {
    /// The word that goes into the key. Keys are stored for ever: a word is never changed or given to another step.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateCustomer => "customer",
            Self::SaveCard => "save",
            Self::DeriveCredential => "derive",
            Self::Charge => "charge",
            Self::CancelPayment => "cancel",
            Self::Refund => "refund",
            Self::CreateAccount => "account",
            Self::AccountLink => "link",
        }
    }
}

/// A step and the key it goes out under, to be written down before it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCall {
    /// What to do.
    pub step: Step,
    /// Its idempotency key.
    pub key: StripeCallKey,
}

/// The key of a step, for a `subject` (a purchase, refund, card or operator id) in its `generation`. A retry keeps
/// the generation; a corrected request is the next one.
#[must_use]
pub fn key_for(subject: &str, step: Step, generation: u32) -> StripeCallKey {
    StripeCallKey::derive(subject, step.as_str(), generation)
}

/// The steps that pay a purchase, in order. A purchase keeps its route for one generation: the same key must always
/// carry the same request.
#[must_use]
pub fn plan(route: Route, purchase: &domain::PurchaseId, generation: u32) -> Vec<PlannedCall> {
    let steps: &[Step] = match route {
        Route::PaymentMethod | Route::Token => &[Step::DeriveCredential, Step::Charge],
        Route::TokenHandedOver => &[Step::DeriveCredential],
    };
    steps
        .iter()
        .map(|&step| PlannedCall {
            step,
            key: key_for(purchase.as_str(), step, generation),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use domain::PurchaseId;

    fn method() -> SavedCredential {
        SavedCredential::PaymentMethod(PaymentMethodId::parse("pm_1").unwrap())
    }

    fn card() -> SavedCredential {
        SavedCredential::Source(SourceId::parse("card_1").unwrap())
    }

    #[test]
    fn the_route_follows_from_what_is_stored() {
        assert_eq!(
            route_for(&method(), ChargingMode::Engine),
            Ok(Route::PaymentMethod)
        );
        assert_eq!(route_for(&card(), ChargingMode::Engine), Ok(Route::Token));
        assert_eq!(
            route_for(&SavedCredential::DefaultSource, ChargingMode::Engine),
            Ok(Route::Token)
        );
        assert_eq!(
            route_for(&card(), ChargingMode::Operator),
            Ok(Route::TokenHandedOver)
        );
    }

    #[test]
    fn a_payment_method_is_never_tried_as_a_token() {
        let refused = route_for(&method(), ChargingMode::Operator);
        assert_eq!(refused, Err(NoRoute::PaymentMethodHasNoToken));
    }

    #[test]
    fn an_operator_that_charges_by_itself_is_never_charged_for() {
        let purchase = PurchaseId::parse("pur_1").unwrap();
        let steps: Vec<_> = plan(Route::TokenHandedOver, &purchase, 1)
            .into_iter()
            .map(|call| call.step)
            .collect();
        assert_eq!(steps, [Step::DeriveCredential]);
    }

    #[test]
    fn no_two_steps_or_generations_share_a_key() {
        let subjects = ["pur_1", "pur_2"];
        let steps = [
            Step::CreateCustomer,
            Step::SaveCard,
            Step::DeriveCredential,
            Step::Charge,
            Step::CancelPayment,
            Step::Refund,
            Step::CreateAccount,
            Step::AccountLink,
        ];
        let mut keys = BTreeSet::new();
        for subject in subjects {
            for step in steps {
                for generation in 0..3 {
                    assert!(keys.insert(key_for(subject, step, generation)));
                }
            }
        }
    }

    #[test]
    fn planning_again_gives_the_same_keys() {
        let purchase = PurchaseId::parse("pur_1").unwrap();
        assert_eq!(plan(Route::Token, &purchase, 2), plan(Route::Token, &purchase, 2));
        assert_ne!(plan(Route::Token, &purchase, 2), plan(Route::Token, &purchase, 3));
    }
}
