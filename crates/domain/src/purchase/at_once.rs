//! Buying a pass that is to be active at once.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Order, Purchase};
use crate::{DeviceId, catalog::Product};

/// How long after the start of a purchase its pass is still activated with it. Whoever wanted it at once does not wait
/// longer, and a pass that began to run while nobody looked would be lost to the rider.
pub const AT_ONCE: TimeDelta = TimeDelta::minutes(2);

/// The wish that a pass be active as soon as it is bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtOnce {
    /// On which device, if the JWT named one.
    pub device: Option<DeviceId>,
}

impl Order {
    /// Whether, and on which device, the pass is to be active at once.
    #[must_use]
    pub fn at_once(&self) -> Option<AtOnce> {
        let device = self.activate_on.clone();
        (self.activate_at_once || device.is_some()).then_some(AtOnce { device })
    }

    pub(super) fn is_one_pass(&self) -> bool {
        matches!(self.items.as_slice(), [line]
            if line.quantity == 1 && line.terms.fare.product == Product::SinglePass)
    }
}

impl Purchase {
    /// The wish to have the pass active, while it is to be fulfilled. A purchase that is finished late, after a crash
    /// or a lost answer, leaves it to the rider when the pass begins.
    #[must_use]
    pub fn activation_due(&self, at: DateTime<Utc>) -> Option<AtOnce> {
        let in_time = at.signed_duration_since(self.started_at) < AT_ONCE;
        self.order.at_once().filter(|_| in_time)
    }
}
