//! How riders choose between fares: options where there is something to choose.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    catalog::{Alert, FareOption, FareOptionValue, OptionChoice},
    text::Text,
};

use super::{ids::value_id, reach::Reach, select::Offer, words::Words};
use crate::{
    feed::Feed,
    overlay::{NamedOverlay, OptionOverlay, Overlay},
    report::Report,
};

/// The options, and which value of each every offer has.
pub(super) struct Choices {
    pub(super) options: Vec<FareOption>,
    chosen: Vec<Vec<OptionChoice>>,
}

/// One way of choosing as it is put together: the values by id in their order, and each offer's.
struct Way<'o> {
    name: &'static str,
    label: &'static str,
    overlay: &'o OptionOverlay,
    values: Vec<FareOptionValue>,
    of_offers: Vec<Option<String>>,
}

impl Way<'_> {
    /// Whether there is something to choose, and it is wanted.
    fn counts(&self) -> bool {
        self.values.len() > 1 && !self.overlay.hidden
    }
}

impl Choices {
    pub(super) fn of(
        feed: &Feed,
        overlay: &Overlay,
        words: &Words,
        offers: &[Offer<'_>],
        reaches: &[Reach],
        report: &mut Report,
    ) -> Self {
        let rider = riders(feed, overlay, words, offers, report);
        let zone = zones(overlay, reaches);
        let medium = media(feed, overlay, words, offers, report);
        let told_apart = |index: usize| {
            let ways = [&rider, &zone, &medium].into_iter().filter(|way| way.counts());
            ways.map(|way| way.of_offers.get(index).cloned().flatten())
                .collect::<Vec<_>>()
        };
        let distinct: BTreeSet<_> = (0..offers.len()).map(told_apart).collect();
        let fare = products(overlay, words, offers, distinct.len() < offers.len(), report);
        let mut options = Vec::new();
        let mut chosen = vec![Vec::new(); offers.len()];
        for way in [rider, zone, fare, medium].into_iter().filter(Way::counts) {
            let path = format!("options.{}.label", way.name);
            let label = words.said(
                way.overlay.label.as_ref(),
                Some(Text::plain(way.label)),
                &path,
                report,
            );
            for (choices, id) in chosen.iter_mut().zip(way.of_offers) {
                choices.extend(id.map(|id| OptionChoice {
                    option_type: way.name.to_owned(),
                    id,
                }));
            }
            options.push(FareOption {
                option_type: way.name.to_owned(),
                label: label.unwrap_or_else(|| Text::plain(way.label)),
                values: way.values,
            });
        }
        Self { options, chosen }
    }

    pub(super) fn of_offer(&self, index: usize) -> Vec<OptionChoice> {
        self.chosen.get(index).cloned().unwrap_or_default()
    }
}

/// The default category first, then as the feed lists them.
fn riders<'o>(
    feed: &Feed,
    overlay: &'o Overlay,
    words: &Words,
    offers: &[Offer<'_>],
    report: &mut Report,
) -> Way<'o> {
    let used: BTreeSet<&String> = offers
        .iter()
        .filter_map(|offer| offer.product.rider.as_ref())
        .collect();
    let mut known: Vec<_> = feed
        .riders
        .iter()
        .filter(|rider| used.contains(&rider.id))
        .collect();
    known.sort_by_key(|rider| !rider.is_default);
    let values = known.into_iter().map(|rider| {
        let about = rider.eligibility_url.clone().map(Text::plain);
        let named = Named {
            option: "rider",
            list: "riders",
            id: &rider.id,
            name: Text::plain(rider.name.clone()),
        };
        named.value(about, &overlay.riders, words, report)
    });
    Way {
        name: "rider",
        label: "Rider",
        overlay: &overlay.options.rider,
        values: values.collect(),
        of_offers: offers
            .iter()
            .map(|offer| offer.product.rider.as_ref().map(|id| value_id("rider", id)))
            .collect(),
    }
}

fn media<'o>(
    feed: &Feed,
    overlay: &'o Overlay,
    words: &Words,
    offers: &[Offer<'_>],
    report: &mut Report,
) -> Way<'o> {
    let used: BTreeSet<&String> = offers
        .iter()
        .filter_map(|offer| offer.product.medium.as_ref())
        .collect();
    let known = feed.media.iter().filter(|medium| used.contains(&medium.id));
    let values = known.map(|medium| {
        let named = Named {
            option: "medium",
            list: "media_names",
            id: &medium.id,
            name: Text::plain(medium.name.as_ref().unwrap_or(&medium.id).clone()),
        };
        named.value(None, &overlay.media_names, words, report)
    });
    Way {
        name: "medium",
        label: "Medium",
        overlay: &overlay.options.medium,
        values: values.collect(),
        of_offers: offers
            .iter()
            .map(|offer| offer.product.medium.as_ref().map(|id| value_id("medium", id)))
            .collect(),
    }
}

/// In the order of the products.
fn zones<'o>(overlay: &'o Overlay, reaches: &[Reach]) -> Way<'o> {
    let mut values: Vec<FareOptionValue> = Vec::new();
    for (id, text) in reaches.iter().filter_map(|reach| reach.zone.as_ref()) {
        let id = value_id("zone", id);
        if !values.iter().any(|value| value.id == id) {
            values.push(plain_value(id, text.clone()));
        }
    }
    Way {
        name: "zone",
        label: "Zone",
        overlay: &overlay.options.zone,
        values,
        of_offers: reaches
            .iter()
            .map(|reach| reach.zone.as_ref().map(|(id, _)| value_id("zone", id)))
            .collect(),
    }
}

/// The products themselves, where nothing else tells them apart.
fn products<'o>(
    overlay: &'o Overlay,
    words: &Words,
    offers: &[Offer<'_>],
    is_needed: bool,
    report: &mut Report,
) -> Way<'o> {
    let mut values: BTreeMap<String, (usize, Text)> = BTreeMap::new();
    for (index, offer) in offers.iter().enumerate().filter(|_| is_needed) {
        let id = value_id("fare", &offer.product.id);
        if values.contains_key(&id) {
            continue;
        }
        let own = offer.product.name.clone().map(Text::plain);
        let name = words.said(offer.says.name.as_ref(), own, "rules.name", report);
        let name = name.unwrap_or_else(|| Text::plain(offer.product.id.clone()));
        values.insert(id, (index, name));
    }
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by_key(|(_, (index, _))| *index);
    Way {
        name: "fare",
        label: "Fare",
        overlay: &overlay.options.fare,
        values: values
            .into_iter()
            .map(|(id, (_, name))| plain_value(id, name))
            .collect(),
        of_offers: offers
            .iter()
            .map(|offer| is_needed.then(|| value_id("fare", &offer.product.id)))
            .collect(),
    }
}

fn plain_value(id: String, name: Text) -> FareOptionValue {
    FareOptionValue {
        id,
        name,
        description: None,
        alert: None,
    }
}

/// Something of the feed that becomes a value.
struct Named<'a> {
    option: &'static str,
    list: &'static str,
    id: &'a str,
    name: Text,
}

impl Named<'_> {
    fn value(
        self,
        description: Option<Text>,
        overlays: &[NamedOverlay],
        words: &Words,
        report: &mut Report,
    ) -> FareOptionValue {
        let found = overlays
            .iter()
            .enumerate()
            .find(|(_, overlay)| overlay.id.as_str() == self.id);
        let id = value_id(self.option, self.id);
        let Some((index, overlay)) = found else {
            return FareOptionValue {
                description,
                ..plain_value(id, self.name)
            };
        };
        let path = |field: &str| format!("{}[{index}].{field}", self.list);
        let name = words.said(
            overlay.name.as_ref(),
            Some(self.name.clone()),
            &path("name"),
            report,
        );
        let alert = words.own(overlay.alert_text.as_ref(), &path("alert_text"), report);
        let label = words.own(overlay.alert_label.as_ref(), &path("alert_label"), report);
        FareOptionValue {
            id,
            name: name.unwrap_or_else(|| self.name.clone()),
            description: words.said(
                overlay.description.as_ref(),
                description,
                &path("description"),
                report,
            ),
            alert: alert.map(|text| Alert { text, label }),
        }
    }
}
