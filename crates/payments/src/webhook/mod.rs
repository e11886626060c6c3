//! Stripe's events: who sent them is proved first, what they say is read afterwards.
//!
//! <https://docs.stripe.com/webhooks/signature>

mod error;
mod event;
mod signature;
#[cfg(test)]
mod tests;

pub use error::WebhookError;
pub use event::StripeEvent;
pub use signature::verify;
