//! Objects of Coord's Users API.

use schemars::JsonSchema;

/// The current user; what is unset is left out.
#[derive(Debug, Clone, JsonSchema)]
pub struct CoordUser {
    /// As the app's JWTs say.
    pub email: Option<String>,
    /// What they drive.
    pub vehicle: Option<Vehicle>,
    /// Where they have accounts of their own.
    pub transactable_systems: Option<Vec<TransactableSystem>>,
}

/// A vehicle.
#[derive(Debug, Clone, JsonSchema)]
pub struct Vehicle {
    /// Its plate.
    pub license_plate: serde_json::Value,
}

/// An operator at which the user can pay.
#[derive(Debug, Clone, JsonSchema)]
pub struct TransactableSystem {
    /// Which.
    pub system_id: String,
    /// Whether they have an account there.
    pub linked_account: bool,
}

/// A card to be kept.
#[derive(Debug, Clone, JsonSchema)]
pub struct StripeInfo {
    /// tok_..., made for this app's platform account.
    pub coord_targeted_token: String,
}

/// A card that is kept.
#[derive(Debug, Clone, JsonSchema)]
pub struct KeptStripeInfo {
    /// The token it was.
    pub coord_targeted_token: String,
    /// The customer at Stripe.
    pub customer_id: String,
}

/// An error.
#[derive(Debug, Clone, JsonSchema)]
pub struct CoordError {
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
    /// What it is about.
    pub field: Option<String>,
}
