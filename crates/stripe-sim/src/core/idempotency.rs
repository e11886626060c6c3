//! The key layer: <https://docs.stripe.com/api/idempotent_requests>.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::error::ApiError;
use super::params::Node;
use super::request::{Method, Reply, Request};
use super::time::KEYS_KEPT;

const LONGEST_KEY: usize = 255;

type Fingerprint = [u8; 32];

#[derive(Debug)]
struct Record {
    fingerprint: Fingerprint,
    path: String,
    stored_at: i64,
    status: u16,
    body: Arc<str>,
    request_id: String,
    should_retry: Option<bool>,
}

/// What is known under a key.
pub(crate) enum Seen {
    /// The stored outcome, to be given again.
    Stored(Reply),
    /// Nothing: execute, and store under this fingerprint.
    New(Fingerprint),
}

/// Stored outcomes by scope and key, and how often each key led to an execution.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    records: HashMap<(String, String), Record>,
    by_age: VecDeque<(i64, (String, String))>,
    executions: HashMap<String, u64>,
}

impl Keys {
    /// Keys count per account acted in and only for POST; on other methods Stripe ignores them.
    pub(crate) fn scope(request: &Request) -> Option<(String, String)> {
        let key = request.idempotency_key.as_ref().filter(|key| !key.is_empty())?;
        let account = request.stripe_account.as_ref().unwrap_or(&request.caller.account);
        let scope = if account == &request.caller.account {
            account.clone()
        } else {
            format!("{}/{account}", request.caller.account)
        };
        (request.method == Method::Post).then(|| (scope, key.clone()))
    }

    pub(crate) fn look_up(
        &mut self,
        scope: &str,
        key: &str,
        request: &Request,
        params: &Node,
        now: i64,
    ) -> Result<Seen, ApiError> {
        if key.len() > LONGEST_KEY {
            return Err(ApiError::invalid(format!(
                "Idempotency keys must be at most {LONGEST_KEY} characters long."
            ))
            .kind("idempotency_error"));
        }
        self.forget_old(now);
        let fingerprint = fingerprint(&request.path, params);
        let Some(record) = self.records.get(&(scope.to_owned(), key.to_owned())) else {
            return Ok(Seen::New(fingerprint));
        };
        if record.path != request.path {
            return Err(ApiError::invalid(format!(
                "Keys for idempotent requests can only be used for the same endpoint they were first used for ('{}' \
                 vs '{}'). Try using a key other than '{key}' if you meant to execute a different request.",
                request.path, record.path
            ))
            .kind("idempotency_error"));
        }
        if record.fingerprint != fingerprint {
            return Err(ApiError::invalid(format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. \
                 Try using a key other than '{key}' if you meant to execute a different request."
            ))
            .kind("idempotency_error"));
        }
        Ok(Seen::Stored(Reply {
            status: record.status,
            body: Arc::clone(&record.body),
            original_request: Some(record.request_id.clone()),
            replayed: true,
            should_retry: record.should_retry,
        }))
    }

    /// Keep an outcome, whatever it is. Only what said "not executed, try again" is not an outcome.
    pub(crate) fn store(
        &mut self,
        scope: &str,
        key: &str,
        fingerprint: Fingerprint,
        request: &Request,
        reply: &Reply,
        now: i64,
    ) {
        *self.executions.entry(key.to_owned()).or_default() += 1;
        let place = (scope.to_owned(), key.to_owned());
        self.by_age.push_back((now, place.clone()));
        self.records.insert(
            place,
            Record {
                fingerprint,
                path: request.path.clone(),
                stored_at: now,
                status: reply.status,
                body: Arc::clone(&reply.body),
                request_id: request.id.clone(),
                should_retry: reply.should_retry,
            },
        );
    }

    pub(crate) fn executions(&self, key: &str) -> u64 {
        self.executions.get(key).copied().unwrap_or_default()
    }

    fn forget_old(&mut self, now: i64) {
        while let Some((stored_at, _)) = self.by_age.front() {
            if now.saturating_sub(*stored_at) <= KEYS_KEPT {
                break;
            }
            if let Some((stored_at, place)) = self.by_age.pop_front()
                && self
                    .records
                    .get(&place)
                    .is_some_and(|record| record.stored_at == stored_at)
            {
                self.records.remove(&place);
            }
        }
    }
}

fn fingerprint(path: &str, params: &Node) -> Fingerprint {
    let mut text = path.to_owned();
    params.canonical(&mut text);
    Sha256::digest(text.as_bytes()).into()
}
