//! What happened to an operator: who did what, when, and on what evidence.

use chrono::{DateTime, Utc};
use domain::{Aggregate, OperatorId, operator::Operator};
use event_log::{Metadata, Recorded, StreamId, Version};
use serde_json::Value;

use crate::{Engine, Failure};

/// One event of the operator's stream, with its circumstances.
#[derive(Debug, Clone)]
pub struct Happening {
    /// Its place in the stream, from 1.
    pub version: Version,
    /// `linked`, `account_connected`, …
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, because of what.
    pub circumstances: Metadata,
    /// What was recorded.
    pub data: Value,
}

/// Kinds of events that decide whether the operator can be paid, by whom, and what is kept of it.
const ABOUT_PAYMENT: [&str; 16] = [
    "registered",
    "account_requested",
    "account_request_refused",
    "onboarding_started",
    "oauth_started",
    "account_connected",
    "account_status_reported",
    "account_deauthorized",
    "link_proposed",
    "link_declined",
    "linked",
    "fee_changed",
    "unlinked",
    "suspended",
    "reinstated",
    "charging_set",
];

impl Engine {
    /// At most `limit` of the events beyond `after`, in their order; all of them, or those that decide about payment.
    /// Whether there are more.
    pub async fn operator_history(
        &self,
        operator: &OperatorId,
        after: Version,
        limit: usize,
        about_payment: bool,
    ) -> Result<(Vec<Happening>, bool), Failure> {
        let stream = StreamId::new(Operator::CATEGORY, operator.as_str())
            .map_err(|error| Failure::Corrupt(error.to_string()))?;
        let events = self.log().load(&stream, after).await?;
        let mut happenings = Vec::new();
        for recorded in &events {
            let happening = happening(recorded)?;
            if about_payment && !ABOUT_PAYMENT.contains(&happening.kind.as_str()) {
                continue;
            }
            if happenings.len() == limit {
                return Ok((happenings, true));
            }
            happenings.push(happening);
        }
        Ok((happenings, false))
    }
}

fn happening(recorded: &Recorded) -> Result<Happening, Failure> {
    let corrupt = |error: serde_json::Error| Failure::Corrupt(format!("{}: {error}", recorded.stream));
    let kind = recorded
        .kind
        .split_once('.')
        .map_or(recorded.kind.as_str(), |(_, kind)| kind);
    Ok(Happening {
        version: recorded.version,
        kind: kind.to_owned(),
        at: recorded.at,
        circumstances: recorded.metadata().map_err(corrupt)?,
        data: serde_json::from_str(&recorded.data).map_err(corrupt)?,
    })
}
