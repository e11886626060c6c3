//! Words and places.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A point on Earth, in degrees.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PointDocument {
    /// -90 to 90.
    pub latitude: f64,
    /// -180 to 180.
    pub longitude: f64,
}

/// A text, plain or with translations.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum TextDocument {
    /// In the operator's own language only.
    Plain(String),
    /// With translations.
    #[schemars(title = "TranslatedText")]
    Translated {
        /// In the operator's own language.
        default: String,
        /// Which language that is, by BCP 47 tag, where it is not the operator's `language`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        /// By BCP 47 tag.
        translations: BTreeMap<String, String>,
    },
}
