//! Series of vouchers as their operator sees them.

use std::collections::BTreeMap;

use domain::{
    Aggregate, FareId, OperatorId, SeriesId, VoucherId,
    series::{Series, SeriesEvent, SeriesRejection},
    voucher::Voucher,
};
use event_log::{Filter, Position};

use crate::{
    Engine, Failure,
    handle::{Loaded, upcasters},
    once::KeyProblem,
};

/// How many events are read at once.
const BATCH: usize = 1_000;

/// Why vouchers are not issued, shown or withdrawn, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VoucherRefusal {
    /// No such operator.
    #[error("there is no such operator")]
    NoSuchOperator,
    /// The operator has no such series.
    #[error("there is no such series")]
    NoSuchSeries,
    /// The series has no such voucher.
    #[error("there is no such voucher")]
    NoSuchVoucher,
    /// The operator does not sell the fare.
    #[error("the operator does not sell {fare}")]
    NoSuchFare {
        /// Which.
        fare: FareId,
    },
    /// Anybody may buy the fare, so that there is nothing to unlock.
    #[error("{fare} is not restricted")]
    NotRestricted {
        /// Which.
        fare: FareId,
    },
    /// Every account that may has redeemed it.
    #[error("the voucher is used up")]
    UsedUp,
    /// The series itself refuses.
    #[error(transparent)]
    Series(#[from] SeriesRejection),
}

/// Why nothing was done about vouchers.
#[derive(Debug, thiserror::Error)]
pub enum VoucherProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] VoucherRefusal),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<KeyProblem> for VoucherProblem {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Reused => Self::KeyReused,
            KeyProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// A series with some of its vouchers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesPage {
    /// The series.
    pub series: Series,
    /// Some of its vouchers, in the order of issue.
    pub vouchers: Vec<Voucher>,
    /// The last of them, if there are more.
    pub more_after: Option<VoucherId>,
}

impl Engine {
    /// Every series that an operator ever opened, the oldest first. Read from the log, so it holds what was opened a
    /// moment ago.
    pub async fn series_of(&self, operator: &OperatorId) -> Result<Vec<Series>, Failure> {
        let (filter, upcasters) = (Filter::categories([Series::CATEGORY]), upcasters());
        let (mut order, mut states) = (Vec::new(), BTreeMap::new());
        let mut after = Position::START;
        loop {
            let batch = self.log().read(after, BATCH, &filter).await?;
            for recorded in &batch {
                let corrupt = |error: String| Failure::Corrupt(format!("{}: {error}", recorded.stream));
                let event: SeriesEvent = recorded
                    .lift(&upcasters)
                    .map_err(|error| corrupt(error.to_string()))?;
                let id = recorded.stream.id().to_owned();
                let before = states.remove(&id);
                if before.is_none() {
                    order.push(id.clone());
                }
                let series =
                    Series::apply(before, &event).map_err(|impossible| corrupt(impossible.to_string()))?;
                states.insert(id, series);
                after = recorded.position;
            }
            if batch.len() < BATCH {
                break;
            }
        }
        let of_operator = order.iter().filter_map(|id| states.remove(id));
        Ok(of_operator.filter(|it| it.operator() == operator).collect())
    }

    /// One series, with the vouchers that follow upon `after`.
    pub async fn series_page(
        &self,
        operator: &OperatorId,
        id: &SeriesId,
        after: Option<&VoucherId>,
        limit: usize,
    ) -> Result<SeriesPage, VoucherProblem> {
        let loaded = self.own_series(operator, id).await?;
        let series = loaded.state().cloned().ok_or(VoucherRefusal::NoSuchSeries)?;
        let start = match after {
            None => 0,
            Some(after) => {
                let at = series.vouchers().iter().position(|it| it == after);
                at.ok_or(VoucherRefusal::NoSuchVoucher)?.saturating_add(1)
            }
        };
        let ids: Vec<VoucherId> = series
            .vouchers()
            .iter()
            .skip(start)
            .take(limit)
            .cloned()
            .collect();
        let mut vouchers = Vec::new();
        for id in &ids {
            let voucher = self.voucher_stream(id).await?;
            let voucher = voucher.state().cloned();
            vouchers.push(voucher.ok_or_else(|| Failure::Corrupt(format!("{id} was never issued")))?);
        }
        let more = series.vouchers().len() > start.saturating_add(ids.len());
        Ok(SeriesPage {
            more_after: ids.last().filter(|_| more).cloned(),
            series,
            vouchers,
        })
    }

    /// A series of this operator. Another's does not exist for it.
    pub(crate) async fn own_series(
        &self,
        operator: &OperatorId,
        id: &SeriesId,
    ) -> Result<Loaded<Series>, VoucherProblem> {
        let loaded: Loaded<Series> = self.series_stream(id).await?;
        match loaded.state() {
            Some(series) if series.operator() == operator => Ok(loaded),
            _ => Err(VoucherRefusal::NoSuchSeries.into()),
        }
    }

    pub(crate) async fn series_stream(&self, id: &SeriesId) -> Result<Loaded<Series>, Failure> {
        Ok(self.repository().load(id.as_str()).await?)
    }

    pub(crate) async fn voucher_stream(&self, id: &VoucherId) -> Result<Loaded<Voucher>, Failure> {
        Ok(self.repository().load(id.as_str()).await?)
    }
}
