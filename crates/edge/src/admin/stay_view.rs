//! A stay, as its operator and finance see it. Of the rider there is the id alone.

use chrono::{DateTime, Utc};
use domain::{
    AppId, LocationId, Money, OperatorId, ParkingSessionId, PurchaseId, UserId,
    parking::{GivenUp, ParkingSession, Payment, Settlement},
};
use engine::{Answer, DebtSum, StayRow};
use serde::Serialize;

use super::once;

/// A stay.
#[derive(Serialize)]
pub(super) struct StayView {
    session_id: ParkingSessionId,
    operator_id: OperatorId,
    app_id: AppId,
    user_id: UserId,
    location_id: LocationId,
    is_simulated: bool,
    /// `awaiting_entry`, `active`, `over` or `given_up`.
    state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
    /// The rule by which it was closed, or `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    given_up: Option<String>,
    /// What it cost, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<i64>,
    /// ISO 4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// `none`, `due`, `paid`, `owed`, `paid_late` or `forgiven`.
    payment: String,
    /// How often it was tried to have it paid.
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase_id: Option<PurchaseId>,
    /// Only in lists, as what follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_attempt_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owed_since: Option<DateTime<Utc>>,
}

impl From<StayRow> for StayView {
    fn from(row: StayRow) -> Self {
        Self {
            session_id: row.session,
            operator_id: row.operator,
            app_id: row.app,
            user_id: row.rider,
            location_id: row.location,
            is_simulated: row.is_simulated,
            state: row.state,
            started_at: row.started_at,
            ended_at: row.ended_at,
            given_up: row.given_up,
            amount: row.cost.map(|cost| cost.amount),
            currency: row.cost.map(code),
            payment: row.payment,
            attempts: row.attempts,
            purchase_id: row.purchase,
            last_attempt_at: row.last_attempt_at,
            failure: row.failure,
            owed_since: row.owed_since,
        }
    }
}

impl StayView {
    /// As its own stream says, which knows what was written a moment ago.
    pub(super) fn of(session: &ParkingSession) -> Self {
        let (stay, bill) = (session.stay(), session.bill());
        let given_up = session.given_up().map(|how| match how {
            GivenUp::Closed { reason } => reason.as_str(),
            GivenUp::Cancelled => "cancelled",
        });
        let state = match (given_up, session.ended_at(), session.started_at()) {
            (Some(_), ..) => "given_up",
            (None, Some(_), _) => "over",
            (None, None, Some(_)) => "active",
            (None, None, None) => "awaiting_entry",
        };
        Self {
            session_id: stay.session.clone(),
            operator_id: stay.operator.clone(),
            app_id: stay.app.clone(),
            user_id: stay.user.clone(),
            location_id: stay.location.clone(),
            is_simulated: stay.is_simulated,
            state: state.to_owned(),
            started_at: session.started_at(),
            ended_at: session.ended_at(),
            given_up: given_up.map(str::to_owned),
            amount: bill.map(|bill| bill.cost.amount),
            currency: bill.map(|bill| code(bill.cost)),
            payment: payment_of(session).to_owned(),
            attempts: bill.map_or(0, |bill| bill.attempts),
            purchase_id: bill.map(|bill| bill.purchase.clone()),
            last_attempt_at: None,
            failure: None,
            owed_since: None,
        }
    }
}

fn payment_of(session: &ParkingSession) -> &'static str {
    let Some(bill) = session.bill() else { return "none" };
    match &bill.payment {
        Payment::Due => "due",
        Payment::Paid if bill.debt.is_none() => "paid",
        Payment::Paid
        | Payment::Settled {
            settlement: Settlement::Paid { .. },
        } => "paid_late",
        Payment::Owed => "owed",
        Payment::Settled {
            settlement: Settlement::Forgiven { .. },
        } => "forgiven",
    }
}

fn code(money: Money) -> String {
    money.currency.code().to_owned()
}

/// What is owed in one currency.
#[derive(Serialize)]
pub(super) struct DebtView {
    /// ISO 4217.
    currency: String,
    /// All of it, in minor units.
    amount: i64,
    /// For how many stays.
    stays: u64,
}

impl From<DebtSum> for DebtView {
    fn from(sum: DebtSum) -> Self {
        Self {
            currency: code(sum.total),
            amount: sum.total.amount,
            stays: sum.stays,
        }
    }
}

/// The answer to whoever changed something.
pub(super) fn render(session: &ParkingSession) -> Answer {
    once::success(&StayView::of(session))
}
