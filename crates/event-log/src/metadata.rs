//! What every event says about its origin.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who did it, for which app, caused by what. It holds opaque ids only, never personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Who acted: a user, an API key, an operator's account, the resolver, …
    pub actor: String,
    /// The app on whose behalf, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// What directly caused the command: another event, a webhook, a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation: Option<String>,
    /// Ties together everything that follows from one original cause.
    pub correlation: String,
    /// The HTTP or gRPC request, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

/// Metadata as stored: canonical JSON, parsed only when somebody asks.
///
/// Replaying reads hundreds of thousands of events a second, most readers never look at these.
#[derive(Clone, PartialEq, Eq)]
pub struct RawMetadata(Box<str>);

impl RawMetadata {
    pub(crate) fn from_stored(text: &str) -> Self {
        Self(text.into())
    }

    /// The stored JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parsed form.
    pub fn parse(&self) -> Result<Metadata, serde_json::Error> {
        serde_json::from_str(&self.0)
    }
}

/// For events that come from elsewhere than the log, as in tests of a fold.
impl From<&Metadata> for RawMetadata {
    fn from(metadata: &Metadata) -> Self {
        // A struct of texts has a JSON form; were it not to, an empty text parses as nothing.
        Self(serde_json::to_string(metadata).unwrap_or_default().into())
    }
}

impl fmt::Debug for RawMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
