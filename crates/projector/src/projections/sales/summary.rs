//! Sales and refunds by day.

use std::collections::BTreeMap;

use event_log::Store;

use super::Sales;
use crate::{
    projection::Projection,
    store::{Build, ViewError, live_build, on_either},
};

/// Which days are wanted, both included, as `2026-11-28` in the operator's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaysAsked {
    /// The first.
    pub from: String,
    /// The last.
    pub to: String,
}

/// What was sold through one app on one day, and what went back on that day of whatever was sold before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayRow {
    /// Which day.
    pub day: String,
    /// Through which app.
    pub app: String,
    /// In which currency.
    pub currency: String,
    /// How many sales.
    pub sales: i64,
    /// What riders paid.
    pub amount: i64,
    /// Our fee within it.
    pub fee: i64,
    /// How many refunds, those that failed not counted.
    pub refunds: i64,
    /// What they give back.
    pub refunded: i64,
    /// What of our fee comes back with them.
    pub fee_returned: i64,
    /// How many disputes were opened on this day, questions not counted.
    pub disputes: i64,
    /// What of their money the operator does not have: it is withheld, or lost.
    pub disputed: i64,
}

type Columns = (String, String, String, i64, i64, i64);

const SOLD: &str =
    "SELECT day, app, currency, count(*), CAST(sum(amount) AS BIGINT), CAST(sum(fee) AS BIGINT)
    FROM sales WHERE build = $1 AND operator = $2 AND state <> 'begun' AND day >= $3 AND day <= $4
    GROUP BY day, app, currency";

const GIVEN_BACK: &str = "SELECT day, app, currency, count(*), CAST(sum(amount) AS BIGINT),
        CAST(sum(fee_returned) AS BIGINT)
    FROM refunds WHERE build = $1 AND operator = $2 AND state <> 'failed' AND day >= $3 AND day <= $4
    GROUP BY day, app, currency";

/// What was won is counted and withholds nothing.
const DISPUTED: &str = "SELECT day, app, currency, count(*),
        CAST(sum(CASE WHEN state = 'won' THEN 0 ELSE amount END) AS BIGINT), CAST(0 AS BIGINT)
    FROM disputes WHERE build = $1 AND operator = $2 AND inquiry = 0 AND day >= $3 AND day <= $4
    GROUP BY day, app, currency";

impl Sales {
    /// An operator's days, apps and currencies, in this order.
    pub async fn summary(store: &Store, operator: &str, asked: &DaysAsked) -> Result<Vec<DayRow>, ViewError> {
        let mut build = live_build(store, Self::NAME, Self::VERSION).await?;
        loop {
            let sold = sums(store, SOLD, build, operator, asked).await?;
            let given_back = sums(store, GIVEN_BACK, build, operator, asked).await?;
            let disputed = sums(store, DISPUTED, build, operator, asked).await?;
            match live_build(store, Self::NAME, Self::VERSION).await? {
                live if live == build => return Ok(together(sold, given_back, disputed)),
                live => build = live,
            }
        }
    }
}

async fn sums(
    store: &Store,
    sql: &'static str,
    build: Build,
    operator: &str,
    asked: &DaysAsked,
) -> Result<Vec<Columns>, ViewError> {
    Ok(on_either!(Store, store, pool => {
        sqlx::query_as(sql).bind(build.number()).bind(operator).bind(&asked.from).bind(&asked.to)
            .fetch_all(pool).await?
    }))
}

fn together(sold: Vec<Columns>, given_back: Vec<Columns>, disputed: Vec<Columns>) -> Vec<DayRow> {
    let mut rows: BTreeMap<(String, String, String), DayRow> = BTreeMap::new();
    for (day, app, currency, sales, amount, fee) in sold {
        let row = rows.entry((day, app, currency)).or_default();
        (row.sales, row.amount, row.fee) = (sales, amount, fee);
    }
    for (day, app, currency, refunds, refunded, fee_returned) in given_back {
        let row = rows.entry((day, app, currency)).or_default();
        (row.refunds, row.refunded, row.fee_returned) = (refunds, refunded, fee_returned);
    }
    for (day, app, currency, disputes, amount, _) in disputed {
        let row = rows.entry((day, app, currency)).or_default();
        (row.disputes, row.disputed) = (disputes, amount);
    }
    rows.into_iter()
        .map(|((day, app, currency), row)| DayRow {
            day,
            app,
            currency,
            ..row
        })
        .collect()
}
