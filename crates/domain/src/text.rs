//! Words shown to people, in the operator's languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text with its translations. The default is what `Accept-Language` falls back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The text in the operator's own language.
    pub default: String,
    /// Other languages by lower-case BCP 47 tag: `es`, `pt-br`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub translations: BTreeMap<String, String>,
}

impl Text {
    /// A text that has no translation.
    #[must_use]
    pub fn plain(default: impl Into<String>) -> Self {
        Self {
            default: default.into(),
            translations: BTreeMap::new(),
        }
    }

    /// The first of `languages` (lower-case tags, most wanted first) that there is, tried in full and then by its
    /// primary subtag, else the default.
    #[must_use]
    pub fn in_language<'a>(&'a self, languages: &[String]) -> &'a str {
        languages
            .iter()
            .find_map(|tag| {
                let primary = tag.split('-').next().unwrap_or(tag);
                self.translations
                    .get(tag)
                    .or_else(|| self.translations.get(primary))
            })
            .unwrap_or(&self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regional_wish_is_met_by_the_plain_language_and_else_by_the_default() {
        let mut text = Text::plain("Single ride");
        text.translations
            .insert("es".to_owned(), "Viaje sencillo".to_owned());
        assert_eq!(
            text.in_language(&["de".to_owned(), "es-mx".to_owned()]),
            "Viaje sencillo"
        );
        assert_eq!(text.in_language(&["de".to_owned()]), "Single ride");
    }
}
