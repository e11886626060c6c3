//! Sales, one by one.

use chrono::{DateTime, Utc};
use event_log::Store;

use super::Sales;
use crate::{
    projection::Projection,
    store::{Build, ViewError, live_build, on_either},
};

/// How a sale stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaleStatus {
    /// Paid for; what was bought is still to be issued, or the money goes back.
    Open,
    /// Issued, and nothing of it given back.
    Completed,
    /// Part of the money went back, or is on its way.
    PartlyRefunded,
    /// All of it did, or is.
    Refunded,
}

impl SaleStatus {
    /// The name that answers carry.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completed => "completed",
            Self::PartlyRefunded => "partly_refunded",
            Self::Refunded => "refunded",
        }
    }

    /// By its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Open, Self::Completed, Self::PartlyRefunded, Self::Refunded]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

/// Which sales of an operator are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SalesAsked {
    /// Sold at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Sold before this time.
    pub to: Option<DateTime<Utc>>,
    /// Through this app.
    pub app: Option<String>,
    /// With something of this fare in it.
    pub fare: Option<String>,
    /// That stand like this.
    pub status: Option<SaleStatus>,
    /// What follows upon this one.
    pub after: Option<(i64, String)>,
    /// How many at most.
    pub limit: usize,
}

/// One sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRow {
    /// Which purchase.
    pub purchase: String,
    /// Through which app.
    pub app: String,
    /// When, in microseconds since 1970-01-01 UTC.
    pub sold_at: i64,
    /// On which of the operator's days.
    pub day: String,
    /// In which currency.
    pub currency: String,
    /// What the rider paid, in minor units.
    pub amount: i64,
    /// Our fee within it.
    pub fee: i64,
    /// What went back to the rider, or is on its way.
    pub refunded: i64,
    /// What of our fee went back with it.
    pub fee_returned: i64,
    /// What of it a bank withholds or has kept.
    pub disputed: i64,
    /// How it stands.
    pub status: SaleStatus,
    /// The PaymentIntent, or the charge where there is none; nothing for what was free.
    pub payment: Option<String>,
    /// Fares and how many of each.
    pub fares: Vec<(String, i64)>,
}

type Columns = (
    String,
    String,
    i64,
    String,
    String,
    i64,
    i64,
    i64,
    i64,
    i64,
    String,
    Option<String>,
);

const LIST: &str = "SELECT purchase, app, sold_at, day, currency, amount, fee, refunded, fee_returned, disputed,
        status, payment
    FROM (
        SELECT s.purchase, s.app, s.sold_at, s.day, s.currency, s.amount, s.fee, s.refunded, s.fee_returned,
            s.disputed, coalesce(s.payment_intent, s.charge) AS payment,
            CASE WHEN s.refunded >= s.amount AND s.amount > 0 THEN 'refunded'
                WHEN s.refunded > 0 THEN 'partly_refunded'
                WHEN s.state = 'charged' THEN 'open'
                ELSE 'completed' END AS status
        FROM (
            SELECT sales.*,
                CAST(coalesce((SELECT sum(amount) FROM refunds WHERE refunds.build = sales.build
                    AND refunds.purchase = sales.purchase AND refunds.state <> 'failed'), 0) AS BIGINT) AS refunded,
                CAST(coalesce((SELECT sum(fee_returned) FROM refunds WHERE refunds.build = sales.build
                    AND refunds.purchase = sales.purchase AND refunds.state <> 'failed'), 0) AS BIGINT) AS fee_returned,
                CAST(coalesce((SELECT sum(amount) FROM disputes WHERE disputes.build = sales.build
                    AND disputes.purchase = sales.purchase AND disputes.inquiry = 0
                    AND disputes.state <> 'won'), 0) AS BIGINT) AS disputed
            FROM sales
            WHERE build = $1 AND operator = $2 AND state <> 'begun' AND sold_at >= $3 AND sold_at < $4
                AND ($5 = '' OR app = $5)
                AND ($6 = '' OR EXISTS (SELECT 1 FROM sale_fares WHERE sale_fares.build = sales.build
                    AND sale_fares.purchase = sales.purchase AND sale_fares.fare = $6))
                AND (sold_at < $7 OR (sold_at = $7 AND purchase < $8))
        ) s
    ) listed
    WHERE $9 = '' OR status = $9
    ORDER BY sold_at DESC, purchase DESC LIMIT $10";

const FARES: &str = "SELECT fare, quantity FROM sale_fares WHERE build = $1 AND purchase = $2 ORDER BY fare";

impl Sales {
    /// An operator's sales, the newest first.
    pub async fn list(store: &Store, operator: &str, asked: &SalesAsked) -> Result<Vec<SaleRow>, ViewError> {
        let mut build = live_build(store, Self::NAME, Self::VERSION).await?;
        loop {
            let rows = list(store, build, operator, asked).await?;
            // A build that was replaced meanwhile may have lost its rows, too.
            match live_build(store, Self::NAME, Self::VERSION).await? {
                live if live == build => return Ok(rows),
                live => build = live,
            }
        }
    }
}

async fn list(
    store: &Store,
    build: Build,
    operator: &str,
    asked: &SalesAsked,
) -> Result<Vec<SaleRow>, ViewError> {
    let micros = |at: &DateTime<Utc>| at.timestamp_micros();
    let from = asked.from.as_ref().map_or(i64::MIN, micros);
    let to = asked.to.as_ref().map_or(i64::MAX, micros);
    let (app, fare) = (
        asked.app.as_deref().unwrap_or_default(),
        asked.fare.as_deref().unwrap_or_default(),
    );
    let (after_at, after) = asked
        .after
        .as_ref()
        .map_or((i64::MAX, ""), |(at, purchase)| (*at, purchase.as_str()));
    let status = asked.status.map_or("", SaleStatus::as_str);
    let limit = i64::try_from(asked.limit).unwrap_or(i64::MAX);
    let rows: Vec<Columns> = on_either!(Store, store, pool => {
        sqlx::query_as(LIST).bind(build.number()).bind(operator).bind(from).bind(to).bind(app).bind(fare)
            .bind(after_at).bind(after).bind(status).bind(limit).fetch_all(pool).await?
    });
    let mut sales = Vec::with_capacity(rows.len());
    for row in rows {
        let (
            purchase,
            app,
            sold_at,
            day,
            currency,
            amount,
            fee,
            refunded,
            fee_returned,
            disputed,
            status,
            payment,
        ) = row;
        let fares: Vec<(String, i64)> = on_either!(Store, store, pool => {
            sqlx::query_as(FARES).bind(build.number()).bind(&purchase).fetch_all(pool).await?
        });
        sales.push(SaleRow {
            purchase,
            app,
            sold_at,
            day,
            currency,
            amount,
            fee,
            refunded,
            fee_returned,
            disputed,
            status: SaleStatus::named(&status).ok_or(ViewError::Damaged(Sales::NAME))?,
            payment,
            fares,
        });
    }
    Ok(sales)
}
