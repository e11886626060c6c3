//! JWTs that the engine makes for an app's riders, where the app has no identity provider (Coord's Users API,
//! `create_jwt` and `testing/create_jwt`).
//!
//! One key pair for each environment's riders and another for test users, each derived from that environment's root
//! secret for this purpose alone. The key says what kind of user it is; `iss` names the app, and has to be that of the
//! app whose key the request carries. So a JWT of one app is worth nothing with the key of another, of one environment
//! nothing in the other, and a test user's never passes for a rider's.

use chrono::{DateTime, TimeDelta, Utc};
use domain::AppId;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    JwtError, LEEWAY, RiderClaims,
    claims::{self, AUDIENCE},
    es256::{Es256Key, KeyError},
    header,
    keys::Keys,
    verify::signed,
};

/// "Valid one hour."
const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Where the names of issuers begin. Nothing is fetched from there.
const RIDERS: &str = "https://switchyard.invalid/v1/users/riders/";
const TEST_USERS: &str = "https://switchyard.invalid/v1/users/test-users/";

/// Makes JWTs for the users of every app, and knows them again.
pub struct Issuer {
    key: Es256Key,
    keys: Keys,
    base: &'static str,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: [&'static str; 1],
    exp: i64,
    iat: i64,
    iss: &'a str,
    sub: &'a str,
    email: &'a str,
}

impl Issuer {
    /// For riders, from 32 secret bytes.
    pub fn of_riders(seed: &[u8; 32]) -> Result<Self, KeyError> {
        Self::new(seed, RIDERS)
    }

    /// For test users, from 32 other secret bytes.
    pub fn of_test_users(seed: &[u8; 32]) -> Result<Self, KeyError> {
        Self::new(seed, TEST_USERS)
    }

    fn new(seed: &[u8; 32], base: &'static str) -> Result<Self, KeyError> {
        let key = Es256Key::from_seed(seed)?;
        let document: Value = json!({ "keys": [key.public(key.thumbprint())] });
        let keys = Keys::parse(document.to_string().as_bytes()).ok_or(KeyError)?;
        Ok(Self { key, keys, base })
    }

    /// A JWT that is good from now on, for an hour.
    pub fn mint(
        &self,
        app: &AppId,
        subject: &str,
        email: &str,
        now: DateTime<Utc>,
    ) -> Result<String, KeyError> {
        let claims = Claims {
            aud: [AUDIENCE],
            exp: (now + LIFETIME).timestamp(),
            iat: now.timestamp(),
            iss: &self.issuer_for(app),
            sub: subject,
            email,
        };
        self.key.sign("JWT", self.key.thumbprint(), &claims)
    }

    /// Whether a token says that it is from here; then nobody else's key will do.
    #[must_use]
    pub fn is_named_by(&self, token: &str) -> bool {
        let named = header::read(token).ok().and_then(|header| header.key_id);
        named.as_deref() == Some(self.key.thumbprint())
    }

    /// Checks a token from here against the app that it has to be for. Nothing for a token from elsewhere.
    #[must_use]
    pub fn verify(
        &self,
        app: &AppId,
        token: &str,
        now: DateTime<Utc>,
    ) -> Option<Result<RiderClaims, JwtError>> {
        self.is_named_by(token).then(|| self.check(app, token, now))
    }

    fn check(&self, app: &AppId, token: &str, now: DateTime<Utc>) -> Result<RiderClaims, JwtError> {
        let header = header::read(token)?;
        let said = signed(token, &header, &self.keys)?;
        let issuer = self.issuer_for(app);
        if said.get("iss").and_then(Value::as_str) != Some(&issuer) {
            return Err(JwtError::AnotherApp);
        }
        claims::check(&said, None, LEEWAY, now)
    }

    fn issuer_for(&self, app: &AppId) -> String {
        format!("{}{app}", self.base)
    }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}
