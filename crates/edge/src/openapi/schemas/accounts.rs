//! Apps and riders.

use schemars::JsonSchema;

use super::Agency;

/// Whose key it is.
#[derive(Debug, Clone, JsonSchema)]
pub struct Developer {
    /// publishable or secret.
    #[schemars(extend("enum" = ["publishable", "secret"]))]
    pub api_key_type: String,
    /// A unique id of app and environment.
    pub developer_id: String,
    /// fake, test or live.
    #[schemars(extend("enum" = ["fake", "test", "live"]))]
    pub env: String,
    /// Platform.
    pub owner_entity_kind: String,
    /// A unique id of the app.
    pub platform_id: String,
    /// The name of the app.
    pub platform_name: String,
    /// To be used with Stripe.
    pub stripe_publishable_api_key: Option<String>,
}

/// A login.
#[derive(Debug, Clone, JsonSchema)]
pub struct Login {
    /// If asked for with a secret key.
    pub stripe_customer_id: Option<String>,
}

/// What a link holds.
#[derive(Debug, Clone, JsonSchema)]
pub struct Redemption {
    /// If it belongs to one.
    pub agency: Option<Agency>,
    /// The code from the link.
    pub code: Option<String>,
    /// The body of a dialog.
    pub message: String,
    /// The header of a dialog.
    pub title: String,
    /// To be opened in a browser.
    pub universal_url: Option<String>,
}
