//! What may be asked of a series, and why it may refuse.

use chrono::{DateTime, Utc};

use super::terms::{SeriesTerms, TermsProblem};
use crate::{OperatorId, SeriesId, VoucherId};

/// Requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeriesCommand {
    /// Fix the terms.
    Open {
        /// The series itself.
        series: SeriesId,
        /// Whose fares.
        operator: OperatorId,
        /// Under which terms.
        terms: SeriesTerms,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Add vouchers.
    IssueVouchers {
        /// Which; all new.
        vouchers: Vec<VoucherId>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Let no code of it be redeemed any more. What was unlocked stays so.
    Withdraw {
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeriesRejection {
    /// There is no such series.
    #[error("there is no such series")]
    NotKnown,
    /// The id is taken by a series with other terms.
    #[error("another series has this id")]
    SeriesDiffers,
    /// The terms cannot stand.
    #[error(transparent)]
    Terms(#[from] TermsProblem),
    /// It was withdrawn.
    #[error("the series was withdrawn")]
    Withdrawn,
    /// Its time is over.
    #[error("the series has expired")]
    Expired,
    /// An empty list of vouchers.
    #[error("no vouchers were named")]
    NoVouchers,
    /// A voucher twice, or one that is in the series already beside one that is not.
    #[error("a voucher is named twice")]
    VoucherRepeated,
    /// More than may be issued at once, or than a series holds.
    #[error("too many vouchers")]
    TooMany,
}
