//! Objects of webhook endpoints in the admin API.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde_json::Value;

/// A webhook endpoint to make.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NewWebhookEndpoint {
    /// Where messages are sent: `https://`, and no private address.
    pub url: String,
    /// Which types; all, if absent or empty.
    pub types: Option<Vec<String>>,
    /// For people to tell it from others.
    pub description: Option<String>,
}

/// What is to be different about a webhook endpoint. What is absent stays.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WebhookEndpointChange {
    /// Where messages are sent.
    pub url: Option<String>,
    /// Which types; empty for all.
    pub types: Option<Vec<String>>,
    /// Empty for none.
    pub description: Option<String>,
}

/// A webhook endpoint.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookEndpoint {
    /// Its id.
    pub endpoint_id: String,
    /// Where messages are sent.
    pub url: String,
    /// Which types; empty for all.
    pub types: Vec<String>,
    /// For people to tell it from others.
    pub description: Option<String>,
    /// `enabled`, `disabled` or `deleted`.
    pub status: String,
    /// Why it is sent nothing.
    pub disabled: Option<WebhookDisabled>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The secrets that sign now, the newest first. Never the secrets themselves.
    pub secrets: Vec<WebhookSecretInfo>,
}

/// Why a webhook endpoint is sent nothing.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookDisabled {
    /// Its `type` is `requested`, `gone` or `failing`.
    pub reason: Value,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// What is known of a signing secret.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookSecretInfo {
    /// 1, 2, 3, …
    pub number: u32,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// From when on it signs no more.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A webhook endpoint and its new secret, which is shown this once.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookEndpointWithSecret {
    /// The endpoint.
    #[schemars(flatten)]
    pub endpoint: WebhookEndpoint,
    /// `whsec_` and 32 bytes in base64.
    pub secret: String,
}

/// A page of webhook endpoints.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookEndpointList {
    /// The oldest first.
    pub data: Vec<WebhookEndpoint>,
    /// What to send as `cursor` for those that follow.
    pub next_cursor: Option<String>,
}

/// How long the old secret signs beside the new one.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WebhookOverlap {
    /// At most seven days; a day, if absent.
    pub overlap_seconds: Option<u32>,
}

/// Why nothing is to be sent.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WebhookDisabling {
    /// For people.
    pub reason: Option<String>,
}

/// A test on its way.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookPing {
    /// As its message names it.
    pub ping_id: String,
}

/// From where on messages are sent again: one of the two.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WebhookReplayRequest {
    /// After this position of the log.
    pub after_position: Option<u64>,
    /// From this time on.
    pub since: Option<DateTime<Utc>>,
}

/// What is sent again.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookReplay {
    /// What happened after this position of the log.
    pub after_position: u64,
    /// And up to this one.
    pub until_position: u64,
}

/// A message to one webhook endpoint.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookDelivery {
    /// Its id.
    pub delivery_id: String,
    /// The `webhook-id`.
    pub message_id: String,
    /// The message's type.
    #[schemars(rename = "type")]
    pub kind: String,
    /// `pending`, `delivered` or `dead`.
    pub status: String,
    /// What it is ordered in.
    pub stream: String,
    /// Of its event in the log.
    pub position: u64,
    /// How often it was tried.
    pub attempt_count: u32,
    /// When it was queued first.
    pub queued_at: DateTime<Utc>,
    /// When it was taken, or given up.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A page of deliveries.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookDeliveryList {
    /// The newest first.
    pub data: Vec<WebhookDelivery>,
    /// What to send as `cursor` for those that follow.
    pub next_cursor: Option<String>,
}

/// A delivery, what was sent, and what came back.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookDeliveryWithAttempts {
    /// The delivery.
    #[schemars(flatten)]
    pub delivery: WebhookDelivery,
    /// The message.
    pub body: Value,
    /// Every attempt.
    pub attempts: Vec<WebhookAttempt>,
}

/// One attempt.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookAttempt {
    /// 1, 2, 3, …
    pub number: u32,
    /// When.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub duration_ms: u32,
    /// The status of the answer.
    pub http_status: Option<u16>,
    /// What was wrong.
    pub error: Option<String>,
    /// How the answer began.
    pub response_excerpt: Option<String>,
}

/// A delivery that is sent again.
#[derive(Debug, Clone, JsonSchema)]
pub struct WebhookResent {
    /// Which.
    pub delivery_id: String,
    /// `pending`.
    pub status: String,
}
