//! What riders owe an operator, summed.

use domain::{Currency, Money, OperatorId};
use event_log::Store;

use super::ParkingStays;
use crate::{
    projection::Projection,
    store::{ViewError, live_build, on_either},
};

/// What is owed to an operator in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebtSum {
    /// All of it.
    pub total: Money,
    /// For how many stays.
    pub stays: u64,
}

const SUMS: &str = "SELECT currency, CAST(sum(cost) AS BIGINT), count(*) FROM parking_stays
    WHERE build = $1 AND operator = $2 AND currency IS NOT NULL
    AND (payment = 'owed' OR (payment = 'due' AND owed_since IS NOT NULL))
    GROUP BY currency ORDER BY currency";

impl ParkingStays {
    /// What riders owe an operator, what is being tried again included, by currency.
    pub async fn debts(store: &Store, operator: &OperatorId) -> Result<Vec<DebtSum>, ViewError> {
        let mut build = live_build(store, Self::NAME, Self::VERSION).await?;
        let rows: Vec<(String, i64, i64)> = loop {
            let rows = on_either!(Store, store, pool => {
                let query = sqlx::query_as(SUMS).bind(build.number());
                query.bind(operator.as_str()).fetch_all(pool).await?
            });
            match live_build(store, Self::NAME, Self::VERSION).await? {
                live if live == build => break rows,
                live => build = live,
            }
        };
        rows.into_iter()
            .map(|(code, sum, stays)| {
                let currency: Currency = code.parse().ok()?;
                Some(DebtSum {
                    total: Money::new(sum, currency),
                    stays: u64::try_from(stays).ok()?,
                })
            })
            .collect::<Option<_>>()
            .ok_or(ViewError::Damaged(Self::NAME))
    }
}
