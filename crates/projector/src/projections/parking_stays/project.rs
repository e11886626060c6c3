//! From the events of a stay to its row.

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, Money, PurchaseId,
    parking::{ParkingEvent, ParkingSession, Settlement, Stay},
};
use event_log::{Recorded, Upcasters};

use super::ParkingStays;
use crate::{
    projection::{ProjectError, Projection},
    store::{Build, Rows, Value},
};

impl Projection for ParkingStays {
    const NAME: &'static str = "parking_stays";
    const VERSION: u32 = 1;
    const TABLES: &'static [&'static str] = &["parking_stays"];
    const CATEGORIES: &'static [&'static str] = &[ParkingSession::CATEGORY];

    async fn project(
        rows: &mut Rows<'_>,
        build: Build,
        event: &Recorded,
        upcasters: &Upcasters,
    ) -> Result<(), ProjectError> {
        let change: ParkingEvent = event.lift(upcasters)?;
        let session = event.stream.id();
        Place { rows, build, session }.take(&change).await
    }
}

/// Where one event's row is.
struct Place<'a, 'c> {
    rows: &'a mut Rows<'c>,
    build: Build,
    session: &'a str,
}

impl Place<'_, '_> {
    async fn take(&mut self, event: &ParkingEvent) -> Result<(), ProjectError> {
        const ENTER: &str = "UPDATE parking_stays SET state = 'active', started_at = $3
            WHERE build = $1 AND session = $2";
        const END: &str = "UPDATE parking_stays SET state = 'over', ended_at = $3
            WHERE build = $1 AND session = $2";
        match event {
            ParkingEvent::Started { stay, at } => self.begun(stay, ("active", *at)).await,
            ParkingEvent::EntryPending { stay, at, .. } => self.begun(stay, ("awaiting_entry", *at)).await,
            ParkingEvent::GateEntered { at, .. } => self.one(ENTER, &[micros(*at)]).await,
            // Until the entry is known, nothing follows from it; once it is, the stay ends.
            ParkingEvent::GateLeft { .. } => Ok(()),
            ParkingEvent::Ended { at, .. } => self.one(END, &[micros(*at)]).await,
            ParkingEvent::Closed { reason, .. } => self.given_up(reason.as_str()).await,
            ParkingEvent::Cancelled { .. } => self.given_up("cancelled").await,
            ParkingEvent::Billed { purchase, cost, at } => self.billed(purchase, *cost, *at).await,
            ParkingEvent::BilledAgain { purchase, at } => self.billed_again(purchase, *at).await,
            ParkingEvent::Paid { .. } => self.paid().await,
            ParkingEvent::PaymentFailed { code, at, .. } => self.failed(code, *at).await,
            ParkingEvent::DebtSettled { settlement, .. } => self.settled(settlement).await,
        }
    }

    /// Runs a statement that touches this stay's row: anything else is drift, which stops the projection.
    async fn one(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<(), ProjectError> {
        let key = [Value::Integer(self.build.number()), Value::Text(self.session)];
        let all: Vec<Value<'_>> = key.into_iter().chain(values.iter().copied()).collect();
        match self.rows.execute(sql, &all).await? {
            1 => Ok(()),
            touched => Err(ProjectError::Drift(format!("{touched} stays where one was due"))),
        }
    }

    async fn begun(&mut self, stay: &Stay, begun: (&'static str, DateTime<Utc>)) -> Result<(), ProjectError> {
        const BEGIN: &str = "INSERT INTO parking_stays
            (build, session, operator, app, rider, location, is_simulated, state, began, payment, attempts)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'none', 0)";
        const START: &str = "UPDATE parking_stays SET started_at = began
            WHERE build = $1 AND session = $2 AND state = 'active'";
        if stay.session.as_str() != self.session {
            return Err(ProjectError::Drift(
                "a stay stands in another one's stream".to_owned(),
            ));
        }
        let (state, at) = begun;
        let values = [
            Value::Text(stay.operator.as_str()),
            Value::Text(stay.app.as_str()),
            Value::Text(stay.user.as_str()),
            Value::Text(stay.location.as_str()),
            Value::Integer(i64::from(stay.is_simulated)),
            Value::Text(state),
            micros(at),
        ];
        self.one(BEGIN, &values).await?;
        match state {
            "active" => self.one(START, &[]).await,
            _ => Ok(()),
        }
    }

    async fn given_up(&mut self, reason: &'static str) -> Result<(), ProjectError> {
        const GIVE_UP: &str = "UPDATE parking_stays SET state = 'given_up', given_up = $3
            WHERE build = $1 AND session = $2";
        self.one(GIVE_UP, &[Value::Text(reason)]).await
    }

    async fn billed(
        &mut self,
        purchase: &PurchaseId,
        cost: Money,
        at: DateTime<Utc>,
    ) -> Result<(), ProjectError> {
        const BILL: &str = "UPDATE parking_stays SET payment = 'due', attempts = 1, purchase = $3, cost = $4,
            currency = $5, last_attempt_at = $6 WHERE build = $1 AND session = $2";
        let values = [
            Value::Text(purchase.as_str()),
            Value::Integer(cost.amount),
            Value::Text(cost.currency.code()),
            micros(at),
        ];
        self.one(BILL, &values).await
    }

    async fn billed_again(&mut self, purchase: &PurchaseId, at: DateTime<Utc>) -> Result<(), ProjectError> {
        const AGAIN: &str =
            "UPDATE parking_stays SET payment = 'due', attempts = attempts + 1, purchase = $3,
            last_attempt_at = $4 WHERE build = $1 AND session = $2";
        self.one(AGAIN, &[Value::Text(purchase.as_str()), micros(at)])
            .await
    }

    async fn paid(&mut self) -> Result<(), ProjectError> {
        const PAID: &str = "UPDATE parking_stays
            SET payment = CASE WHEN owed_since IS NULL THEN 'paid' ELSE 'paid_late' END
            WHERE build = $1 AND session = $2";
        self.one(PAID, &[]).await
    }

    async fn failed(&mut self, code: &str, at: DateTime<Utc>) -> Result<(), ProjectError> {
        const FAILED: &str = "UPDATE parking_stays SET payment = 'owed', failure = $3, last_attempt_at = $4,
            owed_since = coalesce(owed_since, $4) WHERE build = $1 AND session = $2";
        self.one(FAILED, &[Value::Text(code), micros(at)]).await
    }

    async fn settled(&mut self, settlement: &Settlement) -> Result<(), ProjectError> {
        const SETTLED: &str = "UPDATE parking_stays SET payment = $3 WHERE build = $1 AND session = $2";
        let payment = match settlement {
            Settlement::Paid { .. } => "paid_late",
            Settlement::Forgiven { .. } => "forgiven",
        };
        self.one(SETTLED, &[Value::Text(payment)]).await
    }
}

fn micros(at: DateTime<Utc>) -> Value<'static> {
    Value::Integer(at.timestamp_micros())
}
