//! Signatures and seeds, a key for each purpose.

use subtle::ConstantTimeEq;

use crate::Vault;
use crate::crypto::{derive, hmac_sha256};

/// Bytes of a signature.
pub const SIGNATURE_LENGTH: usize = 32;

/// What a signature or a seed is for. What is signed for one purpose is worth nothing for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The opaque `Token-Transit-Passes-State`.
    PassesState,
    /// The `cart_token` of a priced cart.
    CartToken,
    /// A link by which somebody takes over passes.
    RedemptionLink,
    /// The address of a receipt, which is all that it takes to read it.
    Receipt,
    /// The way back from Stripe's onboarding and consent pages.
    Onboarding,
    /// What a simulated Stripe signs its events with.
    SimulatedEvents,
    /// JWTs made by the test endpoint.
    TestJwt,
    /// JWTs of riders whose app has no identity provider (Coord's Users API, `create_jwt`).
    RiderJwt,
    /// JWTs of test users (Coord's Users API, `testing/create_jwt`).
    TestUserJwt,
    /// What a rider's browser carries to an operator's permission page and back.
    AccountLink,
    /// Heads of the log's Merkle tree.
    TreeHead,
    /// The codes on visual tickets, which inspectors verify offline.
    Ticket,
    /// What a rider shows at the gate of a garage.
    GateBarcode,
    /// The word and colour that all tickets of an operator share on a service day.
    DayMark,
}

impl Purpose {
    /// Part of the derivation: changing a label invalidates everything signed under it.
    const fn label(self) -> &'static str {
        match self {
            Self::PassesState => "passes state",
            Self::CartToken => "cart token",
            Self::RedemptionLink => "redemption link",
            Self::Receipt => "receipt",
            Self::Onboarding => "onboarding",
            Self::SimulatedEvents => "simulated events",
            Self::TestJwt => "test jwt",
            Self::RiderJwt => "rider jwt",
            Self::TestUserJwt => "test user jwt",
            Self::AccountLink => "account link",
            Self::TreeHead => "tree head",
            Self::Ticket => "ticket",
            Self::GateBarcode => "gate barcode",
            Self::DayMark => "day mark",
        }
    }
}

impl Vault {
    /// HMAC-SHA256 of the message under the purpose's key: the same for the life of the database, on every server.
    #[must_use]
    pub fn sign(&self, purpose: Purpose, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        let key = derive(self.root(), &format!("sign {}", purpose.label()));
        hmac_sha256(&key, &[message])
    }

    /// Whether [`Vault::sign`] made the signature; takes the same time wherever it differs.
    #[must_use]
    pub fn verify(&self, purpose: Purpose, message: &[u8], signature: &[u8]) -> bool {
        self.sign(purpose, message).ct_eq(signature).into()
    }

    /// Thirty-two secret bytes to make an asymmetric key from; the same for the life of the database. The caller
    /// takes care that they are not shown.
    #[must_use]
    pub fn derive_signing_seed(&self, purpose: Purpose) -> [u8; 32] {
        *derive(self.root(), &format!("seed {}", purpose.label())).expose()
    }
}
