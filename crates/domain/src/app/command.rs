//! What may be asked of an app, and why it may be refused.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{
    key::{DeclaredKey, Platform},
    web::{Origin, WebUrl},
};
use crate::{ApiKeyId, AppId};

/// How an app should be, in full: what is left out is taken away. Only keys are not: a key is revoked by name, so
/// that an old file can neither lock an app out nor bring a revoked key back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppDeclaration {
    /// Which app.
    pub app: AppId,
    /// What people call it; not blank.
    pub name: String,
    /// Where the keys are that verify its riders' JWTs; HTTPS.
    pub jwks_url: Option<WebUrl>,
    /// Which web pages may call with a publishable key.
    pub origins: BTreeSet<Origin>,
    /// Its account at Stripe.
    pub platform: Option<Platform>,
    /// Under which address it opens redemption links: HTTPS, ending in `/redeem`.
    pub redemption_prefix: Option<WebUrl>,
    /// Keys that it should have, if they were never revoked.
    pub keys: Vec<DeclaredKey>,
}

/// Requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppCommand {
    /// Make it so; record only what differs.
    Declare {
        /// How it should be.
        declaration: Box<AppDeclaration>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Allow a key.
    IssueKey {
        /// What is kept of it.
        key: DeclaredKey,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Let it end, because another key of the same kind has taken its place.
    RetireKey {
        /// Which.
        key: ApiKeyId,
        /// What is kept of the other one.
        successor: DeclaredKey,
        /// Until when both are good.
        until: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Allow it no more, for good.
    RevokeKey {
        /// Which.
        key: ApiKeyId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Refuse everything it asks for now.
    Suspend {
        /// In the words of whoever decided.
        reason: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Serve it again.
    Reinstate {
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppRejection {
    /// There is no such app.
    #[error("the app is not registered")]
    NotRegistered,
    /// The declaration is of another app.
    #[error("the declaration is of another app")]
    AnotherApp,
    /// An app needs a name.
    #[error("the name is blank")]
    BlankName,
    /// Whoever can change what comes from there can log in as anybody.
    #[error("the JWKS URL must be HTTPS")]
    JwksUrlNotSecure,
    /// Ticketing API, "Redemptions": HTTPS, and the path ends in `/redeem`.
    #[error("the redemption link must be HTTPS and end in /redeem")]
    NotARedemptionLink,
    /// The handle is taken by a key with another hash or kind.
    #[error("another key is called {key}")]
    KeyDiffers {
        /// The handle.
        key: ApiKeyId,
    },
    /// One key under two handles could not be revoked.
    #[error("the key {key} is issued already, as {known_as}")]
    KeyIssuedAlready {
        /// The new handle.
        key: ApiKeyId,
        /// The handle it has.
        known_as: ApiKeyId,
    },
    /// It was revoked, and that is for good.
    #[error("the key {key} was revoked")]
    KeyRevoked {
        /// Which.
        key: ApiKeyId,
    },
    /// It has a successor already.
    #[error("the key {key} was replaced already, by {successor}")]
    KeyReplaced {
        /// Which.
        key: ApiKeyId,
        /// By which other.
        successor: ApiKeyId,
    },
    /// It would be good for something else.
    #[error("a key is replaced by one of its own kind")]
    AnotherKind,
    /// There is no such key.
    #[error("there is no key {key}")]
    NoSuchKey {
        /// Which.
        key: ApiKeyId,
    },
}
