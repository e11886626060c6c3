//! Which products are sold, and what is said of each.

use domain::Currency;

use crate::{
    feed::{FareProduct, Feed},
    overlay::{FeedId, Overlay, Rule},
    report::{Place, Report, shown},
};

/// A product that is sold, and everything that the overlay says of it.
pub(super) struct Offer<'f> {
    pub(super) product: &'f FareProduct,
    pub(super) says: Rule,
}

impl Offer<'_> {
    pub(super) fn place(&self) -> Place<'_> {
        Place::row("fare_products.txt", self.product.row)
    }
}

/// What is sold, in the order of the feed.
pub(super) fn offers<'f>(feed: &'f Feed, overlay: &Overlay, report: &mut Report) -> Vec<Offer<'f>> {
    let is_sound = report.flaws.is_empty();
    check_media(feed, overlay, report);
    let mut matched = vec![Matched::default(); overlay.rules.len()];
    let mut sold = Vec::new();
    for product in &feed.products {
        let says = said_of(product, overlay);
        let by_medium = match (&overlay.media, &product.medium) {
            (Some(media), Some(medium)) => names(media, Some(medium)),
            _ => true,
        };
        let is_sold = says.sold.unwrap_or(by_medium);
        for (rule, matched) in overlay.rules.iter().zip(&mut matched) {
            if is_about(rule, product) {
                matched.all = matched.all.saturating_add(1);
                matched.sold |= is_sold;
            }
        }
        if is_sold {
            sold.push(Offer { product, says });
        }
    }
    for (index, (rule, matched)) in overlay.rules.iter().zip(&matched).enumerate() {
        check_rule(index, rule, *matched, is_sound, feed, report);
    }
    if sold.is_empty() && overlay.fares.is_empty() && is_sound {
        report.flaw(Place::overlay("media"), "nothing of the feed is sold");
    }
    sold
}

/// How many products a rule is about, and whether any of them is sold.
#[derive(Debug, Clone, Copy, Default)]
struct Matched {
    all: usize,
    sold: bool,
}

fn check_media(feed: &Feed, overlay: &Overlay, report: &mut Report) {
    let Some(media) = &overlay.media else {
        let mut used: Vec<String> = Vec::new();
        for medium in &feed.media {
            let is_used = |product: &FareProduct| product.medium.as_deref() == Some(medium.id.as_str());
            if feed.products.iter().any(is_used) {
                used.push(format!("\"{}\" ({})", shown(&medium.id), medium.kind.words()));
            }
        }
        if !used.is_empty() {
            let reason = format_args!("say which media are sold here: {}", used.join(", "));
            report.flaw(Place::overlay("media"), reason);
        }
        return;
    };
    for (index, id) in media.iter().enumerate() {
        look_up(&format!("media[{index}]"), "fare_media_id", id, feed, report);
    }
}

fn look_up(path: &str, column: &str, id: &FeedId, feed: &Feed, report: &mut Report) -> bool {
    let known = feed.has(column, id.as_str());
    if !known {
        let reason = format_args!("the feed has no {column} \"{}\"", shown(id.as_str()));
        report.flaw(Place::overlay(path), reason);
    }
    known
}

fn check_rule(index: usize, rule: &Rule, matched: Matched, is_sound: bool, feed: &Feed, report: &mut Report) {
    let mut known = true;
    for (list, column, ids) in [
        ("products", "fare_product_id", &rule.products),
        ("riders", "rider_category_id", &rule.riders),
        ("media", "fare_media_id", &rule.media),
    ] {
        for (place, id) in ids.iter().enumerate() {
            let path = format!("rules[{index}].{list}[{place}]");
            known &= look_up(&path, column, id, feed, report);
        }
    }
    let path = format!("rules[{index}]");
    if matched.all == 0 && known && is_sound {
        report.flaw(Place::overlay(&path), "no product of the feed is all of this");
    } else if matched.all > 0 && !matched.sold && rule.sold.is_none() {
        report.note(Place::overlay(&path), "is only about products that are not sold");
    }
    if rule.id.is_some() && matched.all > 1 {
        let path = format!("rules[{index}].id");
        let reason = format_args!("is for one product, and the rule is about {}", matched.all);
        report.flaw(Place::overlay(&path), reason);
    }
}

fn names(ids: &[FeedId], id: Option<&String>) -> bool {
    ids.iter()
        .any(|named| Some(named.as_str()) == id.map(String::as_str))
}

fn is_about(rule: &Rule, product: &FareProduct) -> bool {
    let fits = |ids: &[FeedId], id: Option<&String>| ids.is_empty() || names(ids, id);
    fits(&rule.products, Some(&product.id))
        && fits(&rule.riders, product.rider.as_ref())
        && fits(&rule.media, product.medium.as_ref())
}

fn said_of(product: &FareProduct, overlay: &Overlay) -> Rule {
    let mut says = Rule::default();
    for rule in overlay.rules.iter().filter(|rule| is_about(rule, product)) {
        macro_rules! later {
            ($($field:ident),*) => { $(if rule.$field.is_some() { says.$field.clone_from(&rule.$field); })* };
        }
        later!(
            sold,
            id,
            name,
            description,
            valid_for,
            passes_count,
            discounted_price,
            restricted_label,
            restricted_text,
            login_required,
            limit_per_order,
            transferable,
            refunds,
            cap_group,
            alert_text,
            alert_label
        );
    }
    says
}

/// The catalog's currency; every product that is sold has to be in it.
pub(super) fn currency(offers: &[Offer<'_>], overlay: &Overlay, report: &mut Report) -> Option<Currency> {
    let said = overlay.currency.as_ref().map(|code| code.parse::<Currency>());
    if matches!(said, Some(Err(_))) {
        report.flaw(Place::overlay("currency"), "is no ISO 4217 code");
        return None;
    }
    let first = offers.first().map(|offer| offer.product.currency);
    let Some(currency) = said.and_then(Result::ok).or(first) else {
        if !overlay.fares.is_empty() {
            report.flaw(
                Place::overlay("currency"),
                "is missing, and no product that is sold says it",
            );
        }
        return None;
    };
    for offer in offers {
        if offer.product.currency != currency {
            let reason = format_args!("is not {currency}, and a catalog has one currency");
            report.flaw(offer.place().field("currency"), reason);
        }
    }
    Some(currency)
}
