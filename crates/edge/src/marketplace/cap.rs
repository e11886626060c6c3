//! Fare caps, from the file's words to the domain's.

use domain::{
    Currency, FareId, Money,
    catalog::{CapPeriod, FareCap},
};

use super::{
    convert::{Flaw, at},
    document::{CapDocument, CapPeriodDocument, FareDocument},
};

pub(super) fn caps_of(documents: &[CapDocument], currency: Currency) -> Result<Vec<FareCap>, Flaw> {
    let caps = documents.iter().enumerate();
    caps.map(|(index, cap)| cap_of(cap, currency).map_err(|flaw| format!("caps[{index}].{flaw}")))
        .collect()
}

fn cap_of(document: &CapDocument, currency: Currency) -> Result<FareCap, Flaw> {
    Ok(FareCap {
        group: document.group.clone(),
        period: match document.period {
            CapPeriodDocument::ServiceDay => CapPeriod::ServiceDay,
            CapPeriodDocument::ServiceWeek => CapPeriod::ServiceWeek,
            CapPeriodDocument::CalendarMonth => CapPeriod::CalendarMonth,
        },
        limit: Money::new(document.limit, currency),
        replacement: at("replacement", FareId::parse(document.replacement.clone()))?,
    })
}

/// The fares that nobody can buy.
pub(super) fn not_for_sale(documents: &[FareDocument]) -> Result<Vec<FareId>, Flaw> {
    let withheld = documents.iter().filter(|fare| !fare.for_sale);
    withheld
        .map(|fare| at("fares", FareId::parse(fare.id.clone())))
        .collect()
}
