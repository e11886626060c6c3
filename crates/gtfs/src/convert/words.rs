//! Texts: the feed's, and the overlay's in their place.

use std::collections::{BTreeMap, BTreeSet};

use domain::text::Text;

use crate::{
    feed::Feed,
    overlay::{NamedOverlay, Overlay, TextOverlay},
    report::{Place, Report, shown},
};

/// Everything that has a name in the feed, as riders are told.
pub(super) struct Words {
    language: Option<String>,
    pub(super) areas: BTreeMap<String, Text>,
    /// Only networks that somebody named: an id is nothing to show to riders.
    pub(super) networks: BTreeMap<String, Text>,
}

impl Words {
    pub(super) fn of(feed: &Feed, overlay: &Overlay, report: &mut Report) -> Self {
        let mut words = Self {
            language: language(feed, overlay, report),
            areas: BTreeMap::new(),
            networks: BTreeMap::new(),
        };
        words.areas = words.named(
            "areas",
            "area_id",
            (&feed.places.areas, &overlay.areas),
            feed,
            report,
        );
        words.networks = words.named(
            "networks",
            "network_id",
            (&feed.places.networks, &overlay.networks),
            feed,
            report,
        );
        check_named("riders", "rider_category_id", &overlay.riders, feed, report);
        check_named("media_names", "fare_media_id", &overlay.media_names, feed, report);
        words
    }

    fn named(
        &self,
        list: &str,
        column: &str,
        (names, overlays): (&BTreeMap<String, String>, &[NamedOverlay]),
        feed: &Feed,
        report: &mut Report,
    ) -> BTreeMap<String, Text> {
        check_named(list, column, overlays, feed, report);
        let plain = names
            .iter()
            .map(|(id, name)| (id.clone(), Text::plain(name.clone())));
        let mut texts: BTreeMap<String, Text> = plain.collect();
        for (index, overlay) in overlays.iter().enumerate() {
            let path = format!("{list}[{index}].name");
            let id = overlay.id.as_str();
            let known = texts.get(id).cloned();
            if let Some(text) = self.said(overlay.name.as_ref(), known, &path, report) {
                texts.insert(id.to_owned(), text);
            }
        }
        texts
    }

    /// What is said in an overlay in place of what the feed says.
    pub(super) fn said(
        &self,
        overlay: Option<&TextOverlay>,
        feed: Option<Text>,
        path: &str,
        report: &mut Report,
    ) -> Option<Text> {
        let (default, language, translations) = match overlay {
            None => return feed,
            Some(TextOverlay::Plain(text)) => return Some(Text::plain(text.clone())),
            Some(TextOverlay::Translated {
                default,
                language,
                translations,
            }) => (default, language, translations),
        };
        let mut text = match (default, feed) {
            (Some(default), _) => Text::plain(default.clone()),
            (None, Some(feed)) => feed,
            (None, None) => {
                report.flaw(
                    Place::overlay(path),
                    "needs a default: the feed has no words for it",
                );
                return None;
            }
        };
        text.language = language
            .as_deref()
            .map(str::to_lowercase)
            .or_else(|| self.language.clone());
        let translations = translations
            .iter()
            .map(|(tag, text)| (tag.to_lowercase(), text.clone()));
        text.translations.extend(translations);
        Some(text)
    }

    /// What is said where the feed has nothing to say.
    pub(super) fn own(&self, overlay: Option<&TextOverlay>, path: &str, report: &mut Report) -> Option<Text> {
        self.said(overlay, None, path, report)
    }

    /// Texts put together, in every language that one of them has.
    pub(super) fn joined(&self, parts: &[Text], join: &dyn Fn(&[&str]) -> String) -> Text {
        let tags: BTreeSet<&String> = parts.iter().flat_map(|part| part.translations.keys()).collect();
        let defaults: Vec<&str> = parts.iter().map(|part| part.default.as_str()).collect();
        let translation = |tag: &&String| {
            let each = parts
                .iter()
                .map(|part| part.translations.get(*tag).unwrap_or(&part.default).as_str());
            join(&each.collect::<Vec<_>>())
        };
        Text {
            default: join(&defaults),
            language: if tags.is_empty() {
                None
            } else {
                self.language.clone()
            },
            translations: tags
                .iter()
                .map(|tag| ((*tag).clone(), translation(tag)))
                .collect(),
        }
    }
}

/// Whether the feed has what is given other words.
fn check_named(list: &str, column: &str, overlays: &[NamedOverlay], feed: &Feed, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for (index, overlay) in overlays.iter().enumerate() {
        let path = format!("{list}[{index}].id");
        let id = overlay.id.as_str();
        if !feed.has(column, id) {
            report.flaw(
                Place::overlay(&path),
                format_args!("the feed has no {column} \"{}\"", shown(id)),
            );
        }
        if !seen.insert(id) {
            report.flaw(Place::overlay(&path), "stands here twice");
        }
    }
}

fn language(feed: &Feed, overlay: &Overlay, report: &mut Report) -> Option<String> {
    let is_part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_tag = |tag: &str| tag.split('-').all(is_part);
    if let Some(tag) = &overlay.language {
        if !is_tag(tag) {
            report.flaw(Place::overlay("language"), "is no BCP 47 tag, like en or pt-BR");
        }
        return Some(tag.to_lowercase());
    }
    let agency = feed.agencies.first()?.language.as_deref()?;
    is_tag(agency).then(|| agency.to_lowercase())
}
