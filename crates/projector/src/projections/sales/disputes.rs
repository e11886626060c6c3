//! Disputes of what was sold, one by one. What a row leaves out stands in the purchase.

use domain::purchase::PurchaseEvent;
use event_log::Store;

use super::{Sales, money::Place};
use crate::{
    projection::{ProjectError, Projection},
    store::{Value, ViewError, live_build, on_either},
};

/// A dispute of a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeRow {
    /// Which, as Stripe names it.
    pub dispute: String,
    /// Of which purchase.
    pub purchase: String,
    /// Through which app it was sold.
    pub app: String,
    /// In which currency.
    pub currency: String,
    /// How much the rider's bank wants back, in minor units.
    pub amount: i64,
    /// Whether the bank only asks, and has taken nothing.
    pub inquiry: bool,
    /// Why, in Stripe's word; nothing where that was never asked.
    pub reason: Option<String>,
    /// `open`, `won` or `lost`.
    pub state: String,
    /// When it was heard of, in microseconds since 1970-01-01 UTC.
    pub opened_at: i64,
    /// When it was decided.
    pub closed_at: Option<i64>,
}

type Columns = (
    String,
    String,
    String,
    String,
    i64,
    i64,
    String,
    String,
    i64,
    Option<i64>,
);

impl From<Columns> for DisputeRow {
    fn from(columns: Columns) -> Self {
        let (dispute, purchase, app, currency, amount, inquiry, reason, state, opened_at, closed_at) =
            columns;
        Self {
            dispute,
            purchase,
            app,
            currency,
            amount,
            inquiry: inquiry != 0,
            reason: Some(reason).filter(|reason| !reason.is_empty()),
            state,
            opened_at,
            closed_at,
        }
    }
}

impl Sales {
    /// An operator's disputes, the newest first, after the one that was opened then; all of them, or those of a state.
    pub async fn disputes(
        store: &Store,
        operator: &str,
        state: Option<&str>,
        after: Option<&(i64, String)>,
        limit: usize,
    ) -> Result<Vec<DisputeRow>, ViewError> {
        const LIST: &str =
            "SELECT dispute, purchase, app, currency, amount, inquiry, reason, state, opened_at, closed_at
            FROM disputes
            WHERE build = $1 AND operator = $2 AND ($3 = '' OR state = $3)
                AND (opened_at < $4 OR (opened_at = $4 AND dispute < $5))
            ORDER BY opened_at DESC, dispute DESC LIMIT $6";
        let (at, id) = after.map_or((i64::MAX, ""), |(at, id)| (*at, id.as_str()));
        let state = state.unwrap_or_default();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut build = live_build(store, Self::NAME, Self::VERSION).await?;
        loop {
            let rows: Vec<Columns> = on_either!(Store, store, pool => {
                sqlx::query_as(LIST).bind(build.number()).bind(operator).bind(state).bind(at).bind(id).bind(limit)
                    .fetch_all(pool).await?
            });
            match live_build(store, Self::NAME, Self::VERSION).await? {
                live if live == build => return Ok(rows.into_iter().map(DisputeRow::from).collect()),
                live => build = live,
            }
        }
    }
}

impl Place<'_, '_> {
    pub(super) async fn dispute(&mut self, event: &PurchaseEvent) -> Result<(), ProjectError> {
        const OPEN: &str =
            "INSERT INTO disputes (build, dispute, purchase, operator, app, currency, amount, inquiry,
                reason, state, opened_at, day)
            SELECT build, $3, purchase, operator, app, $4, $5, $6, $7, 'open', $8, $9
            FROM sales WHERE build = $1 AND purchase = $2";
        const ESCALATE: &str = "UPDATE disputes SET inquiry = 0
            WHERE build = $1 AND purchase = $2 AND dispute = $3";
        const CLOSE: &str = "UPDATE disputes SET state = $4, closed_at = $5
            WHERE build = $1 AND purchase = $2 AND dispute = $3";
        let purchase = Value::Text(self.recorded.stream.id());
        match event {
            PurchaseEvent::Disputed {
                dispute,
                amount,
                inquiry,
                reason,
                at,
            } => {
                let day = self.day(*at).await?;
                let values = [
                    purchase,
                    Value::Text(dispute.as_str()),
                    Value::Text(amount.currency.code()),
                    Value::Integer(amount.amount),
                    Value::Integer(i64::from(*inquiry)),
                    Value::Text(reason.as_deref().unwrap_or_default()),
                    Value::Integer(at.timestamp_micros()),
                    Value::Text(&day),
                ];
                self.one(OPEN, &values).await
            }
            PurchaseEvent::DisputeEscalated { dispute, .. } => {
                self.one(ESCALATE, &[purchase, Value::Text(dispute.as_str())])
                    .await
            }
            PurchaseEvent::DisputeClosed { dispute, won, at } => {
                let state = if *won { "won" } else { "lost" };
                let values = [
                    purchase,
                    Value::Text(dispute.as_str()),
                    Value::Text(state),
                    Value::Integer(at.timestamp_micros()),
                ];
                self.one(CLOSE, &values).await
            }
            _ => Err(ProjectError::Drift(
                "an event of something else is no dispute".to_owned(),
            )),
        }
    }
}
