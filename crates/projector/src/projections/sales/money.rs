//! From the events of purchases to sales and refunds.

use chrono::{DateTime, Utc};
use domain::{
    Money, RefundId,
    purchase::{ChargeFacts, Order, PurchaseEvent},
};
use event_log::Recorded;

use super::project::day_in;
use crate::{
    projection::ProjectError,
    store::{Build, Rows, Value},
};

/// Where one event's rows go.
pub(super) struct Place<'a, 'c> {
    rows: &'a mut Rows<'c>,
    build: Build,
    pub(super) recorded: &'a Recorded,
}

pub(super) async fn project(
    rows: &mut Rows<'_>,
    build: Build,
    recorded: &Recorded,
    event: &PurchaseEvent,
) -> Result<(), ProjectError> {
    let purchase = Value::Text(recorded.stream.id());
    let mut place = Place {
        rows,
        build,
        recorded,
    };
    match event {
        PurchaseEvent::Started { order, .. } => place.begun(order).await,
        PurchaseEvent::Charged { facts, at } => place.charged(facts, *at).await,
        PurchaseEvent::Completed { at } => place.completed(*at).await,
        PurchaseEvent::RefundStarted {
            refund,
            amount,
            fee_returned,
            at,
            ..
        } => place.refund(refund, (*amount, *fee_returned), *at).await,
        PurchaseEvent::RefundRetried {
            refund, fee_returned, ..
        } => {
            const RETRY: &str = "UPDATE refunds SET state = 'pending', fee_returned = $4
                WHERE build = $1 AND purchase = $2 AND refund = $3";
            place
                .one(
                    RETRY,
                    &[
                        purchase,
                        Value::Text(refund.as_str()),
                        Value::Integer(fee_returned.amount),
                    ],
                )
                .await
        }
        PurchaseEvent::RefundUnknown { refund, .. } => {
            const UNKNOWN: &str = "UPDATE refunds SET state = 'unknown'
                WHERE build = $1 AND purchase = $2 AND refund = $3";
            place
                .one(UNKNOWN, &[purchase, Value::Text(refund.as_str())])
                .await
        }
        PurchaseEvent::Refunded {
            refund,
            stripe_refund,
            ..
        } => {
            const DONE: &str = "UPDATE refunds SET state = 'succeeded', stripe_refund = $4
                WHERE build = $1 AND purchase = $2 AND refund = $3";
            place
                .one(
                    DONE,
                    &[
                        purchase,
                        Value::Text(refund.as_str()),
                        Value::Text(stripe_refund.as_str()),
                    ],
                )
                .await
        }
        PurchaseEvent::RefundRefused { refund, .. } | PurchaseEvent::RefundUndone { refund, .. } => {
            const REFUSED: &str = "UPDATE refunds SET state = 'failed'
                WHERE build = $1 AND purchase = $2 AND refund = $3";
            place
                .one(REFUSED, &[purchase, Value::Text(refund.as_str())])
                .await
        }
        PurchaseEvent::Disputed { .. }
        | PurchaseEvent::DisputeEscalated { .. }
        | PurchaseEvent::DisputeClosed { .. } => place.dispute(event).await,
        PurchaseEvent::CredentialDerived { .. }
        | PurchaseEvent::OutcomeUnknown { .. }
        | PurchaseEvent::StepRenewed { .. }
        | PurchaseEvent::ActionRequired { .. }
        | PurchaseEvent::CredentialHandedOver { .. }
        | PurchaseEvent::ChargeReported { .. }
        | PurchaseEvent::TokenDelivered { .. }
        | PurchaseEvent::TokenNotDelivered { .. }
        | PurchaseEvent::ReportRefuted { .. }
        | PurchaseEvent::Declined { .. }
        | PurchaseEvent::DeclinedForNow { .. }
        | PurchaseEvent::Voided { .. }
        | PurchaseEvent::ReviewRequested { .. } => Ok(()),
    }
}

impl Place<'_, '_> {
    /// Runs a statement that touches exactly one row: drift stops the projection.
    pub(super) async fn one(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<(), ProjectError> {
        let all: Vec<Value<'_>> = std::iter::once(Value::Integer(self.build.number()))
            .chain(values.iter().copied())
            .collect();
        match self.rows.execute(sql, &all).await? {
            1 => Ok(()),
            touched => Err(ProjectError::Drift(format!("{touched} rows where one was due"))),
        }
    }

    async fn begun(&mut self, order: &Order) -> Result<(), ProjectError> {
        const BEGIN: &str = "INSERT INTO sales
            (build, purchase, operator, app, zone, currency, amount, fee, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'begun')";
        const FARE: &str = "INSERT INTO sale_fares (build, purchase, fare, quantity) VALUES ($1, $2, $3, $4)
            ON CONFLICT (build, purchase, fare) DO UPDATE SET quantity = sale_fares.quantity + excluded.quantity";
        let of_items = order.items.first().map(|line| line.terms.calendar.zone);
        let zone = order.parked.as_ref().map(|stay| stay.zone).or(of_items);
        let (id, recorded) = (order.purchase.as_str(), self.recorded);
        if recorded.stream.id() != id {
            return Err(ProjectError::Drift(
                "a purchase stands in another one's stream".to_owned(),
            ));
        }
        let values = [
            Value::Text(id),
            Value::Text(order.operator.as_str()),
            Value::Text(order.app.as_str()),
            Value::Text(zone.map_or("UTC", |zone| zone.name())),
            Value::Text(order.total.currency.code()),
            Value::Integer(order.total.amount),
            Value::Integer(order.engine_fee.amount),
        ];
        self.one(BEGIN, &values).await?;
        for line in &order.items {
            let values = [
                Value::Text(id),
                Value::Text(line.terms.fare.id.as_str()),
                Value::Integer(line.quantity.into()),
            ];
            self.one(FARE, &values).await?;
        }
        Ok(())
    }

    async fn charged(&mut self, facts: &ChargeFacts, at: DateTime<Utc>) -> Result<(), ProjectError> {
        const CHARGE: &str =
            "UPDATE sales SET state = 'charged', sold_at = $3, day = $4, amount = $5, fee = $6,
            charge = $7, payment_intent = nullif($8, '') WHERE build = $1 AND purchase = $2";
        let day = self.day(at).await?;
        let intent = facts.payment_intent.as_ref().map_or("", |id| id.as_str());
        let purchase = self.recorded.stream.id();
        let values = [
            Value::Text(purchase),
            Value::Integer(at.timestamp_micros()),
            Value::Text(&day),
            Value::Integer(facts.amount.amount),
            Value::Integer(facts.engine_fee.amount),
            Value::Text(facts.charge.as_str()),
            Value::Text(intent),
        ];
        self.one(CHARGE, &values).await
    }

    /// What is free is sold when it is issued; anything else was when it was paid.
    async fn completed(&mut self, at: DateTime<Utc>) -> Result<(), ProjectError> {
        const COMPLETE: &str = "UPDATE sales SET state = 'completed', sold_at = coalesce(sold_at, $3),
            day = coalesce(day, $4) WHERE build = $1 AND purchase = $2";
        let day = self.day(at).await?;
        let purchase = self.recorded.stream.id();
        let values = [
            Value::Text(purchase),
            Value::Integer(at.timestamp_micros()),
            Value::Text(&day),
        ];
        self.one(COMPLETE, &values).await
    }

    async fn refund(
        &mut self,
        refund: &RefundId,
        (amount, fee): (Money, Money),
        at: DateTime<Utc>,
    ) -> Result<(), ProjectError> {
        const START: &str = "INSERT INTO refunds (build, refund, purchase, operator, app, currency, amount,
                fee_returned, state, started_at, day, actor)
            SELECT build, $3, purchase, operator, app, currency, $4, $5, 'pending', $6, $7, $8
            FROM sales WHERE build = $1 AND purchase = $2";
        let day = self.day(at).await?;
        let metadata = self.recorded.metadata();
        let actor = metadata.map_or_else(|_| String::new(), |it| it.actor.clone());
        let purchase = self.recorded.stream.id();
        let values = [
            Value::Text(purchase),
            Value::Text(refund.as_str()),
            Value::Integer(amount.amount),
            Value::Integer(fee.amount),
            Value::Integer(at.timestamp_micros()),
            Value::Text(&day),
            Value::Text(&actor),
        ];
        self.one(START, &values).await
    }

    /// The operator's day.
    pub(super) async fn day(&mut self, at: DateTime<Utc>) -> Result<String, ProjectError> {
        const ZONE: &str = "SELECT zone FROM sales WHERE build = $1 AND purchase = $2";
        let values = [
            Value::Integer(self.build.number()),
            Value::Text(self.recorded.stream.id()),
        ];
        let zone = self.rows.text(ZONE, &values).await?;
        let zone =
            zone.ok_or_else(|| ProjectError::Drift("money moved for what was never begun".to_owned()))?;
        Ok(day_in(&zone, at))
    }
}
