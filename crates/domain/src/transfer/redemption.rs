//! Taking what is in a transfer.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{Eligibility, TransferRejection},
    event::TransferEvent,
    item::CodeHash,
    state::{Folded, Transfer},
};
use crate::{Decided, UserId};

/// Who took a transfer, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// The account.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Transfer {
    /// Why an account, or somebody who is not logged in, would be refused now; none if there is no reason. Whether the
    /// account is eligible is not asked here. Order of reasons: ticketing API, "Redemptions".
    #[must_use]
    pub fn refusal_for(&self, account: Option<&UserId>, now: DateTime<Utc>) -> Option<TransferRejection> {
        if let Some(redemption) = &self.redemption {
            let same = account == Some(&redemption.by);
            return Some(if same {
                TransferRejection::AlreadyUsed
            } else {
                TransferRejection::UsedByAnotherAccount
            });
        }
        if self.cancelled_at.is_some()
            || self.expired_at.is_some()
            || self.is_expired(now)
            || self.is_all_refunded()
        {
            return Some(TransferRejection::Invalid);
        }
        (account == Some(&self.from)).then_some(TransferRejection::IntoSourceAccount)
    }

    pub(super) fn redeem(
        &self,
        code_hash: &CodeHash,
        by: UserId,
        eligibility: Eligibility,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        if *code_hash != self.code_hash {
            return Err(TransferRejection::NotKnown);
        }
        if let Some(refusal) = self.refusal_for(Some(&by), at) {
            return Err(refusal);
        }
        match eligibility {
            Eligibility::Ineligible => return Err(TransferRejection::Ineligible),
            Eligibility::LimitsExceeded => return Err(TransferRejection::LimitsExceeded),
            Eligibility::Eligible => {}
        }
        // Nobody takes what may have been paid back already.
        if self.refunds_under_way().next().is_some() {
            return Err(TransferRejection::RefundUnderWay);
        }
        Ok(vec![TransferEvent::Redeemed { by, at }])
    }

    pub(super) fn redeemed(&mut self, by: &UserId, at: DateTime<Utc>) -> Folded {
        if self.refusal_for(Some(by), at).is_some() || self.refunds_under_way().next().is_some() {
            return Err("a transfer is redeemed once, in time, by somebody else than its sender");
        }
        self.redemption = Some(Redemption { by: by.clone(), at });
        Ok(())
    }
}
