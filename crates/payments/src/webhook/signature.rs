//! Proof that an event is Stripe's: an HMAC over its time and its bytes.

use std::time::Duration;

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{StripeEvent, WebhookError};
use crate::Secret;

/// A header that carries more signatures than this is not Stripe's.
const MAX_SIGNATURES: usize = 16;

/// Checks that `payload` was signed with one of `secrets` (several while one is being replaced) within `tolerance` of
/// `now`, and only then reads it.
pub fn verify(
    payload: &[u8],
    header: &str,
    secrets: &[Secret],
    tolerance: Duration,
    now: DateTime<Utc>,
) -> Result<StripeEvent, WebhookError> {
    let signed = SignedAt::parse(header)?;
    let distance = now.timestamp().abs_diff(signed.at);
    if distance > tolerance.as_secs() {
        return Err(WebhookError::OutsideTolerance);
    }
    if !signed.matches(payload, secrets) {
        return Err(WebhookError::NoMatch);
    }
    StripeEvent::read(payload)
}

/// The parsed header: `t=1492774577,v1=…,v1=…,v0=…`.
struct SignedAt<'a> {
    at: i64,
    /// The time as it was written, since the signature covers the text.
    at_text: &'a str,
    signatures: Vec<[u8; 32]>,
}

impl<'a> SignedAt<'a> {
    fn parse(header: &'a str) -> Result<Self, WebhookError> {
        let mut at = None;
        let mut signatures = Vec::new();
        for part in header.split(',') {
            match part.trim().split_once('=') {
                Some(("t", text)) if at.is_none() => {
                    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                    let seconds = text.parse().ok().filter(|_| is_plain);
                    at = Some((seconds.ok_or(WebhookError::MalformedHeader)?, text));
                }
                // Two times in one header could make a signature of the one vouch for the other.
                Some(("t", _)) => return Err(WebhookError::MalformedHeader),
                Some(("v1", text)) => signatures.extend(from_hex(text)),
                // Other schemes (`v0` in test mode) prove nothing.
                _ => {}
            }
        }
        let (at, at_text) = at.ok_or(WebhookError::MalformedHeader)?;
        if signatures.is_empty() || signatures.len() > MAX_SIGNATURES {
            return Err(WebhookError::MalformedHeader);
        }
        Ok(Self {
            at,
            at_text,
            signatures,
        })
    }

    /// Compares every signature with every secret, so that the time taken tells nothing about which one fits.
    fn matches(&self, payload: &[u8], secrets: &[Secret]) -> bool {
        let mut fits = subtle::Choice::from(0);
        for secret in secrets {
            let Some(expected) = sign(payload, self.at_text, secret) else {
                continue;
            };
            for signature in &self.signatures {
                fits |= signature.ct_eq(&expected);
            }
        }
        fits.into()
    }
}

fn sign(payload: &[u8], at: &str, secret: &Secret) -> Option<[u8; 32]> {
    // With an empty key anybody could sign.
    if secret.expose().is_empty() {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(payload);
    Some(mac.finalize().into_bytes().into())
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    if text.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let &[high, low] = pair else { return None };
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(bytes)
}
