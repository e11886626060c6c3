//! Delivering webhooks: signed, with faults on the way, repeated until they are answered with 2xx.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{Semaphore, watch};

use super::config::Config;
use super::faults::{Chance, WebhookFaults};
use super::shared::{Shared, unix_now};
use crate::core::WebhookCall;

/// How many webhooks are under way at once.
const AT_ONCE: usize = 32;

/// How many attempts are remembered for [`Control::deliveries`](super::Control::deliveries).
const REMEMBERED: usize = 10_000;

/// A webhook that is held back waits this long for another one to overtake it.
const LONGEST_HOLD: Duration = Duration::from_millis(500);

const PATIENCE: Duration = Duration::from_secs(20);

/// A webhook on its way.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) call: WebhookCall,
}

/// One attempt to deliver a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// The event's id.
    pub event: String,
    /// The event's type.
    pub kind: String,
    /// The endpoint's id.
    pub endpoint: String,
    /// The status it answered with; `None` if there was no answer, or a fault dropped the webhook.
    pub status: Option<u16>,
}

/// The latest attempts.
#[derive(Debug, Default)]
pub(crate) struct Delivered(Mutex<VecDeque<Delivery>>);

impl Delivered {
    fn note(&self, call: &WebhookCall, status: Option<u16>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == REMEMBERED {
            all.pop_front();
        }
        all.push_back(Delivery {
            event: call.event.clone(),
            kind: call.kind.clone(),
            endpoint: call.endpoint.clone(),
            status,
        });
    }

    pub(crate) fn all(&self) -> Vec<Delivery> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }
}

/// What faults do to one webhook.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    /// How often it is delivered: 0 if it is dropped.
    copies: u32,
    delay: Duration,
    hold_back: bool,
}

fn plan(faults: &WebhookFaults, chance: &mut Chance) -> Plan {
    // All chances are drawn for every webhook, so that one setting does not shift the others.
    let dropped = chance.happens(faults.drop_per_million);
    let doubled = chance.happens(faults.duplicate_per_million);
    let delayed = chance.happens(faults.delay_per_million);
    let wait = chance
        .next()
        .checked_rem(faults.delay_up_to_ms.saturating_add(1))
        .unwrap_or_default();
    let hold_back = chance.happens(faults.reorder_per_million);
    let copies = if dropped { 0 } else { 1 + u32::from(doubled) };
    Plan {
        copies,
        delay: Duration::from_millis(if delayed { wait } else { 0 }),
        hold_back,
    }
}

/// The task that sends webhooks.
pub(crate) struct Sender {
    client: reqwest::Client,
    shared: Arc<Shared>,
    chance: Chance,
    retry_after: Duration,
    attempts: u32,
    slots: Arc<Semaphore>,
}

impl Sender {
    pub(crate) fn new(config: &Config, shared: Arc<Shared>) -> Result<Self, String> {
        // Fails only if a provider is installed already, which is just as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder()
            // An idle connection would hold a place that a listener of few has for its clients.
            .pool_max_idle_per_host(0)
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            client,
            shared,
            chance: Chance(config.seed ^ 0x5EED),
            retry_after: config.webhook_retry_after,
            attempts: config.webhook_attempts.max(1),
            slots: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    pub(crate) async fn run(mut self, mut queue: UnboundedReceiver<Post>, stopped: watch::Receiver<bool>) {
        let mut stop = stopped.clone();
        let mut held: Option<(Post, Plan)> = None;
        loop {
            let waiting = held.is_some();
            let post = tokio::select! {
                post = queue.recv() => post,
                () = tokio::time::sleep(LONGEST_HOLD), if waiting => {
                    if let Some((late, plan)) = held.take() {
                        self.send(&late, &plan, &stopped);
                    }
                    continue;
                }
                _ = stop.wait_for(|stop| *stop) => return,
            };
            let Some(post) = post else { return };
            let faults = *self
                .shared
                .webhook_faults
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let plan = plan(&faults, &mut self.chance);
            if plan.hold_back && held.is_none() {
                held = Some((post, plan));
                continue;
            }
            self.send(&post, &plan, &stopped);
            if let Some((late, plan)) = held.take() {
                self.send(&late, &plan, &stopped);
            }
        }
    }

    fn send(&self, post: &Post, plan: &Plan, stopped: &watch::Receiver<bool>) {
        if plan.copies == 0 {
            self.shared.delivered.note(&post.call, None);
            self.shared.webhook_done(post, false);
            return;
        }
        for _ in 0..plan.copies {
            let attempt = Attempt {
                client: self.client.clone(),
                shared: Arc::clone(&self.shared),
                post: post.clone(),
                delay: plan.delay,
                retry_after: self.retry_after,
                attempts: self.attempts,
                slots: Arc::clone(&self.slots),
            };
            let mut stop = stopped.clone();
            tokio::spawn(async move {
                tokio::select! {
                    () = attempt.deliver() => {}
                    _ = stop.wait_for(|stop| *stop) => {}
                }
            });
        }
    }
}

struct Attempt {
    client: reqwest::Client,
    shared: Arc<Shared>,
    post: Post,
    delay: Duration,
    retry_after: Duration,
    attempts: u32,
    slots: Arc<Semaphore>,
}

impl Attempt {
    async fn deliver(self) {
        tokio::time::sleep(self.delay).await;
        let mut pause = self.retry_after;
        for attempt in 1..=self.attempts {
            let status = self.try_once().await;
            self.shared.delivered.note(&self.post.call, status);
            if status.is_some_and(|status| (200..300).contains(&status)) {
                self.shared.webhook_done(&self.post, true);
                return;
            }
            if attempt < self.attempts {
                tokio::time::sleep(pause).await;
                pause = pause.saturating_mul(2);
            }
        }
        tracing::warn!(event = %self.post.call.event, endpoint = %self.post.call.endpoint, "a webhook is given up");
        self.shared.webhook_done(&self.post, false);
    }

    async fn try_once(&self) -> Option<u16> {
        let _slot = self.slots.acquire().await.ok()?;
        let call = &self.post.call;
        // Signed with real time: receivers check it against their own clocks.
        let signed_at = unix_now();
        let sent = self
            .client
            .post(&call.url)
            .header("content-type", "application/json; charset=utf-8")
            .header(
                "stripe-signature",
                signature(&call.secret, signed_at, &call.payload),
            )
            .body(call.payload.to_string())
            .send()
            .await;
        sent.ok().map(|response| response.status().as_u16())
    }
}

/// `t=…,v1=…`: <https://docs.stripe.com/webhooks#verify-manually>.
fn signature(secret: &str, at: i64, payload: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(at.to_string().as_bytes());
    mac.update(b".");
    mac.update(payload.as_bytes());
    let digest = mac.finalize().into_bytes();
    let mut header = format!("t={at},v1=");
    for byte in digest {
        header.push(hex_digit(byte >> 4));
        header.push(hex_digit(byte & 15));
    }
    header
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_hmac_of_time_and_payload() {
        // Computed with Python's hmac module.
        assert_eq!(
            signature("whsec_test", 1_700_000_000, "{\"id\":\"evt_1\"}"),
            "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925"
        );
    }

    #[test]
    fn webhooks_are_untouched_unless_faults_are_asked_for() {
        let mut chance = Chance(1);
        for _ in 0..100 {
            let plan = plan(&WebhookFaults::default(), &mut chance);
            assert_eq!(
                plan,
                Plan {
                    copies: 1,
                    delay: Duration::ZERO,
                    hold_back: false
                }
            );
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_webhook_faults() {
        let faults = WebhookFaults {
            drop_per_million: 200_000,
            duplicate_per_million: 200_000,
            delay_per_million: 200_000,
            delay_up_to_ms: 50,
            reorder_per_million: 200_000,
        };
        let run = |seed| {
            let mut chance = Chance(seed);
            (0..100)
                .map(|_| plan(&faults, &mut chance))
                .collect::<Vec<Plan>>()
        };
        assert_eq!(run(1), run(1));
        assert!(run(1).iter().any(|plan| plan.copies == 0));
        assert!(run(1).iter().any(|plan| plan.copies == 2));
        assert!(run(1).iter().any(|plan| plan.hold_back));
    }
}
