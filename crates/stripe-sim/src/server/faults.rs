//! Seeded faults: what goes wrong, where and how often. The same seed and requests give the same faults.

use serde::{Deserialize, Serialize};

use crate::core::IssuerCode;
use crate::core::Method;
use crate::core::Request;

/// One way a request can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The connection breaks and nothing was executed.
    DropBefore,
    /// The request is executed, then the connection breaks: the reply is lost.
    LoseReply,
    /// 500, nothing executed; stored under the idempotency key.
    ErrorBefore,
    /// 500 although the request was executed; stored under the idempotency key.
    ErrorAfter,
    /// Executed, with the issuer declining whatever is charged; stored under the idempotency key.
    Decline {
        /// Why.
        issuer: IssuerCode,
    },
    /// 400 as if the key had been used with other parameters; nothing executed.
    KeyReused,
    /// A 4xx that Stripe's documentation does not know; nothing executed, nothing stored.
    Undocumented,
    /// 429, nothing executed, nothing stored.
    RateLimit,
    /// 409 as if another request with the same key were in progress; nothing executed.
    Conflict,
    /// The request waits before it is executed; its key is in use meanwhile.
    Delay {
        /// How long, in milliseconds.
        ms: u64,
    },
    /// The request is executed at once, and the reply waits; its key is in use meanwhile.
    DelayReply {
        /// How long, in milliseconds.
        ms: u64,
    },
    /// Executed; the reply is an HTML page with status 502, as from a broken proxy.
    Garbage,
    /// Executed; the reply breaks off in the middle of its body.
    Truncate,
}

/// When a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// On the next so many matching requests.
    Next(u32),
    /// On this share of matching requests, in parts per million.
    PerMillion(u32),
}

/// A fault and the requests it applies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultRule {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// The method it applies to; all when absent.
    #[serde(default)]
    pub method: Option<Method>,
    /// How the path must begin; `*` stands for one segment: `/v1/payment_intents/*/confirm`. All when empty.
    #[serde(default)]
    pub path: String,
    /// How often.
    pub when: When,
}

impl FaultRule {
    /// The next `times` requests with this method and path go wrong.
    #[must_use]
    pub fn next(fault: Fault, method: Method, path: &str, times: u32) -> Self {
        Self {
            fault,
            method: Some(method),
            path: path.to_owned(),
            when: When::Next(times),
        }
    }

    /// A share of all requests that change something goes wrong.
    #[must_use]
    pub fn share(fault: Fault, per_million: u32) -> Self {
        Self {
            fault,
            method: Some(Method::Post),
            path: String::new(),
            when: When::PerMillion(per_million),
        }
    }

    fn applies(&self, request: &Request) -> bool {
        self.method.is_none_or(|method| method == request.method) && path_matches(&self.path, &request.path)
    }
}

fn path_matches(pattern: &str, path: &str) -> bool {
    let mut given = path.split('/');
    pattern.is_empty()
        || pattern.split('/').all(|wanted| {
            given
                .next()
                .is_some_and(|segment| wanted == "*" || wanted == segment)
        })
}

/// What happens to webhooks on their way, as shares in parts per million.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WebhookFaults {
    /// Never delivered.
    pub drop_per_million: u32,
    /// Delivered twice.
    pub duplicate_per_million: u32,
    /// Held back by up to `delay_up_to_ms`.
    pub delay_per_million: u32,
    /// The longest delay, in milliseconds.
    pub delay_up_to_ms: u64,
    /// Held back until the next webhook was sent.
    pub reorder_per_million: u32,
}

/// Active rules and the stream of chances that decides.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<FaultRule>,
    chance: Chance,
}

impl Faults {
    pub(crate) fn new(rules: Vec<FaultRule>, seed: u64) -> Self {
        Self {
            rules,
            chance: Chance(seed),
        }
    }

    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.rules.push(rule);
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(crate) fn rules(&self) -> &[FaultRule] {
        &self.rules
    }

    /// The fault for this request. The first rule that strikes wins; rules that are used up go away.
    pub(crate) fn strike(&mut self, request: &Request) -> Option<Fault> {
        let mut struck = None;
        for rule in self.rules.iter_mut().filter(|rule| rule.applies(request)) {
            let strikes = match &mut rule.when {
                When::Next(left) => {
                    *left = left.saturating_sub(1);
                    true
                }
                When::PerMillion(share) => self.chance.happens(*share),
            };
            if strikes {
                struck = Some(rule.fault);
                break;
            }
        }
        self.rules.retain(|rule| rule.when != When::Next(0));
        struck
    }
}

/// A seeded stream of chances.
#[derive(Debug)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    /// Whether something with this chance (parts per million) happens now.
    pub(crate) fn happens(&mut self, per_million: u32) -> bool {
        self.next() % 1_000_000 < u64::from(per_million)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{Caller, KeyKind};

    fn request(path: &str) -> Request {
        let caller = Caller {
            account: "acct_1".to_owned(),
            kind: KeyKind::Secret,
            shown: String::new(),
        };
        Request::new(Method::Post, path, "", caller)
    }

    #[test]
    fn a_rule_for_the_next_two_requests_strikes_twice() {
        let rule = FaultRule::next(Fault::LoseReply, Method::Post, "/v1/charges", 2);
        let mut faults = Faults::new(vec![rule], 1);
        assert_eq!(faults.strike(&request("/v1/refunds")), None);
        assert_eq!(faults.strike(&request("/v1/charges")), Some(Fault::LoseReply));
        assert_eq!(
            faults.strike(&request("/v1/charges/ch_1/capture")),
            Some(Fault::LoseReply)
        );
        assert_eq!(faults.strike(&request("/v1/charges")), None);
        assert!(faults.rules().is_empty());
    }

    #[test]
    fn a_star_stands_for_one_segment() {
        assert!(path_matches(
            "/v1/payment_intents/*/confirm",
            "/v1/payment_intents/pi_1/confirm"
        ));
        assert!(!path_matches(
            "/v1/payment_intents/*/confirm",
            "/v1/payment_intents/pi_1/cancel"
        ));
        assert!(!path_matches("/v1/charge", "/v1/charges"));
    }

    #[test]
    fn the_same_seed_gives_the_same_faults_at_about_the_wanted_rate() {
        let run = |seed| {
            let mut faults = Faults::new(vec![FaultRule::share(Fault::DropBefore, 250_000)], seed);
            (0..4_000)
                .map(|_| faults.strike(&request("/v1/charges")).is_some())
                .collect::<Vec<bool>>()
        };
        assert_eq!(run(5), run(5));
        assert_ne!(run(5), run(6));
        let struck = run(5).into_iter().filter(|struck| *struck).count();
        assert!((900..1_100).contains(&struck), "{struck}");
    }
}
