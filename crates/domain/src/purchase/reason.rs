//! Why something is not known, or came to nothing.

use serde::{Deserialize, Serialize};

/// Why we do not know what a call did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownReason {
    /// No answer in time, or the connection broke after sending.
    ReplyLost,
    /// The same key was being worked on elsewhere.
    InProgress,
    /// Stripe said 5xx.
    ServerError,
    /// An answer we cannot read.
    Unreadable,
    /// Stripe reports the payment as still processing.
    Processing,
}

/// Why a purchase ended without money or pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// Stripe refused the request as such; nothing was taken.
    RefusedByStripe,
    /// The rider would have had to confirm, and the PaymentIntent was cancelled.
    ActionRequired,
    /// It never got as far as charging before it was given up.
    NeverCharged,
    /// The operator did not charge the token it was handed in time.
    HandOverExpired,
    /// Stripe says that the key of a step which takes no money was used for something else.
    KeyReused,
    /// Stripe refused a step which takes no money in a way that it does not document.
    Undocumented,
}

impl VoidReason {
    /// A word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RefusedByStripe => "refused_by_stripe",
            Self::ActionRequired => "authentication_required",
            Self::NeverCharged => "never_charged",
            Self::HandOverExpired => "hand_over_expired",
            Self::KeyReused => "idempotency_error",
            Self::Undocumented => "undocumented_error",
        }
    }
}
