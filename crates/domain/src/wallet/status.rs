//! What a rider is told of a pass.

use serde::{Deserialize, Serialize};

/// The status of a pass: the ticketing API's eight ("Pass Statuses"), and two of our own for passes on their way to
/// somebody else, which that API shows as pass transfers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassStatus {
    /// Not yet activated.
    Unactivated,
    /// Activated on this device.
    Active,
    /// Activated on an earlier service day: must be activated again.
    StaleTicket,
    /// Activated on another device, until the service day ends.
    ActiveOnAnotherDevice,
    /// Its time is over.
    Expired,
    /// The money went back.
    Refunded,
    /// The operator declared it invalid, or its payment is disputed.
    Invalid,
    /// Upgraded by a fare cap.
    FareCapped,
    /// Promised to somebody else who has not taken it yet.
    AwaitingTransfer,
    /// In somebody else's wallet now.
    Transferred,
}

impl PassStatus {
    /// The name that answers carry.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unactivated => "unactivated",
            Self::Active => "active",
            Self::StaleTicket => "stale_ticket",
            Self::ActiveOnAnotherDevice => "active_on_another_device",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
            Self::Invalid => "invalid",
            Self::FareCapped => "fare_capped",
            Self::AwaitingTransfer => "awaiting_transfer",
            Self::Transferred => "transferred",
        }
    }

    /// Whether the rider may board with it now.
    #[must_use]
    pub const fn is_usable_for_boarding(self) -> bool {
        matches!(self, Self::Active)
    }

    /// Whether asking for an activation can succeed.
    #[must_use]
    pub const fn can_be_activated(self) -> bool {
        matches!(self, Self::Unactivated | Self::Active | Self::StaleTicket)
    }

    /// Whether its holder may ride with it now or later: what `omit_unusable_passes` leaves in.
    #[must_use]
    pub const fn is_usable(self) -> bool {
        self.can_be_activated() || matches!(self, Self::ActiveOnAnotherDevice)
    }
}
