//! The way back from Stripe's pages: what our addresses carry, signed, so that only whom we sent there comes back, and
//! not for ever.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{AppId, OnboardingId, OperatorId, StripeAccountId};
use vault::{Purpose, Vault};

/// Bytes of the signature: 192 bits.
const SIGNATURE_BYTES: usize = 24;

/// Longer than anything that we sign.
const LONGEST: usize = 2_048;

/// No id holds it.
const BETWEEN: char = '~';

/// For how long an operator may come back from the form, or have a fresh link to it. Filling it in may take days.
pub(crate) const FORM: TimeDelta = TimeDelta::days(7);

/// For how long an answer from the consent page is taken.
pub(crate) const CONSENT: TimeDelta = TimeDelta::hours(1);

/// Who comes back from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WayBack {
    /// From the form about this account.
    Form {
        operator: OperatorId,
        account: StripeAccountId,
    },
    /// From the consent page of this app's platform.
    Consent {
        operator: OperatorId,
        app: AppId,
        attempt: OnboardingId,
    },
}

impl WayBack {
    /// As our address carries it.
    pub(crate) fn signed(&self, vault: &Vault, expires_at: DateTime<Utc>) -> String {
        let until = expires_at.timestamp();
        let text = match self {
            Self::Form { operator, account } => format!("form~{operator}~{account}~{until}"),
            Self::Consent {
                operator,
                app,
                attempt,
            } => format!("consent~{operator}~{app}~{attempt}~{until}"),
        };
        let signature = vault.sign(Purpose::Onboarding, text.as_bytes());
        let signature: Vec<u8> = signature.into_iter().take(SIGNATURE_BYTES).collect();
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        format!("{}.{}", encode(text.as_bytes()), encode(&signature))
    }

    /// What an address carries, and until when it counts; nothing unless we signed it.
    pub(crate) fn read(vault: &Vault, token: &str) -> Option<(Self, DateTime<Utc>)> {
        if token.len() > LONGEST {
            return None;
        }
        let (text, signature) = token.split_once('.')?;
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).ok();
        let (text, signature) = (decode(text)?, decode(signature)?);
        let text = String::from_utf8(text).ok()?;
        let expected = vault.sign(Purpose::Onboarding, text.as_bytes());
        // The vault compares whole signatures in constant time, so the part that travels is filled up with what is due.
        let whole: Vec<u8> = signature
            .iter()
            .copied()
            .chain(expected.into_iter().skip(SIGNATURE_BYTES))
            .collect();
        if signature.len() != SIGNATURE_BYTES || !vault.verify(Purpose::Onboarding, text.as_bytes(), &whole) {
            return None;
        }
        let parts: Vec<&str> = text.split(BETWEEN).collect();
        let moment = |until: &str| DateTime::from_timestamp(until.parse().ok()?, 0);
        match parts.as_slice() {
            ["form", operator, account, until] => {
                let way = Self::Form {
                    operator: OperatorId::parse(*operator).ok()?,
                    account: StripeAccountId::parse(*account).ok()?,
                };
                Some((way, moment(until)?))
            }
            ["consent", operator, app, attempt, until] => {
                let way = Self::Consent {
                    operator: OperatorId::parse(*operator).ok()?,
                    app: AppId::parse(*app).ok()?,
                    attempt: OnboardingId::parse(*attempt).ok()?,
                };
                Some((way, moment(until)?))
            }
            _ => None,
        }
    }
}
