//! Tokens for apps that have no identity provider to try with: the key behind the test endpoints.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    claims::AUDIENCE,
    es256::{Es256Key, KeyError},
};

/// How long a test token is good.
const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// A key pair for ES256, always the same for the same seed.
pub struct TestKey(Es256Key);

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
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, KeyError> {
        Es256Key::from_seed(seed).map(Self)
    }

    /// The public key, as a key set to be served.
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.0.public(self.0.thumbprint())] })
    }

    /// A token that is good from now on, for five minutes.
    pub fn mint(&self, rider: TestRider<'_>, now: DateTime<Utc>) -> Result<String, KeyError> {
        self.mint_for(rider, LIFETIME, now)
    }

    /// A token that is good from now on, for `lifetime`.
    pub fn mint_for(
        &self,
        rider: TestRider<'_>,
        lifetime: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<String, KeyError> {
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
        self.0.sign("JWT", self.0.thumbprint(), &claims)
    }
}

impl std::fmt::Debug for TestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestKey")
            .field("key_id", &self.0.thumbprint())
            .finish_non_exhaustive()
    }
}
