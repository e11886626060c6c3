//! The voucher: who has used it, and whether anybody still may.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{VoucherCommand, VoucherRejection},
    event::VoucherEvent,
};
use crate::{Aggregate, Decided, ImpossibleHistory, SeriesId, UserId, VoucherId, transfer::CodeHash};

/// A voucher from its issue on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    id: VoucherId,
    series: SeriesId,
    code_hash: CodeHash,
    accounts: u32,
    issued_at: DateTime<Utc>,
    redeemed: BTreeMap<UserId, DateTime<Utc>>,
    withdrawn_at: Option<DateTime<Utc>>,
}

/// How a voucher stands, its series aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoucherStatus {
    /// Somebody may still redeem it.
    Open,
    /// As many accounts as may have redeemed it.
    UsedUp,
    /// It was withdrawn before that.
    Withdrawn,
}

impl Voucher {
    /// Which it is.
    #[must_use]
    pub const fn id(&self) -> &VoucherId {
        &self.id
    }

    /// The series it belongs to.
    #[must_use]
    pub const fn series(&self) -> &SeriesId {
        &self.series
    }

    /// Of the code that redeems it.
    #[must_use]
    pub const fn code_hash(&self) -> &CodeHash {
        &self.code_hash
    }

    /// Since when it is there.
    #[must_use]
    pub const fn issued_at(&self) -> DateTime<Utc> {
        self.issued_at
    }

    /// Who redeemed it, and when.
    #[must_use]
    pub const fn redemptions(&self) -> &BTreeMap<UserId, DateTime<Utc>> {
        &self.redeemed
    }

    /// How it stands.
    #[must_use]
    pub fn status(&self) -> VoucherStatus {
        if self.is_used_up() {
            return VoucherStatus::UsedUp;
        }
        match self.withdrawn_at {
            Some(_) => VoucherStatus::Withdrawn,
            None => VoucherStatus::Open,
        }
    }

    /// Why an account, or somebody who is not logged in, would be refused; nothing if there is no reason. What the
    /// account itself is allowed is not asked here. Order of reasons: ticketing API, "Redemptions".
    #[must_use]
    pub fn refusal_for(&self, account: Option<&UserId>) -> Option<VoucherRejection> {
        if account.is_some_and(|account| self.redeemed.contains_key(account)) {
            return Some(VoucherRejection::AlreadyUsed);
        }
        match self.status() {
            VoucherStatus::Open => None,
            VoucherStatus::UsedUp => Some(VoucherRejection::UsedUp),
            VoucherStatus::Withdrawn => Some(VoucherRejection::Withdrawn),
        }
    }

    fn is_used_up(&self) -> bool {
        u32::try_from(self.redeemed.len()).is_ok_and(|used| used >= self.accounts)
    }

    fn redeem(&self, code_hash: &CodeHash, by: UserId, at: DateTime<Utc>) -> Decided<Self> {
        if *code_hash != self.code_hash {
            return Err(VoucherRejection::NotKnown);
        }
        match self.refusal_for(Some(&by)) {
            Some(refusal) => Err(refusal),
            None => Ok(vec![VoucherEvent::Redeemed { by, at }]),
        }
    }

    fn withdraw(&self, at: DateTime<Utc>) -> Decided<Self> {
        if self.withdrawn_at.is_some() {
            return Ok(vec![]);
        }
        if self.is_used_up() {
            return Err(VoucherRejection::UsedUp);
        }
        Ok(vec![VoucherEvent::Withdrawn { at }])
    }
}

impl Aggregate for Voucher {
    const CATEGORY: &'static str = "voucher";
    type Command = VoucherCommand;
    type Event = VoucherEvent;
    type Rejection = VoucherRejection;

    fn decide(voucher: Option<&Self>, command: VoucherCommand) -> Decided<Self> {
        match (voucher, command) {
            (
                None,
                VoucherCommand::Issue {
                    voucher,
                    series,
                    code_hash,
                    accounts,
                    at,
                },
            ) => {
                if accounts == 0 {
                    return Err(VoucherRejection::ForNobody);
                }
                Ok(vec![VoucherEvent::Issued {
                    voucher,
                    series,
                    code_hash,
                    accounts,
                    at,
                }])
            }
            (None, _) => Err(VoucherRejection::NotKnown),
            (
                Some(it),
                VoucherCommand::Issue {
                    voucher,
                    series,
                    code_hash,
                    accounts,
                    at: _,
                },
            ) => {
                let same = (&it.id, &it.series, &it.code_hash, it.accounts)
                    == (&voucher, &series, &code_hash, accounts);
                if same {
                    Ok(vec![])
                } else {
                    Err(VoucherRejection::VoucherDiffers)
                }
            }
            (Some(it), VoucherCommand::Redeem { code_hash, by, at }) => it.redeem(&code_hash, by, at),
            (Some(it), VoucherCommand::Withdraw { at }) => it.withdraw(at),
        }
    }

    fn apply(voucher: Option<Self>, event: &VoucherEvent) -> Result<Self, ImpossibleHistory> {
        match (voucher, event) {
            (
                None,
                VoucherEvent::Issued {
                    voucher,
                    series,
                    code_hash,
                    accounts,
                    at,
                },
            ) if *accounts > 0 => Ok(Self {
                id: voucher.clone(),
                series: series.clone(),
                code_hash: code_hash.clone(),
                accounts: *accounts,
                issued_at: *at,
                redeemed: BTreeMap::new(),
                withdrawn_at: None,
            }),
            (None, _) => Err(Self::impossible("a voucher is issued first, for somebody")),
            (Some(_), VoucherEvent::Issued { .. }) => Err(Self::impossible("a voucher is issued once")),
            (Some(mut it), VoucherEvent::Redeemed { by, at }) => {
                if it.refusal_for(Some(by)).is_some() {
                    return Err(Self::impossible(
                        "each account redeems once, and not more of them than may",
                    ));
                }
                it.redeemed.insert(by.clone(), *at);
                Ok(it)
            }
            (Some(mut it), VoucherEvent::Withdrawn { at }) => {
                if it.status() != VoucherStatus::Open {
                    return Err(Self::impossible("a voucher is withdrawn once, while it is open"));
                }
                it.withdrawn_at = Some(*at);
                Ok(it)
            }
        }
    }
}
