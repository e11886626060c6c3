//! Redeeming vouchers: what an account may redeem, and what that unlocks for it.

use chrono::{DateTime, Utc};

use super::{User, UserEvent, UserRejection};
use crate::{
    Aggregate, Decided, FareId, ImpossibleHistory, OperatorId, SeriesId, VoucherId, series::SeriesTerms,
};

impl User {
    /// Why the account would be refused a voucher of a series now, its own use of that voucher aside; nothing if there
    /// is no reason.
    #[must_use]
    pub fn refusal_of_voucher(
        &self,
        series: &SeriesId,
        operator: &OperatorId,
        terms: &SeriesTerms,
        at: DateTime<Utc>,
    ) -> Option<UserRejection> {
        let used = self.redeemed_of(series);
        if terms.vouchers_per_account.is_some_and(|limit| used >= limit) {
            return Some(UserRejection::VoucherLimitReached);
        }
        let lacks = |fare: &FareId| !self.may_buy_restricted(operator, fare, at);
        if terms.requires.as_ref().is_some_and(lacks) {
            return Some(UserRejection::NotEligible);
        }
        let gains = self.gains(operator, terms, at).next().is_some();
        (!gains).then_some(UserRejection::NothingToUnlock)
    }

    pub(super) fn redeem_voucher(
        &self,
        voucher: VoucherId,
        series: SeriesId,
        operator: &OperatorId,
        terms: &SeriesTerms,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let known = self.vouchers.get(&series);
        if known.is_some_and(|known| known.contains(&voucher)) {
            return Ok(vec![]);
        }
        if let Some(refusal) = self.refusal_of_voucher(&series, operator, terms, at) {
            return Err(refusal);
        }
        let until = terms.unlocked.until(at);
        let granted = self
            .gains(operator, terms, at)
            .map(|fare| UserEvent::EntitlementGranted {
                operator: operator.clone(),
                fare: fare.clone(),
                until,
                at,
            });
        let ordinal = self.redeemed_of(&series).saturating_add(1);
        let granted: Vec<UserEvent> = granted.collect();
        let mut events = vec![UserEvent::VoucherRedeemed {
            voucher,
            series,
            ordinal,
            at,
        }];
        events.extend(granted);
        Ok(events)
    }

    pub(super) fn voucher_redeemed(
        mut self,
        voucher: &VoucherId,
        series: &SeriesId,
        ordinal: u32,
    ) -> Result<Self, ImpossibleHistory> {
        let counts = self.redeemed_of(series).saturating_add(1) == ordinal;
        let of_series = self.vouchers.entry(series.clone()).or_default();
        if counts && of_series.insert(voucher.clone()) {
            Ok(self)
        } else {
            Err(Self::impossible(
                "an account redeems a voucher once, and counts them",
            ))
        }
    }

    /// How many vouchers of a series the account has redeemed.
    #[must_use]
    pub fn redeemed_of(&self, series: &SeriesId) -> u32 {
        let count = self
            .vouchers
            .get(series)
            .map_or(0, std::collections::BTreeSet::len);
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The fares that the account would have for longer. What it has for good or for longer is left alone: a voucher
    /// never takes anything away.
    fn gains<'a>(
        &'a self,
        operator: &'a OperatorId,
        terms: &'a SeriesTerms,
        at: DateTime<Utc>,
    ) -> impl Iterator<Item = &'a FareId> {
        let until = terms.unlocked.until(at);
        terms.fares.iter().filter(move |fare| {
            let held = self.entitlement(operator, fare);
            match (held, until) {
                (None, _) | (Some(Some(_)), None) => true,
                (Some(None), _) => false,
                (Some(Some(held)), Some(until)) => *held < until,
            }
        })
    }
}
