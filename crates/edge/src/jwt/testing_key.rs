//! Tokens for apps that have no identity provider to try with: the key behind the test endpoints.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::EncodePrivateKey;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::claims::AUDIENCE;

/// How long a test token is good.
const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// The key pair could not be made, or could not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the test key cannot sign")]
pub struct TestKeyError;

/// A key pair for ES256, always the same for the same seed.
pub struct TestKey {
    private: EncodingKey,
    key_id: String,
    document: Value,
}

/// What a test token says.
#[derive(Debug, Clone, Copy)]
pub struct TestRider<'a> {
    /// `iss`: a prefix of the URL at which [`TestKey::jwks`] is served.
    pub issuer: &'a str,
    /// `sub`
    pub subject: &'a str,
    /// `email`
    pub email: &'a str,
    /// `phone_number`
    pub phone: Option<&'a str>,
    /// `device_id`
    pub device: Option<&'a str>,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: [&'static str; 1],
    exp: i64,
    iat: i64,
    iss: &'a str,
    sub: &'a str,
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_id: Option<&'a str>,
}

impl TestKey {
    /// Makes the pair from 32 secret bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, TestKeyError> {
        let secret = secret_key(seed)?;
        let point = secret.public_key().to_encoded_point(false);
        let (Some(x), Some(y)) = (point.x(), point.y()) else {
            return Err(TestKeyError);
        };
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        // RFC 7638: the members that define the key, in this order and nothing between them.
        let defining = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let key_id = URL_SAFE_NO_PAD.encode(Sha256::digest(defining.as_bytes()));
        let document = json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": key_id, "x": x, "y": y,
        }] });
        let der = secret.to_pkcs8_der().map_err(|_| TestKeyError)?;
        Ok(Self {
            private: EncodingKey::from_ec_der(der.as_bytes()),
            key_id,
            document,
        })
    }

    /// The public key, as a key set to be served.
    #[must_use]
    pub fn jwks(&self) -> Value {
        self.document.clone()
    }

    /// A token that is good from now on, for five minutes.
    pub fn mint(&self, rider: TestRider<'_>, now: DateTime<Utc>) -> Result<String, TestKeyError> {
        self.mint_for(rider, LIFETIME, now)
    }

    /// A token that is good from now on, for `lifetime`.
    pub fn mint_for(
        &self,
        rider: TestRider<'_>,
        lifetime: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<String, TestKeyError> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.key_id.clone());
        let claims = Claims {
            aud: [AUDIENCE],
            exp: (now + lifetime).timestamp(),
            iat: now.timestamp(),
            iss: rider.issuer,
            sub: rider.subject,
            email: rider.email,
            phone_number: rider.phone,
            device_id: rider.device,
        };
        jsonwebtoken::encode(&header, &claims, &self.private).map_err(|_| TestKeyError)
    }
}

impl std::fmt::Debug for TestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestKey")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// The seed's hash as the private number. One in four thousand million is out of range; then the next is taken.
fn secret_key(seed: &[u8; 32]) -> Result<SecretKey, TestKeyError> {
    (0..=u8::MAX)
        .find_map(|attempt| {
            let candidate = Sha256::new()
                .chain_update(seed)
                .chain_update([attempt])
                .finalize();
            SecretKey::from_slice(&candidate).ok()
        })
        .ok_or(TestKeyError)
}
