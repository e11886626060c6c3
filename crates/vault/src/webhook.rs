//! The secrets that webhooks are signed with: derived, so that there is nothing to store and nothing to steal but the
//! root secret itself.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::EndpointId;

use crate::Vault;
use crate::crypto::{Secret, derive, hmac_sha256};
use crate::signing::SIGNATURE_LENGTH;

/// One secret of one endpoint. It signs, and is shown to the endpoint's owner once.
pub struct WebhookSecret(Secret);

impl WebhookSecret {
    /// HMAC-SHA256 of a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        hmac_sha256(&self.0, &[message])
    }

    /// As its owner gets it (Standard Webhooks, "Signature scheme").
    #[must_use]
    pub fn expose(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0.expose()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl Vault {
    /// The `number`-th secret of an endpoint: the same for the life of the database, on every server.
    #[must_use]
    pub fn webhook_secret(&self, endpoint: &EndpointId, number: u32) -> WebhookSecret {
        WebhookSecret(derive(
            self.root(),
            &format!("webhook secret {number} of {endpoint}"),
        ))
    }
}
