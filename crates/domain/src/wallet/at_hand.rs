//! What a device has at hand.

use chrono::{DateTime, Utc};

use super::{pass::Pass, state::Wallet, status::PassStatus};
use crate::{DeviceId, OperatorId};

impl Wallet {
    /// A pass of this operator that is active on this device: whoever buys another one to ride at once most likely
    /// does so by mistake.
    #[must_use]
    pub fn active_on(
        &self,
        device: Option<&DeviceId>,
        operator: &OperatorId,
        at: DateTime<Utc>,
    ) -> Option<&Pass> {
        self.passes()
            .find(|pass| pass.terms.operator == *operator && pass.status(device, at) == PassStatus::Active)
    }
}
