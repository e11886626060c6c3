//! What makes a ticket genuine: the signature in its code, and the mark of its day.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    OperatorId,
    operator::DayMark,
    validity::service_day_of,
    wallet::{Activation, Pass},
};
use serde::Serialize;
use serde_json::{Value, json};
use vault::{Purpose, Vault};

use crate::{
    api_key::Environment,
    jwt::es256::{Es256Key, KeyError},
};

/// The `typ` of a code's header (RFC 8725, 3.11): no other token of ours passes for a ticket, nor the reverse.
const KIND: &str = "ticket+jwt";

/// So much of the key's thumbprint names it: a code is scanned the better the shorter it is.
const KEY_ID_LENGTH: usize = 8;

/// Signs the tickets of one environment.
pub struct TicketSigner {
    environment: Environment,
    key: Es256Key,
    key_id: String,
    vault: Vault,
}

/// What a code says (`docs/tickets.md`). Nothing of the rider.
#[derive(Serialize)]
struct Claims<'a> {
    env: &'static str,
    op: &'a str,
    fare: &'a str,
    jti: &'a str,
    nbf: i64,
    exp: i64,
    end: i64,
    day: &'static str,
}

impl TicketSigner {
    /// Derives the key of an environment from its vault.
    pub fn new(environment: Environment, vault: &Vault) -> Result<Self, KeyError> {
        let key = Es256Key::from_seed(&vault.derive_signing_seed(Purpose::Ticket))?;
        let key_id = key.thumbprint().chars().take(KEY_ID_LENGTH).collect();
        Ok(Self {
            environment,
            key,
            key_id,
            vault: vault.clone(),
        })
    }

    /// Whose tickets these are.
    #[must_use]
    pub const fn environment(&self) -> Environment {
        self.environment
    }

    /// The public key, which says what it is good for.
    #[must_use]
    pub fn public(&self) -> Value {
        let mut key = self.key.public(&self.key_id);
        if let Some(members) = key.as_object_mut() {
            members.insert("env".to_owned(), json!(self.environment.name()));
        }
        key
    }

    /// The mark of an operator's service day.
    #[must_use]
    pub fn day_mark(&self, operator: &OperatorId, day: NaiveDate) -> DayMark {
        let message = DayMark::message(operator, day);
        DayMark::of(day, &self.vault.sign(Purpose::DayMark, message.as_bytes()))
    }

    /// The mark of the day that a ticket is of: that on which it was made, as no ticket outlives its service day.
    pub(super) fn mark_of(&self, pass: &Pass, at: DateTime<Utc>) -> Option<DayMark> {
        let terms = pass.terms();
        let day = service_day_of(terms.calendar, at)?;
        Some(self.day_mark(&terms.operator, day))
    }

    /// What the code holds.
    pub(super) fn sign(&self, pass: &Pass, use_: &Activation, mark: DayMark) -> Result<String, KeyError> {
        let terms = pass.terms();
        let claims = Claims {
            env: self.environment.name(),
            op: terms.operator.as_str(),
            fare: terms.fare.id.as_str(),
            jti: pass.id().as_str(),
            nbf: use_.first_at.timestamp(),
            exp: use_.ticket_expires_at.timestamp(),
            end: use_.ends_at.timestamp(),
            day: mark.word,
        };
        self.key.sign(KIND, &self.key_id, &claims)
    }
}

impl std::fmt::Debug for TicketSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TicketSigner")
            .field("environment", &self.environment)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}
