//! Words shown to people, in the operator's languages.
//!
//! What a reader wants is a list of language ranges (RFC 4647) in lower case, most wanted first. `*` stands for every
//! language that is not named, and a range that begins with `!` is not wanted at all: `q=0` of RFC 9110, section 12.4.2.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a text without a declared language is taken for, as long as it has no translation of that name: the
/// document's own default for `Accept-Language`.
const PRESUMED: &str = "en";

/// A text with its translations. The default is shown to whoever wants none of the languages that there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The text in the operator's own language.
    pub default: String,
    /// Which language that is, as a lower-case BCP 47 tag, where the operator has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
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
            language: None,
            translations: BTreeMap::new(),
        }
    }

    /// The text in the most wanted language that there is, else the default.
    #[must_use]
    pub fn in_language<'a>(&'a self, wanted: &[String]) -> &'a str {
        self.choice(wanted)
            .and_then(|tag| self.translations.get(tag))
            .unwrap_or(&self.default)
    }

    /// In which language [`Text::in_language`] answers, if the operator has said so.
    #[must_use]
    pub fn language_for<'a>(&'a self, wanted: &[String]) -> Option<&'a str> {
        match self.choice(wanted) {
            Some(tag) if self.translations.contains_key(tag) => Some(tag),
            _ => self.language.as_deref(),
        }
    }

    fn choice<'a>(&'a self, wanted: &[String]) -> Option<&'a str> {
        if self.translations.is_empty() {
            return None;
        }
        let translated = self.translations.keys().map(String::as_str);
        let own = self.own_language().into_iter();
        let there_is: Vec<&str> = own.chain(translated).collect();
        choose(wanted, &there_is)
    }

    fn own_language(&self) -> Option<&str> {
        let taken = self.translations.keys().any(|tag| covers(PRESUMED, tag));
        self.language.as_deref().or((!taken).then_some(PRESUMED))
    }
}

/// The most wanted of the languages that there are, of which the first is the one to show where any will do.
///
/// Each range is looked up in full and then shortened from its end (RFC 4647, section 3.4), so that `es-mx` finds
/// `es`; at each length a more special language serves as well, so that `pt` finds `pt-br`. What is not wanted is
/// not found that way, but only where it is named itself.
#[must_use]
pub fn choose<'t>(wanted: &[String], there_is: &[&'t str]) -> Option<&'t str> {
    let unwanted = |tag: &str| {
        let ranges = wanted.iter().filter_map(|range| range.strip_prefix('!'));
        ranges.into_iter().any(|range| covers(range, tag))
    };
    let first = |fits: &dyn Fn(&str) -> bool| there_is.iter().copied().find(|tag| fits(tag));
    let ranges = wanted.iter().filter(|range| !range.starts_with('!'));
    ranges.into_iter().find_map(|range| match range.as_str() {
        "*" => first(&|tag| !unwanted(tag)),
        range => shortened(range).find_map(|short| {
            let may = |tag: &str| tag == range || !unwanted(tag);
            first(&|tag| tag == short && may(tag)).or_else(|| first(&|tag| covers(short, tag) && may(tag)))
        }),
    })
}

/// Whether a tag is the range or something more special.
fn covers(range: &str, tag: &str) -> bool {
    tag.strip_prefix(range)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// A range, and what is left of it as subtags are taken from its end. A single letter goes with what it introduces.
fn shortened(range: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(range), |range| {
        let (rest, _) = range.rsplit_once('-')?;
        match rest.rsplit_once('-') {
            Some((before, single)) if single.len() == 1 => Some(before),
            _ => Some(rest),
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wanted(ranges: &[&str]) -> Vec<String> {
        ranges.iter().map(|range| (*range).to_owned()).collect()
    }

    fn ride(language: Option<&str>, translations: &[(&str, &str)]) -> Text {
        Text {
            default: "default".to_owned(),
            language: language.map(str::to_owned),
            translations: translations
                .iter()
                .map(|(tag, text)| ((*tag).to_owned(), (*text).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn a_regional_wish_is_met_by_the_plain_language_and_else_by_the_default() {
        let text = ride(None, &[("es", "Viaje sencillo")]);
        assert_eq!(text.in_language(&wanted(&["de", "es-mx"])), "Viaje sencillo");
        assert_eq!(text.in_language(&wanted(&["de"])), "default");
        assert_eq!(text.in_language(&[]), "default");
    }

    #[test]
    fn the_operators_own_language_counts_as_one_that_there_is() {
        let polish = ride(Some("pl"), &[("en", "Ticket")]);
        assert_eq!(polish.in_language(&wanted(&["pl", "en"])), "default");
        assert_eq!(polish.in_language(&wanted(&["en-us", "pl"])), "Ticket");
        assert_eq!(polish.in_language(&wanted(&["pl-pl", "en"])), "default");
        assert_eq!(polish.language_for(&wanted(&["pl-pl"])), Some("pl"));
        assert_eq!(polish.language_for(&wanted(&["en-us"])), Some("en"));
        assert_eq!(polish.language_for(&wanted(&["de"])), Some("pl"));
    }

    #[test]
    fn a_text_of_no_declared_language_is_taken_for_english_unless_it_has_an_english_translation() {
        let english = ride(None, &[("es", "Viaje")]);
        assert_eq!(english.in_language(&wanted(&["en-us", "en", "es"])), "default");
        let other = ride(None, &[("en", "Ticket"), ("de", "Karte")]);
        assert_eq!(other.in_language(&wanted(&["en-us", "de"])), "Ticket");
        let british = ride(None, &[("en-gb", "Ticket")]);
        assert_eq!(british.in_language(&wanted(&["en"])), "Ticket");
        assert_eq!(
            english.language_for(&wanted(&["en"])),
            None,
            "presumed is not declared"
        );
        assert_eq!(ride(None, &[]).language_for(&wanted(&["en"])), None);
    }

    #[test]
    fn what_is_not_wanted_is_not_found_by_shortening_or_by_any() {
        let text = ride(
            Some("en"),
            &[("es", "Viaje"), ("es-mx", "Viaje MX"), ("fr", "Trajet")],
        );
        assert_eq!(text.in_language(&wanted(&["es-ar", "!es", "fr"])), "Trajet");
        assert_eq!(text.in_language(&wanted(&["es-mx", "!es"])), "Viaje MX");
        assert_eq!(text.in_language(&wanted(&["*", "!en"])), "Viaje");
        assert_eq!(text.in_language(&wanted(&["*", "!en", "!es"])), "Trajet");
        assert_eq!(text.in_language(&wanted(&["*"])), "default");
        assert_eq!(text.in_language(&wanted(&["de", "*"])), "default");
        assert_eq!(
            text.in_language(&wanted(&["!en"])),
            "default",
            "something has to be shown"
        );
    }

    #[test]
    fn a_more_special_language_serves_where_the_plain_one_is_missing() {
        let text = ride(Some("en"), &[("pt-br", "Bilhete"), ("zh-hant-tw", "票")]);
        assert_eq!(text.in_language(&wanted(&["pt"])), "Bilhete");
        assert_eq!(text.in_language(&wanted(&["pt-pt"])), "Bilhete");
        assert_eq!(text.in_language(&wanted(&["zh-hant-hk"])), "票");
        assert_eq!(
            text.in_language(&wanted(&["p"])),
            "default",
            "no part of a subtag"
        );
    }

    #[test]
    fn a_single_letter_is_dropped_with_what_it_introduces() {
        let steps: Vec<&str> = shortened("zh-hant-cn-x-private1-private2").collect();
        assert_eq!(
            steps,
            [
                "zh-hant-cn-x-private1-private2",
                "zh-hant-cn-x-private1",
                "zh-hant-cn",
                "zh-hant",
                "zh"
            ]
        );
    }

    proptest! {
        #[test]
        fn a_named_language_that_there_is_goes_before_all_that_is_wanted_less(
            others in proptest::collection::vec("[a-z]{2}(-[a-z]{2})?|\\*|![a-z]{2}", 0..5),
        ) {
            let text = ride(Some("en"), &[("qaa", "reserved")]);
            let ranges = [wanted(&["qaa"]), others].concat();
            prop_assert_eq!(text.in_language(&ranges), "reserved");
        }

        #[test]
        fn whatever_is_wanted_one_of_the_texts_is_shown(
            ranges in proptest::collection::vec("[!*a-z-]{0,6}", 0..6),
        ) {
            let text = ride(Some("en"), &[("es", "es"), ("pt-br", "pt-br")]);
            let shown = text.in_language(&ranges);
            prop_assert!(["default", "es", "pt-br"].contains(&shown));
        }
    }
}
