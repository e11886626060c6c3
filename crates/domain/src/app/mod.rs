//! An app: the demand side, with its keys, its JWKS URL and its platform account at Stripe.

mod command;
mod event;
mod key;
mod keyring;
mod state;
#[cfg(test)]
mod tests;
mod web;

pub use command::{AppCommand, AppDeclaration, AppRejection};
pub use event::AppEvent;
pub use key::{DeclaredKey, InvalidKeyText, KeyDigest, KeyHint, KeyKind, Platform, StripePublishableKey};
pub use keyring::{IssuedKey, Replaced};
pub use state::App;
pub use web::{InvalidUrl, MAX_URL_LENGTH, Origin, WebUrl};
