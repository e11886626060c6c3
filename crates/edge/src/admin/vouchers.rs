//! `/admin/v1/{environment}/operators/{operator_id}/vouchers`: codes by which an operator unlocks restricted fares.

use axum::{Json, response::Response};
use domain::{SeriesId, VoucherId, series::Series, voucher::Voucher};
use engine::{Answer, Claim, IntoSeries, IssueVouchers, IssuedVouchers};
use serde::Serialize;

use super::{
    admin_key::Admin,
    once::{self, Asked},
    page::{Paging, cursor},
    permit::{OperatorAdmin, OperatorReader},
    problem::Problem,
    voucher_view::{CodeView, MoreDocument, SeriesDocument, SeriesView, VoucherView},
};
use crate::ticketing::universal_url;

/// Every series of an operator.
#[derive(Serialize)]
pub(super) struct SeriesList {
    series: Vec<SeriesView>,
}

/// A series with some of its vouchers.
#[derive(Serialize)]
pub(super) struct SeriesPageView {
    #[serde(flatten)]
    series: SeriesView,
    vouchers: Vec<VoucherView>,
    /// What to send as `cursor` for those that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A series with the codes that were issued just now.
#[derive(Serialize)]
struct IssuedView {
    #[serde(flatten)]
    series: SeriesView,
    codes: Vec<CodeView>,
}

/// Opens a series and issues its first codes.
pub(super) async fn issue(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = open(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn open(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let document: SeriesDocument = asked.read()?;
    let issue = IssueVouchers {
        operator: admin.operator()?,
        count: document.count,
        series: IntoSeries::New(document.into()),
    };
    put_out(admin, &issue, claim).await
}

/// Issues more codes of a series.
pub(super) async fn issue_more(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = add(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn add(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let more: MoreDocument = asked.read()?;
    let issue = IssueVouchers {
        operator: admin.operator()?,
        count: more.count,
        series: IntoSeries::Existing(series_of(admin)?),
    };
    put_out(admin, &issue, claim).await
}

async fn put_out(admin: &Admin, issue: &IssueVouchers, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let now = admin.engine.host().now();
    let render = |issued: &IssuedVouchers| {
        let codes = issued.vouchers.iter().map(|(id, code)| CodeView {
            voucher_id: id.clone(),
            code: code.expose().to_owned(),
            universal_url: universal_url(&admin.public_url, admin.environment, code.expose()),
        });
        once::success(&IssuedView {
            series: SeriesView::of(&issued.series, now),
            codes: codes.collect(),
        })
    };
    let issued = admin
        .engine
        .issue_vouchers(&admin.context, issue, claim, &render)
        .await;
    Ok(issued?)
}

/// Every series of the operator, the oldest first.
pub(super) async fn list(admin: OperatorReader) -> Result<Json<SeriesList>, Problem> {
    let now = admin.engine.host().now();
    let series = admin.engine.series_of(&admin.operator()?).await?;
    let series = series.iter().map(|series| SeriesView::of(series, now)).collect();
    Ok(Json(SeriesList { series }))
}

/// One series, with its vouchers in the order of issue, page by page.
pub(super) async fn get(admin: OperatorReader, paging: Paging) -> Result<Json<SeriesPageView>, Problem> {
    let now = admin.engine.host().now();
    let after = paging.after.map(VoucherId::parse).transpose();
    let after = after.map_err(|_| Problem::unreadable("The cursor is none that this list gave."))?;
    let (operator, series) = (admin.operator()?, series_of(&admin)?);
    let page = admin
        .engine
        .series_page(&operator, &series, after.as_ref(), paging.limit)
        .await?;
    Ok(Json(SeriesPageView {
        series: SeriesView::of(&page.series, now),
        vouchers: page.vouchers.iter().map(VoucherView::from).collect(),
        next_cursor: page.more_after.as_ref().map(|last| cursor(last.as_str())),
    }))
}

/// Lets no code of the series be redeemed any more.
pub(super) async fn withdraw(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = take_back(&admin, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn take_back(admin: &Admin, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let now = admin.engine.host().now();
    let (operator, series) = (admin.operator()?, series_of(admin)?);
    let render = |series: &Series| once::success(&SeriesView::of(series, now));
    let withdrawn = admin
        .engine
        .withdraw_series(&admin.context, &operator, &series, claim, &render)
        .await;
    Ok(withdrawn?)
}

/// Lets one code be redeemed no more.
pub(super) async fn withdraw_one(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = take_one_back(&admin, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn take_one_back(admin: &Admin, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let (operator, series) = (admin.operator()?, series_of(admin)?);
    let voucher = VoucherId::parse(admin.named("voucher_id"));
    let voucher = voucher.map_err(|_| Problem::not_found("There is no such voucher."))?;
    let render = |voucher: &Voucher| once::success(&VoucherView::from(voucher));
    let withdrawn = admin
        .engine
        .withdraw_voucher(&admin.context, &operator, (&series, &voucher), claim, &render)
        .await;
    Ok(withdrawn?)
}

fn series_of(admin: &Admin) -> Result<SeriesId, Problem> {
    SeriesId::parse(admin.named("series_id")).map_err(|_| Problem::not_found("There is no such series."))
}
