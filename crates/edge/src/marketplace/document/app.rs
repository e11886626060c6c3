//! The demand side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A demand-side app.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppDocument {
    /// Chosen once: letters, digits, `-`, `_`, `.`.
    pub id: String,
    /// Displayable name.
    pub name: String,
    /// Where its JWKS is served. Without it, in `test` only, the engine's own testing JWKS stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<String>,
    /// Web origins that may call from a browser.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_origins: Vec<String>,
    /// Where redemption links lead; ends in `/redeem`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption_link: Option<String>,
    /// Its API keys. Only their digests are kept; a key that is left out later is not revoked by that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Its Stripe platform account. The secret key is configuration of the server and has no place here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stripe: Option<StripeDocument>,
}

// Keys are secrets even where the file holds them.
impl std::fmt::Debug for AppDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppDocument")
            .field("id", &self.id)
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}

/// An app's platform account at Stripe.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StripeDocument {
    /// `acct_…`
    pub account: String,
    /// `pk_…`: what the app's clients make cards with.
    pub publishable_key: String,
}
