//! What happens to a series of vouchers. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::terms::SeriesTerms;
use crate::{OperatorId, SeriesId, VoucherId};

/// The history of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SeriesEvent {
    /// The terms are fixed.
    Opened {
        /// The series itself.
        series: SeriesId,
        /// Whose fares.
        operator: OperatorId,
        /// Under which terms.
        terms: SeriesTerms,
        /// When.
        at: DateTime<Utc>,
    },
    /// Vouchers came into being, each in its own stream in the same commit.
    VouchersIssued {
        /// Which; never empty.
        vouchers: Vec<VoucherId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// No code of it is redeemed any more.
    Withdrawn {
        /// When.
        at: DateTime<Utc>,
    },
}
