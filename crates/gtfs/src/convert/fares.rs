//! Fares of the feed's products.

use domain::{
    Currency, FareId, Money,
    catalog::{Alert, Fare, OptionChoice, Product, Restriction, Validity},
    text::Text,
};

use super::{Source, added, ids::fare_id, reach::Reach, select::Offer, words::Words};
use crate::{
    overlay::{AddedFare, Overlay, TextOverlay, ValidityOverlay},
    report::{Place, Report},
};

/// What rules of an overlay say of one product has no single place there.
const RULES: &str = "rules";

/// A catalog's fares as they are put together.
pub(super) struct Draft {
    pub(super) currency: Currency,
    pub(super) fares: Vec<Fare>,
    /// Where each of them came from.
    pub(super) sources: Vec<Source>,
    pub(super) not_for_sale: Vec<FareId>,
}

impl Draft {
    pub(super) const fn new(currency: Currency) -> Self {
        Self {
            currency,
            fares: Vec::new(),
            sources: Vec::new(),
            not_for_sale: Vec::new(),
        }
    }

    /// Takes in a product, if there is nothing wrong with it.
    pub(super) fn take(
        &mut self,
        offer: &Offer<'_>,
        reach: &Reach,
        options: Vec<OptionChoice>,
        overlay: &Overlay,
        words: &Words,
        report: &mut Report,
    ) {
        let before = report.flaws.len();
        let id = id_of(offer, report);
        check_amount(offer, overlay, report);
        let name = name_of(offer, words, report);
        let validity = validity_of(offer, report);
        let restriction = restriction_of(offer, words, report);
        let alert = alert_of(offer, words, report);
        let (Some(id), Some(name), Some(validity)) = (id, name, validity) else {
            return;
        };
        let says = &offer.says;
        let described = reach.description(words).unwrap_or_else(|| name.clone());
        let path = format!("{RULES}.description");
        let description = words.said(says.description.as_ref(), Some(described), &path, report);
        let Some(description) = description.filter(|_| report.flaws.len() == before) else {
            return;
        };
        self.sources.push(Source::Row(offer.product.row));
        self.fares.push(Fare {
            id,
            name,
            description,
            product: product_of(says.passes_count),
            price: Money::new(offer.product.amount, self.currency),
            discounted_price: says
                .discounted_price
                .map(|amount| Money::new(amount, self.currency)),
            options,
            validity,
            usable: Vec::new(),
            restriction,
            login_required: says.login_required.unwrap_or_default(),
            limit_per_order: says.limit_per_order,
            alert,
            cap_group: says.cap_group.clone(),
            refund_rules: says.refunds.map(added::refund_rules),
            transferable: says.transferable.unwrap_or(true),
        });
    }

    /// Takes in a fare of the overlay's own.
    pub(super) fn add(&mut self, index: usize, fare: &AddedFare, words: &Words, report: &mut Report) {
        let Some(fare_made) = added::fare(index, fare, self.currency, words, report) else {
            return;
        };
        if !fare.for_sale {
            self.not_for_sale.push(fare_made.id.clone());
        }
        self.sources.push(Source::Added(index));
        self.fares.push(fare_made);
    }
}

pub(super) fn product_of(passes_count: Option<u32>) -> Product {
    passes_count.map_or(Product::SinglePass, |passes| Product::PassBook { passes })
}

pub(super) const fn validity(said: ValidityOverlay) -> Validity {
    match said {
        ValidityOverlay::Minutes(minutes) => Validity::Duration { minutes },
        ValidityOverlay::ServiceDays(days) => Validity::ServiceDays { days },
        ValidityOverlay::CalendarMonths(months) => Validity::CalendarMonths { months },
    }
}

fn id_of(offer: &Offer<'_>, report: &mut Report) -> Option<FareId> {
    let said = offer.says.id.clone();
    let id = FareId::parse(said.unwrap_or_else(|| fare_id(offer.product))).ok();
    if id.is_none() {
        let reason = "makes no fare id (1 to 128 letters, digits, _, - and .): give it one by a rule";
        report.flaw(offer.place().field("fare_product_id"), reason);
    }
    id
}

fn check_amount(offer: &Offer<'_>, overlay: &Overlay, report: &mut Report) {
    let place = offer.place().field("amount");
    match offer.product.amount {
        ..0 => report.flaw(
            place,
            "is negative: that is a discount on a transfer, which cannot be sold",
        ),
        0 if overlay.zero_prices != Some(true) => report.flaw(
            place,
            "is nothing: the overlay sells it for nothing by zero_prices, or not at all by a rule",
        ),
        _ => {}
    }
}

fn name_of(offer: &Offer<'_>, words: &Words, report: &mut Report) -> Option<Text> {
    let own = offer.product.name.clone().map(Text::plain);
    if own.is_none() && offer.says.name.is_none() {
        let reason = "is missing, and no rule of the overlay gives a name";
        report.flaw(offer.place().field("fare_product_name"), reason);
        return None;
    }
    let path = format!("{RULES}.name");
    words.said(offer.says.name.as_ref(), own, &path, report)
}

fn validity_of(offer: &Offer<'_>, report: &mut Report) -> Option<Validity> {
    if offer.says.valid_for.is_none() {
        let reason = "is sold, and no rule of the overlay says how long it is valid (valid_for)";
        report.flaw(offer.place(), reason);
    }
    offer.says.valid_for.map(validity)
}

fn restriction_of(offer: &Offer<'_>, words: &Words, report: &mut Report) -> Option<Restriction> {
    let says = &offer.says;
    let pair = both(
        (says.restricted_label.as_ref(), says.restricted_text.as_ref()),
        ["restricted_label", "restricted_text"],
        offer.place(),
        words,
        report,
    );
    pair.map(|(label, text)| Restriction { label, text })
}

fn alert_of(offer: &Offer<'_>, words: &Words, report: &mut Report) -> Option<Alert> {
    let says = &offer.says;
    if says.alert_text.is_none() && says.alert_label.is_some() {
        report.flaw(
            offer.place(),
            "has an alert_label in the overlay and no alert_text",
        );
    }
    let text = words.own(says.alert_text.as_ref(), "rules.alert_text", report)?;
    let label = words.own(says.alert_label.as_ref(), "rules.alert_label", report);
    Some(Alert { text, label })
}

/// Two texts of which neither goes without the other.
fn both(
    (one, other): (Option<&TextOverlay>, Option<&TextOverlay>),
    names: [&str; 2],
    place: Place<'_>,
    words: &Words,
    report: &mut Report,
) -> Option<(Text, Text)> {
    let [first, second] = names;
    if one.is_some() != other.is_some() {
        report.flaw(place, format_args!("needs both {first} and {second}, or neither"));
        return None;
    }
    let said = |text, name: &str, report: &mut Report| words.own(text, &format!("{RULES}.{name}"), report);
    Some((said(one, first, report)?, said(other, second, report)?))
}
