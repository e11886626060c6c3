//! What a token says, by the rules of "JWT Specification".

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use domain::DeviceId;
use serde_json::{Map, Value};

use super::{JwksUrl, JwtError};

/// What `aud` has to name, if it is given.
pub(super) const AUDIENCE: &str = "tokentransit.com";

/// Longest `sub` and `jti`, in characters.
const MAX_NAME: usize = 255;

/// Longest e-mail address, in bytes (RFC 5321, section 4.5.3.1.3).
const MAX_EMAIL: usize = 254;

/// Longest phone number as it may be written, in bytes.
const MAX_PHONE: usize = 32;

/// A rider, as the rider's app vouches for.
#[derive(Clone, PartialEq, Eq)]
pub struct RiderClaims {
    /// `sub`: the app's own name for the rider.
    pub subject: String,
    /// `email`
    pub email: String,
    /// `phone_number`, or its alias `phone`.
    pub phone: Option<String>,
    /// `device_id`
    pub device: Option<DeviceId>,
    /// `jti`: another one means another session.
    pub jti: Option<String>,
    /// `iat`
    pub issued_at: DateTime<Utc>,
    /// `exp`
    pub expires_at: DateTime<Utc>,
}

/// All of it is personal.
impl fmt::Debug for RiderClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RiderClaims")
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

type Claims = Map<String, Value>;

/// Checks the claims of a token whose signature is good. Those about the token come first, so that an expired token
/// is called expired whatever else it says. Without a URL the issuer was looked at already.
pub(super) fn check(
    claims: &Claims,
    url: Option<&JwksUrl>,
    leeway: TimeDelta,
    now: DateTime<Utc>,
) -> Result<RiderClaims, JwtError> {
    let issued_at = moment(claims, "iat")?.ok_or(JwtError::MissingClaim("iat"))?;
    let expires_at = moment(claims, "exp")?.ok_or(JwtError::MissingClaim("exp"))?;
    let usable_from = moment(claims, "nbf")?.map_or(issued_at, |not_before| issued_at.max(not_before));
    if now + leeway < usable_from {
        return Err(JwtError::NotYetValid);
    }
    if now - leeway >= expires_at || expires_at < issued_at {
        return Err(JwtError::Expired);
    }
    check_audience(claims)?;
    url.map_or(Ok(()), |url| check_issuer(claims, url))?;
    let phone = match text(claims, "phone_number", is_phone)? {
        None => text(claims, "phone", is_phone)?,
        phone => phone,
    };
    Ok(RiderClaims {
        subject: text(claims, "sub", is_name)?.ok_or(JwtError::MissingClaim("sub"))?,
        email: email(claims)?,
        phone,
        device: device(claims)?,
        jti: text(claims, "jti", is_name)?,
        issued_at,
        expires_at,
    })
}

/// A claim that is there; `null` counts as absent.
fn given<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    claims.get(name).filter(|value| !value.is_null())
}

/// A NumericDate (RFC 7519, section 2): seconds, of which a fraction is cut off.
fn moment(claims: &Claims, name: &'static str) -> Result<Option<DateTime<Utc>>, JwtError> {
    let malformed = JwtError::MalformedClaim(name);
    let Some(value) = given(claims, name) else {
        return Ok(None);
    };
    let Value::Number(number) = value else {
        return Err(malformed);
    };
    let written = number.to_string();
    let seconds = written
        .split('.')
        .next()
        .and_then(|whole| whole.parse().ok())
        .ok_or(malformed)?;
    // Beyond the year 9999 only mistakes are dated, and arithmetic would run over.
    let seconds = Some(seconds)
        .filter(|seconds| (0..253_402_300_800).contains(seconds))
        .ok_or(malformed)?;
    DateTime::from_timestamp(seconds, 0).map(Some).ok_or(malformed)
}

fn text(
    claims: &Claims,
    name: &'static str,
    is_fit: impl Fn(&str) -> bool,
) -> Result<Option<String>, JwtError> {
    match given(claims, name) {
        None => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) if is_fit(text) => Ok(Some(text.clone())),
        Some(_) => Err(JwtError::MalformedClaim(name)),
    }
}

/// Whether it can be a rider's name: not too long, and without control characters.
pub(crate) fn is_name(text: &str) -> bool {
    text.chars().count() <= MAX_NAME && !text.chars().any(char::is_control)
}

fn is_phone(text: &str) -> bool {
    text.len() <= MAX_PHONE
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || b"+-(). ".contains(&b))
}

fn device(claims: &Claims) -> Result<Option<DeviceId>, JwtError> {
    let device = text(claims, "device_id", |_| true)?
        .map(DeviceId::parse)
        .transpose();
    device.map_err(|_| JwtError::MalformedClaim("device_id"))
}

fn email(claims: &Claims) -> Result<String, JwtError> {
    let email = match given(claims, "email") {
        None => return Err(JwtError::MissingClaim("email")),
        Some(Value::String(email)) => email.trim(),
        Some(_) => return Err(JwtError::MalformedClaim("email")),
    };
    if is_email(email) {
        Ok(email.to_owned())
    } else {
        Err(JwtError::Email)
    }
}

/// Whether mail could be sent to it, as far as its form tells: one `@`, something before it, a domain after it.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |part: &str| {
        !part
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "<>,;:@\"".contains(c))
    };
    let labels_fit = domain
        .split('.')
        .all(|label| !label.is_empty() && !label.starts_with('-'));
    text.len() <= MAX_EMAIL && !local.is_empty() && plain(local) && plain(domain) && labels_fit
}

fn check_audience(claims: &Claims) -> Result<(), JwtError> {
    let ours = |value: &Value| value.as_str() == Some(AUDIENCE);
    match given(claims, "aud") {
        None => Ok(()),
        Some(Value::Array(audiences)) if audiences.iter().any(ours) => Ok(()),
        Some(audience) if ours(audience) => Ok(()),
        Some(_) => Err(JwtError::Audience),
    }
}

fn check_issuer(claims: &Claims, url: &JwksUrl) -> Result<(), JwtError> {
    match given(claims, "iss") {
        None => Ok(()),
        Some(Value::String(issuer)) if url.is_issued_by(issuer) => Ok(()),
        Some(_) => Err(JwtError::Issuer),
    }
}
