//! The series: its terms and its vouchers.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{SeriesCommand, SeriesRejection},
    event::SeriesEvent,
    terms::SeriesTerms,
};
use crate::{Aggregate, Decided, ImpossibleHistory, OperatorId, SeriesId, VoucherId};

/// How many vouchers are issued in one commit at most.
pub const MOST_AT_ONCE: usize = 1_000;

/// How many vouchers a series holds at most.
pub const MOST_IN_ALL: usize = 100_000;

/// A series from its opening on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    id: SeriesId,
    operator: OperatorId,
    terms: SeriesTerms,
    opened_at: DateTime<Utc>,
    vouchers: Vec<VoucherId>,
    withdrawn_at: Option<DateTime<Utc>>,
}

impl Series {
    /// Which it is.
    #[must_use]
    pub const fn id(&self) -> &SeriesId {
        &self.id
    }

    /// Whose fares it unlocks.
    #[must_use]
    pub const fn operator(&self) -> &OperatorId {
        &self.operator
    }

    /// Under which terms.
    #[must_use]
    pub const fn terms(&self) -> &SeriesTerms {
        &self.terms
    }

    /// Since when it is there.
    #[must_use]
    pub const fn opened_at(&self) -> DateTime<Utc> {
        self.opened_at
    }

    /// Every voucher of it, in the order of issue.
    #[must_use]
    pub fn vouchers(&self) -> &[VoucherId] {
        &self.vouchers
    }

    /// When it was withdrawn, if it was.
    #[must_use]
    pub const fn withdrawn_at(&self) -> Option<DateTime<Utc>> {
        self.withdrawn_at
    }

    /// Why no code of it is redeemed at a moment; nothing if they are.
    #[must_use]
    pub fn refusal(&self, now: DateTime<Utc>) -> Option<SeriesRejection> {
        if self.withdrawn_at.is_some() {
            return Some(SeriesRejection::Withdrawn);
        }
        self.terms.are_over(now).then_some(SeriesRejection::Expired)
    }

    fn issue(&self, vouchers: Vec<VoucherId>, at: DateTime<Utc>) -> Decided<Self> {
        let known: BTreeSet<&VoucherId> = self.vouchers.iter().collect();
        if !vouchers.is_empty() && vouchers.iter().all(|voucher| known.contains(voucher)) {
            return Ok(vec![]);
        }
        self.can_issue(&vouchers, at)?;
        Ok(vec![SeriesEvent::VouchersIssued { vouchers, at }])
    }

    fn can_issue(&self, vouchers: &[VoucherId], at: DateTime<Utc>) -> Result<(), SeriesRejection> {
        if let Some(refusal) = self.refusal(at) {
            return Err(refusal);
        }
        if vouchers.is_empty() {
            return Err(SeriesRejection::NoVouchers);
        }
        let mut seen: BTreeSet<&VoucherId> = self.vouchers.iter().collect();
        if !vouchers.iter().all(|voucher| seen.insert(voucher)) {
            return Err(SeriesRejection::VoucherRepeated);
        }
        if vouchers.len() > MOST_AT_ONCE || seen.len() > MOST_IN_ALL {
            return Err(SeriesRejection::TooMany);
        }
        Ok(())
    }
}

impl Aggregate for Series {
    const CATEGORY: &'static str = "series";
    type Command = SeriesCommand;
    type Event = SeriesEvent;
    type Rejection = SeriesRejection;

    fn decide(series: Option<&Self>, command: SeriesCommand) -> Decided<Self> {
        match (series, command) {
            (
                None,
                SeriesCommand::Open {
                    series,
                    operator,
                    terms,
                    at,
                },
            ) => {
                terms.check(at)?;
                Ok(vec![SeriesEvent::Opened {
                    series,
                    operator,
                    terms,
                    at,
                }])
            }
            (None, _) => Err(SeriesRejection::NotKnown),
            (
                Some(it),
                SeriesCommand::Open {
                    series,
                    operator,
                    terms,
                    at: _,
                },
            ) => {
                let same = (&it.id, &it.operator, &it.terms) == (&series, &operator, &terms);
                if same {
                    Ok(vec![])
                } else {
                    Err(SeriesRejection::SeriesDiffers)
                }
            }
            (Some(it), SeriesCommand::IssueVouchers { vouchers, at }) => it.issue(vouchers, at),
            (Some(it), SeriesCommand::Withdraw { at }) => Ok(match it.withdrawn_at {
                Some(_) => vec![],
                None => vec![SeriesEvent::Withdrawn { at }],
            }),
        }
    }

    fn apply(series: Option<Self>, event: &SeriesEvent) -> Result<Self, ImpossibleHistory> {
        match (series, event) {
            (
                None,
                SeriesEvent::Opened {
                    series,
                    operator,
                    terms,
                    at,
                },
            ) => {
                terms
                    .check(*at)
                    .map_err(|_| Self::impossible("a series has terms that can stand"))?;
                Ok(Self {
                    id: series.clone(),
                    operator: operator.clone(),
                    terms: terms.clone(),
                    opened_at: *at,
                    vouchers: Vec::new(),
                    withdrawn_at: None,
                })
            }
            (None, _) => Err(Self::impossible("a series is opened first")),
            (Some(_), SeriesEvent::Opened { .. }) => Err(Self::impossible("a series is opened once")),
            (Some(mut it), SeriesEvent::VouchersIssued { vouchers, at }) => {
                it.can_issue(vouchers, *at)
                    .map_err(|_| Self::impossible("new vouchers are issued, while the series is open"))?;
                it.vouchers.extend(vouchers.iter().cloned());
                Ok(it)
            }
            (Some(mut it), SeriesEvent::Withdrawn { at }) => {
                if it.withdrawn_at.is_some() {
                    return Err(Self::impossible("a series is withdrawn once"));
                }
                it.withdrawn_at = Some(*at);
                Ok(it)
            }
        }
    }
}
