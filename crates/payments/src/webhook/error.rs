//! Why an event is turned away.

/// Why an event is not accepted. None of these repeats what came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The `Stripe-Signature` header has no time or no `v1` signature.
    #[error("the signature header is malformed")]
    MalformedHeader,
    /// The event was signed too long ago, or in the future.
    #[error("the signature is outside the accepted time")]
    OutsideTolerance,
    /// None of the signatures was made with any of our secrets.
    #[error("no signature matches")]
    NoMatch,
    /// It is Stripe's, but not an event that we can read.
    #[error("the event has no readable {0}")]
    Malformed(&'static str),
}
