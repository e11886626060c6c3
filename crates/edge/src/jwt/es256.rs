//! Key pairs for ES256 that follow from a secret, so that every server of a database has the same one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::EncodePrivateKey;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The key pair could not be made, or could not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key cannot sign")]
pub struct KeyError;

/// A key pair for ES256, always the same for the same seed.
pub struct Es256Key {
    private: EncodingKey,
    x: String,
    y: String,
    thumbprint: String,
}

impl Es256Key {
    /// Makes the pair from 32 secret bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = secret_key(seed)?;
        let point = secret.public_key().to_encoded_point(false);
        let (Some(x), Some(y)) = (point.x(), point.y()) else {
            return Err(KeyError);
        };
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        // RFC 7638: the members that define the key, in this order and nothing between them.
        let defining = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(defining.as_bytes()));
        let der = secret.to_pkcs8_der().map_err(|_| KeyError)?;
        Ok(Self {
            private: EncodingKey::from_ec_der(der.as_bytes()),
            x,
            y,
            thumbprint,
        })
    }

    /// The public key's own name (RFC 7638).
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// The public half as a JWK, under a name.
    #[must_use]
    pub fn public(&self, key_id: &str) -> Value {
        json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": key_id, "x": self.x, "y": self.y,
        })
    }

    /// Signs claims under a key's name. `kind` is the header's `typ`: what is signed for one use is of no other.
    pub fn sign(&self, kind: &str, key_id: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(kind.to_owned());
        header.kid = Some(key_id.to_owned());
        jsonwebtoken::encode(&header, claims, &self.private).map_err(|_| KeyError)
    }
}

impl std::fmt::Debug for Es256Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Es256Key")
            .field("thumbprint", &self.thumbprint)
            .finish_non_exhaustive()
    }
}

/// The seed's hash as the private number. One in four thousand million is out of range; then the next is taken.
fn secret_key(seed: &[u8; 32]) -> Result<SecretKey, KeyError> {
    (0..=u8::MAX)
        .find_map(|attempt| {
            let candidate = Sha256::new()
                .chain_update(seed)
                .chain_update([attempt])
                .finalize();
            SecretKey::from_slice(&candidate).ok()
        })
        .ok_or(KeyError)
}
