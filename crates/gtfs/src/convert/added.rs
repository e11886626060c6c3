//! What the overlay has of its own: fares that are in no feed, caps, refund rules.

use domain::{
    Currency, FareId, Money,
    catalog::{CapPeriod, Fare, FareCap},
    operator::RefundRules,
};

use super::{
    fares::{product_of, validity},
    words::Words,
};
use crate::{
    overlay::{AddedFare, CapOverlay, CapPeriodOverlay, Overlay, RefundsOverlay},
    report::{Place, Report},
};

/// What is no fare id.
const NO_ID: &str = "is no fare id: 1 to 128 letters, digits, _, - and .";

pub(super) fn fare(
    index: usize,
    said: &AddedFare,
    currency: Currency,
    words: &Words,
    report: &mut Report,
) -> Option<Fare> {
    let path = |field: &str| format!("fares[{index}].{field}");
    let id = FareId::parse(said.id.clone()).ok();
    if id.is_none() {
        report.flaw(Place::overlay(&path("id")), NO_ID);
    }
    let name = words.own(Some(&said.name), &path("name"), report);
    let description = words.said(
        said.description.as_ref(),
        name.clone(),
        &path("description"),
        report,
    );
    Some(Fare {
        id: id?,
        name: name?,
        description: description?,
        product: product_of(said.passes_count),
        price: Money::new(said.price, currency),
        discounted_price: None,
        options: Vec::new(),
        validity: validity(said.valid_for),
        usable: Vec::new(),
        restriction: None,
        login_required: said.login_required,
        limit_per_order: said.limit_per_order,
        alert: None,
        cap_group: said.cap_group.clone(),
        refund_rules: said.refunds.map(refund_rules),
        transferable: said.transferable,
    })
}

pub(super) fn caps(overlay: &Overlay, currency: Currency, report: &mut Report) -> Vec<FareCap> {
    let caps = overlay.caps.iter().enumerate();
    caps.filter_map(|(index, said)| cap(index, said, currency, report))
        .collect()
}

fn cap(index: usize, said: &CapOverlay, currency: Currency, report: &mut Report) -> Option<FareCap> {
    let replacement = FareId::parse(said.replacement.clone()).ok();
    if replacement.is_none() {
        let path = format!("caps[{index}].replacement");
        report.flaw(Place::overlay(&path), NO_ID);
    }
    Some(FareCap {
        group: said.group.clone(),
        period: match said.period {
            CapPeriodOverlay::ServiceDay => CapPeriod::ServiceDay,
            CapPeriodOverlay::ServiceWeek => CapPeriod::ServiceWeek,
            CapPeriodOverlay::CalendarMonth => CapPeriod::CalendarMonth,
        },
        limit: Money::new(said.limit, currency),
        replacement: replacement?,
    })
}

pub(super) const fn refund_rules(said: RefundsOverlay) -> RefundRules {
    RefundRules {
        unused_for_minutes: said.unused_for_minutes,
        returns_engine_fee: said.returns_engine_fee,
        gives_back_used: said.used,
        within_minutes: said.within_minutes,
        gives_back_parts_of_books: said.parts_of_books,
    }
}
