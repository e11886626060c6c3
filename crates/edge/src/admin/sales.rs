//! `/admin/v1/{environment}/operators/{operator_id}/sales` and `…/validations`: an operator's own business, without
//! anybody's name.

use axum::{
    Json, Router,
    extract::{Query, rejection::QueryRejection},
    routing::get,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use engine::{DayRow, DaysAsked, SaleRow, SaleStatus, SalesAsked, ValidationRow, ValidationsAsked};
use serde::{Deserialize, Serialize};

use super::{
    page::Paging,
    permit::OperatorReader,
    problem::Problem,
    reports::{ReportPage, cursor, place},
};
use crate::server::Edge;

/// How many days a summary holds unless it is said otherwise, and at most.
const DAYS: u64 = 31;
const MOST_DAYS: i64 = 366;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route("/admin/v1/{environment}/operators/{operator_id}/sales", get(list))
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/sales/summary",
            get(summary),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/validations",
            get(validations),
        )
}

#[derive(Deserialize)]
struct SalesQuery {
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    app: Option<String>,
    fare: Option<String>,
    status: Option<String>,
}

/// A sale.
#[derive(Serialize)]
struct SaleView {
    purchase_id: String,
    app_id: String,
    sold_at: DateTime<Utc>,
    /// The operator's day.
    day: String,
    /// ISO 4217; amounts are its minor units.
    currency: String,
    amount: i64,
    engine_fee: i64,
    refunded: i64,
    engine_fee_returned: i64,
    /// What of it a rider's bank withholds or has kept.
    disputed: i64,
    /// What stays with the operator, before Stripe's own fees.
    net: i64,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_payment_id: Option<String>,
    fares: Vec<FareCount>,
}

#[derive(Serialize)]
struct FareCount {
    fare_id: String,
    quantity: i64,
}

fn moment(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}

/// What stays of an amount, less what went back of it, and less the fee that was not returned.
const fn net(amount: i64, refunded: i64, fee: i64, fee_returned: i64) -> i64 {
    amount
        .saturating_sub(refunded)
        .saturating_sub(fee)
        .saturating_add(fee_returned)
}

impl From<SaleRow> for SaleView {
    fn from(row: SaleRow) -> Self {
        let fares = row.fares.into_iter();
        Self {
            purchase_id: row.purchase,
            app_id: row.app,
            sold_at: moment(row.sold_at),
            day: row.day,
            currency: row.currency,
            amount: row.amount,
            engine_fee: row.fee,
            refunded: row.refunded,
            engine_fee_returned: row.fee_returned,
            disputed: row.disputed,
            net: net(row.amount, row.refunded, row.fee, row.fee_returned).saturating_sub(row.disputed),
            status: row.status.as_str(),
            stripe_payment_id: row.payment,
            fares: fares
                .map(|(fare_id, quantity)| FareCount { fare_id, quantity })
                .collect(),
        }
    }
}

/// Sales, the newest first.
async fn list(
    admin: OperatorReader,
    paging: Paging,
    query: Result<Query<SalesQuery>, QueryRejection>,
) -> Result<Json<ReportPage<SaleView>>, Problem> {
    let Query(query) = query.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let status = query.status.as_deref().map(|name| {
        let flaw = "status is open, completed, partly_refunded or refunded.";
        SaleStatus::named(name).ok_or_else(|| Problem::unreadable(flaw))
    });
    let asked = SalesAsked {
        from: query.from,
        to: query.to,
        app: query.app,
        fare: query.fare,
        status: status.transpose()?,
        after: paging.after.as_deref().map(place).transpose()?,
        limit: paging.limit.saturating_add(1),
    };
    let (rows, as_of) = admin.engine.sales_of(&admin.operator()?, &asked).await?;
    let name = |row: &SaleRow| cursor(row.sold_at, &row.purchase);
    ReportPage::of(rows, paging.limit, as_of, name, |row| Ok(SaleView::from(row))).map(Json)
}

#[derive(Deserialize)]
struct DaysQuery {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// What was sold and given back on one of the operator's days through one app.
#[derive(Serialize)]
struct DayView {
    day: String,
    app_id: String,
    currency: String,
    sales: i64,
    amount: i64,
    engine_fee: i64,
    refunds: i64,
    /// Given back on this day, whenever it was sold.
    refunded: i64,
    engine_fee_returned: i64,
    /// How many disputes were opened on this day.
    disputes: i64,
    /// What of their money a bank withholds or has kept.
    disputed: i64,
    net: i64,
}

impl From<DayRow> for DayView {
    fn from(row: DayRow) -> Self {
        Self {
            day: row.day,
            app_id: row.app,
            currency: row.currency,
            sales: row.sales,
            amount: row.amount,
            engine_fee: row.fee,
            refunds: row.refunds,
            refunded: row.refunded,
            engine_fee_returned: row.fee_returned,
            disputes: row.disputes,
            disputed: row.disputed,
            net: net(row.amount, row.refunded, row.fee, row.fee_returned).saturating_sub(row.disputed),
        }
    }
}

#[derive(Serialize)]
struct SummaryView {
    from: NaiveDate,
    to: NaiveDate,
    data: Vec<DayView>,
    /// Up to which position of the log it holds everything.
    as_of: u64,
}

/// Sales by day, app and currency.
async fn summary(
    admin: OperatorReader,
    query: Result<Query<DaysQuery>, QueryRejection>,
) -> Result<Json<SummaryView>, Problem> {
    let Query(query) = query.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let id = admin.operator()?;
    let operator = admin.engine.directory().operator(&id);
    let zone = operator.map_or(chrono_tz::UTC, |operator| operator.calendar().zone);
    let today = admin.engine.host().now().with_timezone(&zone).date_naive();
    let to = query.to.unwrap_or(today);
    let from = query
        .from
        .or_else(|| to.checked_sub_days(Days::new(DAYS.saturating_sub(1))))
        .unwrap_or(to);
    if from > to || to.signed_duration_since(from).num_days() >= MOST_DAYS {
        let flaw = format!("A summary is of 1 to {MOST_DAYS} days, from the first to the last.");
        return Err(Problem::unreadable(flaw));
    }
    let asked = DaysAsked {
        from: from.to_string(),
        to: to.to_string(),
    };
    let (rows, as_of) = admin.engine.days_of(&id, &asked).await?;
    Ok(Json(SummaryView {
        from,
        to,
        data: rows.into_iter().map(DayView::from).collect(),
        as_of: as_of.0.0,
    }))
}

#[derive(Deserialize)]
struct TimesQuery {
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
}

/// A pass was used.
#[derive(Serialize)]
struct ValidationView {
    pass_id: String,
    fare_id: String,
    /// `activated` or `shown`.
    kind: String,
    at: DateTime<Utc>,
}

/// Passes being activated and shown, the latest first.
async fn validations(
    admin: OperatorReader,
    paging: Paging,
    query: Result<Query<TimesQuery>, QueryRejection>,
) -> Result<Json<ReportPage<ValidationView>>, Problem> {
    let Query(query) = query.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let after = paging.after.as_deref().map(|cursor| {
        let (at, position) = place(cursor)?;
        let position = position
            .parse()
            .map_err(|_| Problem::unreadable("The cursor is none that a list gave."))?;
        Ok::<_, Problem>((at, position))
    });
    let asked = ValidationsAsked {
        from: query.from,
        to: query.to,
        after: after.transpose()?,
        limit: paging.limit.saturating_add(1),
    };
    let (rows, as_of) = admin.engine.validations_of(&admin.operator()?, &asked).await?;
    let name = |row: &ValidationRow| cursor(row.at, &row.position.to_string());
    let show = |row: ValidationRow| {
        Ok(ValidationView {
            pass_id: row.pass,
            fare_id: row.fare,
            kind: row.kind,
            at: moment(row.at),
        })
    };
    ReportPage::of(rows, paging.limit, as_of, name, show).map(Json)
}
