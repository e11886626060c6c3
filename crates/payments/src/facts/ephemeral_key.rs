//! An ephemeral key, handed on exactly as it came.

use std::fmt;

use bytes::Bytes;

/// Stripe's answer, byte for byte. The mobile library that asked for it reads it in the version that it stated, so
/// nothing of it may be added, dropped or reordered.
#[derive(Clone, PartialEq, Eq)]
pub struct EphemeralKey(Bytes);

impl EphemeralKey {
    pub(crate) const fn new(body: Bytes) -> Self {
        Self(body)
    }

    /// The JSON document.
    #[must_use]
    pub const fn json(&self) -> &Bytes {
        &self.0
    }
}

impl fmt::Debug for EphemeralKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EphemeralKey(…)")
    }
}
