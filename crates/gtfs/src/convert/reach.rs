//! Where and when a product is good, by the rules that name it, in words.

use std::collections::{BTreeMap, BTreeSet};

use domain::text::Text;

use super::words::Words;
use crate::feed::{Feed, LegRule};

/// How many places riders can be told of.
const PLACES: usize = 12;

/// Where and when a product is good. What is absent is not limited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// Areas, or else networks: a name for the feed's ids, and words.
    pub(super) zone: Option<(String, Text)>,
    networks: Option<Text>,
    times: Option<Text>,
    /// Whether there is more to say than riders would read.
    pub(super) is_cut: bool,
}

/// A ride from somewhere to somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ride<'a> {
    from: Option<&'a str>,
    to: Option<&'a str>,
    both_ways: bool,
}

impl Reach {
    pub(super) fn of(product: &str, feed: &Feed, words: &Words) -> Self {
        let legs: Vec<&LegRule> = feed.legs_of(product).collect();
        let rides = rides(&legs);
        let networks = networks(&legs);
        let is_cut = [rides.as_ref().map(Vec::len), networks.as_ref().map(Vec::len)]
            .iter()
            .flatten()
            .any(|places| *places > PLACES);
        let areas = rides
            .filter(|rides| rides.len() <= PLACES)
            .map(|rides| areas(&rides, words));
        let networks = networks
            .filter(|ids| ids.len() <= PLACES)
            .and_then(|ids| network_names(&ids, words));
        let zone = areas.or_else(|| networks.clone());
        let is_zone = zone == networks;
        Self {
            zone,
            networks: networks.filter(|_| !is_zone).map(|(_, text)| text),
            times: times(&legs, feed).map(Text::plain),
            is_cut,
        }
    }

    /// All of it, to be shown.
    pub(super) fn description(&self, words: &Words) -> Option<Text> {
        let zone = self.zone.as_ref().map(|(_, text)| text);
        let parts = [zone, self.networks.as_ref(), self.times.as_ref()];
        let parts: Vec<Text> = parts.into_iter().flatten().cloned().collect();
        (!parts.is_empty()).then(|| words.joined(&parts, &|parts| parts.join(" · ")))
    }
}

fn areas(rides: &[Ride<'_>], words: &Words) -> (String, Text) {
    let mut ids = Vec::new();
    let mut texts = Vec::new();
    for ride in rides {
        let ends: Vec<&str> = if ride.from == ride.to {
            ride.from.into_iter().collect()
        } else {
            vec![ride.from.unwrap_or("…"), ride.to.unwrap_or("…")]
        };
        let named: Vec<Text> = ends
            .iter()
            .map(|id| words.areas.get(*id).cloned().unwrap_or_else(|| Text::plain(*id)))
            .collect();
        let arrow = if ride.both_ways { " ↔ " } else { " → " };
        texts.push(words.joined(&named, &|ends| ends.join(arrow)));
        ids.push(ends.join("-"));
    }
    (ids.join("+"), words.joined(&texts, &|rides| rides.join(", ")))
}

/// Every ride once, there and back as one; nothing, if it is good anywhere.
fn rides<'a>(legs: &[&'a LegRule]) -> Option<Vec<Ride<'a>>> {
    let mut rides: Vec<Ride<'a>> = Vec::new();
    let mut known: BTreeMap<(Option<&str>, Option<&str>), usize> = BTreeMap::new();
    for leg in legs {
        let (from, to) = (leg.from_area.as_deref(), leg.to_area.as_deref());
        if from.is_none() && to.is_none() {
            return None;
        }
        if known.contains_key(&(from, to)) {
            continue;
        }
        match known.get(&(to, from)).and_then(|index| rides.get_mut(*index)) {
            Some(back) => back.both_ways = true,
            None => {
                known.insert((from, to), rides.len());
                rides.push(Ride {
                    from,
                    to,
                    both_ways: false,
                });
            }
        }
    }
    (!rides.is_empty()).then_some(rides)
}

/// Every network once; nothing, if it is good on any.
fn networks<'a>(legs: &[&'a LegRule]) -> Option<Vec<&'a str>> {
    let named: Option<Vec<&str>> = legs.iter().map(|leg| leg.network.as_deref()).collect();
    let mut seen = BTreeSet::new();
    let mut ids = named?;
    ids.retain(|id| seen.insert(*id));
    (!ids.is_empty()).then_some(ids)
}

fn network_names(ids: &[&str], words: &Words) -> Option<(String, Text)> {
    let names: Option<Vec<Text>> = ids.iter().map(|id| words.networks.get(*id).cloned()).collect();
    let text = words.joined(&names?, &|names| names.join(", "));
    Some((ids.join("+"), text))
}

fn times(legs: &[&LegRule], feed: &Feed) -> Option<String> {
    let mut said = BTreeSet::new();
    for leg in legs {
        let group = leg.frames.iter().flatten().next()?;
        for frame in feed.places.frames.get(group)? {
            let (from, until) = frame.times.as_ref()?;
            said.insert(format!("{from}–{until}"));
        }
    }
    let said: Vec<String> = said.into_iter().collect();
    (!said.is_empty()).then(|| said.join(", "))
}
