//! Words in place of the feed's, and in other languages.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FeedId;

/// A text, plain or with translations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum TextOverlay {
    /// In place of the feed's.
    Plain(String),
    /// With translations.
    Translated {
        /// In place of the feed's; left out, that stays.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        default: Option<String>,
        /// Which language that is, by BCP 47 tag, where it is not the overlay's `language`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        /// By BCP 47 tag.
        translations: BTreeMap<String, String>,
    },
}

/// Other words for something that the feed names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedOverlay {
    /// Its id in the feed.
    pub id: FeedId,
    /// Displayable name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TextOverlay>,
    /// Displayable description, where riders choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<TextOverlay>,
    /// What to know before choosing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_text: Option<TextOverlay>,
    /// Its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_label: Option<TextOverlay>,
}

/// How riders choose between fares. Each is there by itself where there is something to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionsOverlay {
    /// By category of riders.
    #[serde(default)]
    pub rider: OptionOverlay,
    /// By where a product is good: areas and networks.
    #[serde(default)]
    pub zone: OptionOverlay,
    /// By product, where nothing else tells two of them apart.
    #[serde(default)]
    pub fare: OptionOverlay,
    /// By medium.
    #[serde(default)]
    pub medium: OptionOverlay,
}

/// One way of choosing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionOverlay {
    /// Label of the selector, in place of an English word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<TextOverlay>,
    /// Whether it is left out.
    #[serde(default)]
    pub hidden: bool,
}
