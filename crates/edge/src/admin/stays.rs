//! `/admin/v1/{environment}/operators/{operator_id}/parking`: the stays at an operator's places, and what is owed for
//! them.

use axum::{
    Json, Router,
    extract::{Query, rejection::QueryRejection},
    response::Response,
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use domain::{LocationId, ParkingSessionId};
use engine::{Answer, Claim, DeskProblem, ParkingStays, Ruling, StayRow, StaysAsked};
use serde::{Deserialize, Serialize};

use super::{
    admin_key::Admin,
    once::{self, Asked, key_reused},
    page::Paging,
    permit::{OperatorAdmin, OperatorReader},
    problem::Problem,
    reports::{ReportPage, cursor, place},
    stay_view::{DebtView, StayView, render},
    supply::sentence,
};
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/parking/sessions",
            get(list),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/parking/sessions/{session_id}",
            get(show),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/parking/sessions/{session_id}/forgive",
            post(forgive),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/parking/sessions/{session_id}/end",
            post(end),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/parking/sessions/{session_id}/cancel",
            post(cancel),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/parking/debts",
            get(debts),
        )
}

#[derive(Deserialize)]
struct StaysQuery {
    state: Option<String>,
    payment: Option<String>,
    location: Option<String>,
}

type Queried = Result<Query<StaysQuery>, QueryRejection>;

/// Stays, the newest first.
async fn list(
    admin: OperatorReader,
    paging: Paging,
    query: Queried,
) -> Result<Json<ReportPage<StayView>>, Problem> {
    let asked = asked_for(&paging, query)?;
    page(&admin, paging.limit, &asked).await.map(Json)
}

fn asked_for(paging: &Paging, query: Queried) -> Result<StaysAsked, Problem> {
    let Query(query) = query.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let no_cursor = || Problem::unreadable("The cursor is none that a list gave.");
    let after = paging.after.as_deref().map(|after| {
        let (at, id) = place(after)?;
        let at = DateTime::from_timestamp_micros(at).ok_or_else(no_cursor)?;
        let session = ParkingSessionId::parse(id).map_err(|_| no_cursor())?;
        Ok::<_, Problem>((at, session))
    });
    let location = query.location.map(|id| {
        LocationId::parse(id).map_err(|_| Problem::unreadable("location has to be the id of a location."))
    });
    Ok(StaysAsked {
        state: named("state", query.state, &ParkingStays::STATES)?,
        payment: named("payment", query.payment, &ParkingStays::PAYMENTS)?,
        location: location.transpose()?,
        only_debts: false,
        after: after.transpose()?,
        limit: paging.limit.saturating_add(1),
    })
}

fn named(field: &'static str, given: Option<String>, known: &[&str]) -> Result<Option<String>, Problem> {
    match given {
        Some(name) if !known.contains(&name.as_str()) => {
            let names = known.join(", ");
            Err(Problem::unreadable(format!("{field} is one of {names}.")))
        }
        given => Ok(given),
    }
}

async fn page(admin: &Admin, limit: usize, asked: &StaysAsked) -> Result<ReportPage<StayView>, Problem> {
    let (rows, as_of) = admin.engine.stays_of(&admin.operator()?, asked).await?;
    let name = |row: &StayRow| cursor(row.began.timestamp_micros(), row.session.as_str());
    ReportPage::of(rows, limit, as_of, name, |row| Ok(StayView::from(row)))
}

/// What riders owe, with a sum for each currency.
#[derive(Serialize)]
struct Debts {
    totals: Vec<DebtView>,
    #[serde(flatten)]
    page: ReportPage<StayView>,
}

/// What is owed, the newest stay first; what is being tried again is owed, too.
async fn debts(admin: OperatorReader, paging: Paging, query: Queried) -> Result<Json<Debts>, Problem> {
    let asked = StaysAsked {
        only_debts: true,
        ..asked_for(&paging, query)?
    };
    let sums = admin.engine.debts_of(&admin.operator()?).await?;
    Ok(Json(Debts {
        totals: sums.into_iter().map(DebtView::from).collect(),
        page: page(&admin, paging.limit, &asked).await?,
    }))
}

/// One, however it stands.
async fn show(admin: OperatorReader) -> Result<Json<StayView>, Problem> {
    let (operator, session) = (admin.operator()?, session_id(&admin)?);
    let stay = admin.engine.stay_at(&operator, &session).await?;
    Ok(Json(StayView::of(&stay)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReasonDocument {
    reason: String,
}

fn reason_of(asked: &Asked) -> Result<String, Problem> {
    let ReasonDocument { reason } = asked.read()?;
    match reason.trim().is_empty() {
        true => Err(Problem::unprocessable("The reason is blank.")),
        false => Ok(reason),
    }
}

/// Lets what is owed for a stay go.
async fn forgive(admin: OperatorAdmin, asked: Asked) -> Response {
    rule(&admin, &asked, |reason| Ruling::Forgive { reason }).await
}

/// Calls a stay off that goes on.
async fn cancel(admin: OperatorAdmin, asked: Asked) -> Response {
    rule(&admin, &asked, |reason| Ruling::Cancel { reason }).await
}

async fn rule(admin: &Admin, asked: &Asked, ruling: fn(String) -> Ruling) -> Response {
    let key = asked.claim(admin);
    let outcome = ruled(admin, asked, ruling, key.as_ref()).await;
    once::settle(admin, key.as_ref(), outcome).await
}

async fn ruled(
    admin: &Admin,
    asked: &Asked,
    ruling: fn(String) -> Ruling,
    key: Option<&Claim>,
) -> Result<Answer, Problem> {
    let (operator, session, reason) = (admin.operator()?, session_id(admin)?, reason_of(asked)?);
    let ruled = admin
        .engine
        .rule_on_stay(
            &admin.context,
            (&operator, &session),
            &ruling(reason),
            key,
            &render,
        )
        .await;
    Ok(ruled?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndDocument {
    /// Now, if absent.
    ended_at: Option<DateTime<Utc>>,
}

/// Ends a stay for a rider who forgot.
async fn end(admin: OperatorAdmin, asked: Asked) -> Response {
    let key = asked.claim(&admin);
    let outcome = bring_to_an_end(&admin, &asked, key.as_ref()).await;
    once::settle(&admin, key.as_ref(), outcome).await
}

async fn bring_to_an_end(admin: &Admin, asked: &Asked, key: Option<&Claim>) -> Result<Answer, Problem> {
    let EndDocument { ended_at } = asked.read()?;
    let (operator, session) = (admin.operator()?, session_id(admin)?);
    let ended = admin
        .engine
        .end_for_rider(&admin.context, (&operator, &session), ended_at, key, &render)
        .await;
    Ok(ended?)
}

fn session_id(admin: &Admin) -> Result<ParkingSessionId, Problem> {
    ParkingSessionId::parse(admin.named("session_id")).map_err(|_| unknown())
}

fn unknown() -> Problem {
    Problem::not_found("There is no such stay at this operator's places.")
}

impl From<DeskProblem> for Problem {
    fn from(problem: DeskProblem) -> Self {
        match problem {
            DeskProblem::KeyReused => key_reused(),
            DeskProblem::NoSuchStay => unknown(),
            problem @ (DeskProblem::EndsInFuture | DeskProblem::EndsBeforeStart) => {
                Self::unprocessable(format!("ended_at: {problem}."))
            }
            problem @ (DeskProblem::Gated
            | DeskProblem::GivenUp
            | DeskProblem::Over
            | DeskProblem::PaymentUnderWay
            | DeskProblem::NothingOwed) => Self::conflict(sentence(&problem)),
            DeskProblem::Failure(failure) => failure.into(),
        }
    }
}
