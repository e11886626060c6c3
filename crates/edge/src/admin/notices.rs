//! `/admin/v1/{environment}/operators/{operator_id}/service-alerts` and `…/fare-free`: what riders are told, and when
//! riding is free. Riders see it with their next request.

use axum::{
    Json, Router,
    response::Response,
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use domain::{
    NoticeId,
    catalog::TimeRange,
    operator::{FareFreePeriod, Operator, OperatorCommand, ServiceAlert},
    text::Text,
};
use engine::{Answer, Claim};
use serde::Serialize;

use super::{
    admin_key::Admin,
    once::{self, Asked},
    page::{Page, Paging},
    permit::{OperatorAdmin, OperatorReader},
    problem::Problem,
};
use crate::{
    marketplace::{FareFreeDocument, ServiceAlertDocument, alert_of, period_of},
    server::Edge,
};

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/service-alerts",
            get(alerts).post(raise),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/service-alerts/{notice_id}/clear",
            post(clear),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/fare-free",
            get(periods).post(declare),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/fare-free/{notice_id}/withdraw",
            post(withdraw),
        )
}

/// An announcement.
#[derive(Serialize)]
struct NoticeView {
    id: NoticeId,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
    /// Whether riders see it now.
    active: bool,
}

impl NoticeView {
    fn new(id: &NoticeId, texts: (Option<&Text>, Option<&Text>), time: &TimeRange, active: bool) -> Self {
        Self {
            id: id.clone(),
            header: texts.0.cloned(),
            description: texts.1.cloned(),
            from: time.start,
            until: time.end,
            active,
        }
    }

    fn of_alert(alert: &ServiceAlert, now: DateTime<Utc>) -> Self {
        let texts = (Some(&alert.header), Some(&alert.description));
        Self::new(&alert.id, texts, &alert.active, alert.active.contains(now))
    }

    fn of_period(period: &FareFreePeriod, now: DateTime<Utc>) -> Self {
        let texts = (period.header.as_ref(), period.description.as_ref());
        Self::new(&period.id, texts, &period.active, period.active.contains(now))
    }
}

/// What was taken back.
#[derive(Serialize)]
struct WithdrawnView<'a> {
    id: &'a NoticeId,
    active: bool,
}

/// Service alerts that stand, by id: those of the past and the future, too.
async fn alerts(admin: OperatorReader, paging: Paging) -> Result<Json<Page<NoticeView>>, Problem> {
    let (operator, now) = (known(&admin)?, admin.engine.host().now());
    let mut alerts: Vec<&ServiceAlert> = operator.standing_alerts().collect();
    alerts.sort_by(|one, other| one.id.cmp(&other.id));
    let name = |alert: &&ServiceAlert| alert.id.to_string();
    Ok(Json(Page::of(alerts, &paging, name, |alert| {
        NoticeView::of_alert(alert, now)
    })))
}

/// Times in which riding is free, by id: those of the past and the future, too.
async fn periods(admin: OperatorReader, paging: Paging) -> Result<Json<Page<NoticeView>>, Problem> {
    let (operator, now) = (known(&admin)?, admin.engine.host().now());
    let mut periods: Vec<&FareFreePeriod> = operator.fare_free_periods().collect();
    periods.sort_by(|one, other| one.id.cmp(&other.id));
    let name = |period: &&FareFreePeriod| period.id.to_string();
    Ok(Json(Page::of(periods, &paging, name, |period| {
        NoticeView::of_period(period, now)
    })))
}

fn known(admin: &Admin) -> Result<std::sync::Arc<Operator>, Problem> {
    let id = admin.operator()?;
    let operator = admin.engine.directory().operator(&id);
    operator.ok_or_else(|| Problem::not_found("There is no such operator."))
}

/// A text with translations is in the operator's own language, unless it says otherwise, as in the marketplace file.
fn in_its_language(text: &mut Text, operator: &Operator) {
    if text.language.is_none() && !text.translations.is_empty() {
        text.language.clone_from(&operator.profile().name.language);
    }
}

fn shown(text: &Text) -> Result<(), Problem> {
    let blank = |text: &str| text.trim().is_empty();
    match blank(&text.default) || text.translations.values().any(|text| blank(text)) {
        true => Err(Problem::unprocessable("A text is blank.")),
        false => Ok(()),
    }
}

/// Tells riders something.
async fn raise(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = raised(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn raised(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let document: ServiceAlertDocument = asked.read()?;
    let mut alert = alert_of(&document).map_err(Problem::unprocessable)?;
    let operator = known(admin)?;
    for text in [&mut alert.header, &mut alert.description] {
        in_its_language(text, &operator);
        shown(text)?;
    }
    let command = |at| OperatorCommand::RaiseAlert {
        alert: alert.clone(),
        at,
    };
    let render = |_: &Operator, at| once::success(&NoticeView::of_alert(&alert, at));
    tell(admin, &command, claim, &render).await
}

/// Makes riding free for a time.
async fn declare(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = declared(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn declared(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let document: FareFreeDocument = asked.read()?;
    let mut period = period_of(&document).map_err(Problem::unprocessable)?;
    let operator = known(admin)?;
    for text in [&mut period.header, &mut period.description]
        .into_iter()
        .flatten()
    {
        in_its_language(text, &operator);
        shown(text)?;
    }
    let command = |at| OperatorCommand::DeclareFareFree {
        period: period.clone(),
        at,
    };
    let render = |_: &Operator, at| once::success(&NoticeView::of_period(&period, at));
    tell(admin, &command, claim, &render).await
}

/// Tells it no more.
async fn clear(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let alert = |notice: NoticeId, at| OperatorCommand::ClearAlert { alert: notice, at };
    let outcome = taken_back(&admin, claim.as_ref(), &alert).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

/// Not free after all, or no longer.
async fn withdraw(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let period = |notice: NoticeId, at| OperatorCommand::WithdrawFareFree { period: notice, at };
    let outcome = taken_back(&admin, claim.as_ref(), &period).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn taken_back(
    admin: &Admin,
    claim: Option<&Claim>,
    of: &(dyn Fn(NoticeId, DateTime<Utc>) -> OperatorCommand + Send + Sync),
) -> Result<Answer, Problem> {
    let id = NoticeId::parse(admin.named("notice_id"));
    let id = id.map_err(|_| Problem::not_found("There is no such announcement."))?;
    let command = |at| of(id.clone(), at);
    let view = WithdrawnView {
        id: &id,
        active: false,
    };
    let render = |_: &Operator, _| once::success(&view);
    tell(admin, &command, claim, &render).await
}

async fn tell(
    admin: &Admin,
    command: &(dyn Fn(DateTime<Utc>) -> OperatorCommand + Send + Sync),
    claim: Option<&Claim>,
    render: &(dyn Fn(&Operator, DateTime<Utc>) -> Answer + Send + Sync),
) -> Result<Answer, Problem> {
    let operator = admin.operator()?;
    let told = admin
        .engine
        .administer(&admin.context, operator.as_str(), command, claim, render)
        .await;
    Ok(told?)
}
