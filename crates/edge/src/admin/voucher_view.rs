//! Series and vouchers as they are asked for and shown.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::{
    FareId, OperatorId, SeriesId, UserId, VoucherId,
    series::{Series, SeriesRejection, SeriesTerms, Unlocked},
    voucher::{Voucher, VoucherStatus},
};
use serde::{Deserialize, Serialize};

/// For how long fares are unlocked: `"good"`, `{"until": …}` or `{"days": …}`.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum UnlockedDocument {
    #[default]
    Good,
    Until(DateTime<Utc>),
    Days(u32),
}

impl From<UnlockedDocument> for Unlocked {
    fn from(document: UnlockedDocument) -> Self {
        match document {
            UnlockedDocument::Good => Self::Good,
            UnlockedDocument::Until(until) => Self::Until { until },
            UnlockedDocument::Days(days) => Self::Days { days },
        }
    }
}

impl From<Unlocked> for UnlockedDocument {
    fn from(unlocked: Unlocked) -> Self {
        match unlocked {
            Unlocked::Good => Self::Good,
            Unlocked::Until { until } => Self::Until(until),
            Unlocked::Days { days } => Self::Days(days),
        }
    }
}

const fn one() -> u32 {
    1
}

/// A series to open, with its first codes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeriesDocument {
    name: String,
    fares: BTreeSet<FareId>,
    #[serde(default)]
    unlocked: UnlockedDocument,
    #[serde(default = "one")]
    accounts_per_code: u32,
    codes_per_account: Option<u32>,
    requires: Option<FareId>,
    expires_at: Option<DateTime<Utc>>,
    /// How many codes to begin with.
    #[serde(default = "one")]
    pub(super) count: u32,
}

impl From<SeriesDocument> for SeriesTerms {
    fn from(document: SeriesDocument) -> Self {
        Self {
            name: document.name,
            fares: document.fares,
            unlocked: document.unlocked.into(),
            accounts_per_voucher: document.accounts_per_code,
            vouchers_per_account: document.codes_per_account,
            requires: document.requires,
            expires_at: document.expires_at,
        }
    }
}

/// More codes of a series.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoreDocument {
    #[serde(default = "one")]
    pub(super) count: u32,
}

/// A series.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SeriesView {
    series_id: SeriesId,
    operator_id: OperatorId,
    name: String,
    status: &'static str,
    fares: BTreeSet<FareId>,
    unlocked: UnlockedDocument,
    accounts_per_code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    codes_per_account: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requires: Option<FareId>,
    opened_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<DateTime<Utc>>,
    /// How many codes there are.
    issued: usize,
}

impl SeriesView {
    pub(super) fn of(series: &Series, now: DateTime<Utc>) -> Self {
        let terms = series.terms();
        Self {
            series_id: series.id().clone(),
            operator_id: series.operator().clone(),
            name: terms.name.clone(),
            status: match series.refusal(now) {
                None => "open",
                Some(SeriesRejection::Withdrawn) => "withdrawn",
                Some(_) => "expired",
            },
            fares: terms.fares.clone(),
            unlocked: terms.unlocked.into(),
            accounts_per_code: terms.accounts_per_voucher,
            codes_per_account: terms.vouchers_per_account,
            requires: terms.requires.clone(),
            opened_at: series.opened_at(),
            expires_at: terms.expires_at,
            withdrawn_at: series.withdrawn_at(),
            issued: series.vouchers().len(),
        }
    }
}

/// A voucher. Its code is shown when it is issued, and never again.
#[derive(Debug, Clone, Serialize)]
pub(super) struct VoucherView {
    voucher_id: VoucherId,
    status: &'static str,
    issued_at: DateTime<Utc>,
    redemptions: Vec<RedemptionView>,
}

#[derive(Debug, Clone, Serialize)]
struct RedemptionView {
    user_id: UserId,
    redeemed_at: DateTime<Utc>,
}

impl From<&Voucher> for VoucherView {
    fn from(voucher: &Voucher) -> Self {
        let redemptions = voucher.redemptions().iter().map(|(user, at)| RedemptionView {
            user_id: user.clone(),
            redeemed_at: *at,
        });
        Self {
            voucher_id: voucher.id().clone(),
            status: match voucher.status() {
                VoucherStatus::Open => "open",
                VoucherStatus::UsedUp => "used_up",
                VoucherStatus::Withdrawn => "withdrawn",
            },
            issued_at: voucher.issued_at(),
            redemptions: redemptions.collect(),
        }
    }
}

/// A voucher as it was issued.
#[derive(Serialize)]
pub(super) struct CodeView {
    pub(super) voucher_id: VoucherId,
    pub(super) code: String,
    pub(super) universal_url: String,
}
