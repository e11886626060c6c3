//! Objects of Coord's Users API, and of its systems.

use schemars::JsonSchema;

/// For whom a JWT is made.
#[derive(Debug, Clone, JsonSchema)]
pub struct JwtOrder {
    /// The app's own name for the user, the JWT's `sub`; without it the user is known by e-mail.
    pub external_uid: Option<String>,
    /// The user's e-mail address.
    pub email: String,
}

/// A JWT.
#[derive(Debug, Clone, JsonSchema)]
pub struct MadeJwt {
    /// For `Authorization: Bearer`; good for an hour.
    pub jwt_token: String,
}

/// The current user; what is unset is left out.
#[derive(Debug, Clone, JsonSchema)]
pub struct CoordUser {
    /// As the app's JWTs say.
    pub email: Option<String>,
    /// What they drive.
    pub vehicle: Option<Vehicle>,
    /// The systems that they can transact with now.
    pub transactable_systems: Option<Vec<TransactableSystem>>,
}

/// A vehicle.
#[derive(Debug, Clone, JsonSchema)]
pub struct Vehicle {
    /// Its plate.
    pub license_plate: LicensePlate,
}

/// A licence plate.
#[derive(Debug, Clone, JsonSchema)]
pub struct LicensePlate {
    /// 1 to 16 letters and digits, which spaces, dots, dashes and apostrophes may part.
    pub text: String,
    /// ISO 3166-1 alpha-2, lower case.
    pub country: String,
    /// What follows the country in ISO 3166-2, lower case; required in `us`, `ca` and `au`.
    pub subdivision: Option<String>,
}

/// An operator, and the user's account there.
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

/// Systems, as GeoJSON.
#[derive(Debug, Clone, JsonSchema)]
pub struct SystemCollection {
    /// FeatureCollection
    #[schemars(rename = "type")]
    pub kind: String,
    /// By id.
    pub features: Vec<System>,
}

/// A system, as GeoJSON.
#[derive(Debug, Clone, JsonSchema)]
pub struct System {
    /// Feature
    #[schemars(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its centre; null where that is not said.
    #[schemars(required)]
    pub geometry: Option<PointGeometry>,
    /// What there is to know.
    pub properties: SystemProperties,
}

/// A point.
#[derive(Debug, Clone, JsonSchema)]
pub struct PointGeometry {
    /// Point
    #[schemars(rename = "type")]
    pub kind: String,
    /// Longitude and latitude, in degrees.
    pub coordinates: [f64; 2],
}

/// What there is to know of a system.
#[derive(Debug, Clone, JsonSchema)]
pub struct SystemProperties {
    /// Its id.
    pub system_id: String,
    /// Displayable name.
    pub name: String,
    /// Whether it can be paid through the app now.
    pub is_transactable: bool,
    /// What it requires.
    pub transaction_info: TransactionInfo,
}

/// What a system requires of users.
#[derive(Debug, Clone, JsonSchema)]
pub struct TransactionInfo {
    /// Whether they need an account of their own there.
    pub requires_linked_account: bool,
    /// `stripe_info.stripe_customer_id`, `vehicle.license_plate`, `email`: what has to be known of them.
    pub users_api_fields: Vec<String>,
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
    /// The call that sets what is lacking.
    pub call: Option<String>,
}

/// An operator's word that a rider gave permission.
#[derive(Debug, Clone, JsonSchema)]
pub struct ConfirmedAccount {
    /// As the permission page was opened with it.
    pub state: String,
}

/// Whether a rider's account at an operator is linked.
#[derive(Debug, Clone, JsonSchema)]
pub struct AccountAtOperator {
    /// Where.
    pub operator_id: String,
    /// Whose.
    pub user_id: String,
    /// Whether it is.
    pub linked_account: bool,
}
