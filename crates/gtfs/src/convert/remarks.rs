//! What a feed says and a catalog cannot, and what may not be meant: told, so that nothing is dropped in silence.

use std::collections::{BTreeMap, BTreeSet};

use super::select::Offer;
use crate::{
    feed::{Feed, LegRule, MediumKind as M},
    overlay::{Overlay, ValidityOverlay},
    report::{Place, Report, shown},
};

const SECONDS_PER_MINUTE: u32 = 60;

pub(super) fn remark(feed: &Feed, overlay: &Overlay, offers: &[Offer<'_>], report: &mut Report) {
    unsold(feed, offers, report);
    media(feed, overlay, offers, report);
    riders(feed, offers, report);
    places(feed, offers, report);
    transfers(feed, offers, report);
    if feed.agencies.len() > 1 {
        let reason = "the feed has several agencies, and its fares are taken for one operator's";
        report.note(Place::file("agency.txt"), reason);
    }
}

/// Discounts on transfers are products that nobody buys.
fn unsold(feed: &Feed, offers: &[Offer<'_>], report: &mut Report) {
    let sold: BTreeSet<u64> = offers.iter().map(|offer| offer.product.row).collect();
    for product in &feed.products {
        if product.amount < 0 && !sold.contains(&product.row) {
            let place = Place::row("fare_products.txt", product.row).field("amount");
            report.note(place, "is a discount on a transfer, and is not given");
        }
    }
}

fn media(feed: &Feed, overlay: &Overlay, offers: &[Offer<'_>], report: &mut Report) {
    for (index, id) in overlay.media.iter().flatten().enumerate() {
        let Some(medium) = feed.medium(id.as_str()) else {
            continue;
        };
        let path = format!("media[{index}]");
        match medium.kind {
            M::Cash | M::Paper | M::Card | M::BankCard => report.note(
                Place::overlay(&path),
                format_args!(
                    "is {} by the feed; here it is sold as a pass in an app",
                    medium.kind.words()
                ),
            ),
            M::App => {}
        }
        let is_on_it = |offer: &Offer<'_>| offer.product.medium.as_deref() == Some(id.as_str());
        if !offers.iter().any(is_on_it) {
            report.note(Place::overlay(&path), "nothing that is sold is on this medium");
        }
    }
}

/// Who has to prove something at a counter does so nowhere in an app, unless the fare is restricted.
fn riders(feed: &Feed, offers: &[Offer<'_>], report: &mut Report) {
    for offer in offers {
        let rider = offer.product.rider.as_ref().and_then(|id| feed.rider(id));
        let proves = rider.is_some_and(|rider| rider.eligibility_url.is_some());
        if proves && offer.says.restricted_text.is_none() {
            let reason =
                "its riders have to be eligible by the feed, and no rule restricts it: anybody may buy it";
            report.note(offer.place().field("rider_category_id"), reason);
        }
    }
}

fn places(feed: &Feed, offers: &[Offer<'_>], report: &mut Report) {
    let sold: BTreeSet<&str> = offers.iter().map(|offer| offer.product.id.as_str()).collect();
    for id in &sold {
        if !feed.legs.is_empty() && feed.legs_of(id).next().is_none() {
            let reason = format_args!(
                "no rule names \"{}\": the feed does not say where it is good",
                shown(id)
            );
            report.note(Place::file("fare_leg_rules.txt"), reason);
        }
    }
    let legs = || feed.legs.iter().filter(|leg| sold.contains(leg.product.as_str()));
    let first = |is: &dyn Fn(&LegRule) -> bool| legs().find(|leg| is(leg)).map(|leg| leg.row);
    let told = [
        (
            first(&|leg| leg.from_area.is_some() || leg.to_area.is_some() || leg.network.is_some()),
            "areas and networks are told to riders where they have names; where a pass is used is not checked",
        ),
        (
            first(&|leg| leg.frames.iter().any(Option::is_some)),
            "time frames are told to riders; a pass can be activated at any time",
        ),
        (
            first(&|leg| leg.has_priority),
            "priorities of rules say nothing about what is sold, and are passed over",
        ),
    ];
    for (row, reason) in told {
        if let Some(row) = row {
            report.note(Place::row("fare_leg_rules.txt", row), reason);
        }
    }
}

fn transfers(feed: &Feed, offers: &[Offer<'_>], report: &mut Report) {
    let mut groups: BTreeMap<Option<&str>, BTreeSet<&str>> = BTreeMap::new();
    for leg in &feed.legs {
        for group in [None, leg.leg_group.as_deref()] {
            groups.entry(group).or_default().insert(&leg.product);
        }
    }
    for rule in &feed.transfers {
        let place = Place::row("fare_transfer_rules.txt", rule.row);
        if rule.product.is_some() {
            report.note(place, "a transfer at a price is not sold");
            continue;
        }
        let Some(seconds) = rule.duration_seconds else {
            report.note(
                place,
                "transfers are not counted: a pass is good for any ride while it lasts",
            );
            continue;
        };
        let minutes = seconds.div_ceil(SECONDS_PER_MINUTE);
        report.note(
            place,
            format_args!("free transfers for {minutes} minutes: a pass that lasts as long gives them"),
        );
        let products = groups.get(&rule.from.as_deref()).filter(|_| rule.from == rule.to);
        for offer in offers {
            let is_short = match offer.says.valid_for {
                Some(ValidityOverlay::Minutes(valid)) => valid < minutes,
                _ => false,
            };
            let is_about = products.is_some_and(|products| products.contains(offer.product.id.as_str()));
            if is_short && is_about {
                let reason =
                    format_args!("lasts for less than the {minutes} minutes in which transfers are free");
                report.note(offer.place(), reason);
            }
        }
    }
}
