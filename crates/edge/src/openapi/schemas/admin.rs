//! Objects of the admin API, and public keys.

use schemars::JsonSchema;

/// What was changed, or would be.
#[derive(Debug, Clone, JsonSchema)]
pub struct Applied {
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// Each stream and the events it gets.
    pub changes: Vec<Change>,
}

/// A stream that changes.
#[derive(Debug, Clone, JsonSchema)]
pub struct Change {
    /// Which.
    pub stream: String,
    /// The kinds of events it gets.
    pub events: Vec<String>,
}

/// What Stripe said of an account.
#[derive(Debug, Clone, JsonSchema)]
pub struct Refreshed {
    /// Whose account.
    pub operator_id: String,
    /// Whether there was anything to ask.
    pub asked: bool,
    /// Whether it can be paid, if Stripe answered.
    pub charges_enabled: Option<bool>,
}

/// Problem details (RFC 9457).
#[derive(Debug, Clone, JsonSchema)]
pub struct Problem {
    /// about:blank.
    #[schemars(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What is wrong.
    pub detail: String,
    /// Every flaw of a file.
    pub errors: Option<Vec<String>>,
}

/// A JSON Web Key Set (RFC 7517).
#[derive(Debug, Clone, JsonSchema)]
pub struct KeySet {
    /// Public keys.
    pub keys: Vec<PublicKey>,
}

/// A public key of RSA (`n`, `e`) or of an elliptic curve (`crv`, `x`, `y`).
#[derive(Debug, Clone, JsonSchema)]
pub struct PublicKey {
    /// `RSA` or `EC`.
    pub kty: String,
    /// The algorithm that it signs with.
    pub alg: String,
    /// What JWTs name it by.
    pub kid: String,
    /// `sig`.
    #[schemars(rename = "use")]
    pub usage: String,
    /// The environment whose tickets it signs.
    pub env: Option<String>,
    /// The exponent, in base64url.
    pub e: Option<String>,
    /// The modulus, in base64url.
    pub n: Option<String>,
    /// The curve.
    pub crv: Option<String>,
    /// A coordinate, in base64url.
    pub x: Option<String>,
    /// The other one.
    pub y: Option<String>,
}
