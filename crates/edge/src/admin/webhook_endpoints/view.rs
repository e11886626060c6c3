//! Endpoints and deliveries as they are shown.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::{
    DeliveryId, EndpointId, MessageId,
    app::WebUrl,
    endpoint::{DisableReason, Endpoint, EndpointSecret, MessageType},
};
use engine::outbox::{Attempt, Delivery, DeliveryState};
use serde::Serialize;
use serde_json::value::RawValue;

/// A webhook endpoint.
#[derive(Serialize)]
pub(super) struct EndpointView {
    endpoint_id: EndpointId,
    url: WebUrl,
    /// Empty: all of them.
    types: BTreeSet<MessageType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled: Option<DisabledView>,
    created_at: DateTime<Utc>,
    /// Those that sign now, the newest first.
    secrets: Vec<EndpointSecret>,
}

#[derive(Serialize)]
struct DisabledView {
    reason: DisableReason,
    at: DateTime<Utc>,
}

impl EndpointView {
    /// As of a moment.
    pub(super) fn of(endpoint: &Endpoint, now: DateTime<Utc>) -> Self {
        let settings = endpoint.settings();
        Self {
            endpoint_id: endpoint.id().clone(),
            url: settings.url.clone(),
            types: settings.types.clone(),
            description: settings.description.clone(),
            status: match (endpoint.is_deleted(), endpoint.is_enabled()) {
                (true, _) => "deleted",
                (false, true) => "enabled",
                (false, false) => "disabled",
            },
            disabled: endpoint.disabled().map(|(reason, at)| DisabledView {
                reason: reason.clone(),
                at: *at,
            }),
            created_at: endpoint.created_at(),
            secrets: endpoint.signing_secrets(now).cloned().collect(),
        }
    }
}

/// An endpoint with a secret that nobody has seen yet, and never again.
#[derive(Serialize)]
pub(super) struct FreshView {
    #[serde(flatten)]
    pub(super) endpoint: EndpointView,
    /// `whsec_…`
    pub(super) secret: String,
}

/// A message on its way to an endpoint.
#[derive(Serialize)]
pub(super) struct DeliveryView {
    delivery_id: DeliveryId,
    /// The `webhook-id`.
    message_id: MessageId,
    #[serde(rename = "type")]
    kind: String,
    status: DeliveryState,
    /// What it is ordered in.
    stream: String,
    /// Of its event in the log.
    position: u64,
    attempt_count: u32,
    queued_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<DateTime<Utc>>,
}

impl From<&Delivery> for DeliveryView {
    fn from(delivery: &Delivery) -> Self {
        Self {
            delivery_id: delivery.id.clone(),
            message_id: delivery.message.clone(),
            kind: delivery.kind.clone(),
            status: delivery.state,
            stream: delivery.lane.clone(),
            position: delivery.position,
            attempt_count: delivery.attempts,
            queued_at: delivery.queued_at,
            finished_at: delivery.finished_at,
        }
    }
}

/// A delivery with what was sent, and what came back.
#[derive(Serialize)]
pub(super) struct WholeDeliveryView {
    #[serde(flatten)]
    delivery: DeliveryView,
    body: Box<RawValue>,
    attempts: Vec<AttemptView>,
}

#[derive(Serialize)]
struct AttemptView {
    number: u32,
    at: DateTime<Utc>,
    duration_ms: u32,
    /// Of the answer, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_excerpt: Option<String>,
}

impl WholeDeliveryView {
    /// Nothing, if the body is no JSON: then we did not write it.
    pub(super) fn of(delivery: &Delivery, attempts: Vec<Attempt>) -> Option<Self> {
        let attempts = attempts.into_iter().map(|attempt| AttemptView {
            number: attempt.number,
            at: attempt.at,
            duration_ms: attempt.millis,
            http_status: attempt.status,
            error: attempt.error,
            response_excerpt: attempt.excerpt,
        });
        Some(Self {
            delivery: delivery.into(),
            body: RawValue::from_string(delivery.body.clone()).ok()?,
            attempts: attempts.collect(),
        })
    }
}
