//! From a feed and an overlay to a catalog.

mod added;
mod choices;
mod fares;
mod ids;
mod reach;
mod remarks;
mod select;
mod words;

use domain::{
    Currency,
    catalog::{CatalogContent, CatalogProblem, Flaw, inspect},
};
use serde::Serialize;

use crate::{
    feed::Feed,
    files::Files,
    overlay::Overlay,
    report::{Finding, OVERLAY, Place, Report},
};

/// A catalog, and what there is to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What is sold.
    pub content: CatalogContent,
    /// What a catalog cannot express, and what may not be meant.
    pub notes: Vec<Finding>,
    /// What the feed is.
    pub summary: Summary,
}

/// What a feed is, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Who publishes it.
    pub agencies: Vec<String>,
    /// In which time zone it says that its times are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// How many prices it has: a product for a category of riders on a medium.
    pub products: usize,
    /// How many of them are in the catalog.
    pub sold: usize,
}

/// Where a fare of the catalog came from, in the catalog's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// A row of `fare_products.txt`.
    Row(u64),
    /// One of the overlay's own.
    Added(usize),
}

/// Makes a catalog of a feed and an overlay, or says everything that is wrong. The same input has the same outcome.
pub fn import(files: &Files, overlay: &Overlay) -> Result<Imported, Report> {
    let mut report = Report::default();
    let feed = Feed::read(files, &mut report);
    let words = words::Words::of(&feed, overlay, &mut report);
    let offers = select::offers(&feed, overlay, &mut report);
    let currency = select::currency(&offers, overlay, &mut report);
    let summary = Summary {
        agencies: feed.agencies.iter().map(|agency| agency.name.clone()).collect(),
        timezone: feed.agencies.first().and_then(|agency| agency.timezone.clone()),
        products: feed.products.len(),
        sold: offers.len(),
    };
    let reaches: Vec<_> = offers
        .iter()
        .map(|offer| reach::Reach::of(&offer.product.id, &feed, &words))
        .collect();
    for (offer, _) in offers.iter().zip(&reaches).filter(|(_, reach)| reach.is_cut) {
        let reason = "is good in more places than riders are told of: a rule can describe them";
        report.note(offer.place(), reason);
    }
    let choices = choices::Choices::of(&feed, overlay, &words, &offers, &reaches, &mut report);
    let mut draft = fares::Draft::new(currency.unwrap_or(Currency::USD));
    for (index, (offer, reach)) in offers.iter().zip(&reaches).enumerate() {
        draft.take(
            offer,
            reach,
            choices.of_offer(index),
            overlay,
            &words,
            &mut report,
        );
    }
    for (index, fare) in overlay.fares.iter().enumerate() {
        draft.add(index, fare, &words, &mut report);
    }
    let caps = added::caps(overlay, draft.currency, &mut report);
    remarks::remark(&feed, overlay, &offers, &mut report);
    let content = CatalogContent {
        currency: draft.currency,
        options: choices.options,
        fares: draft.fares,
        not_for_sale: draft.not_for_sale,
        caps,
        passes_per_order: overlay.passes_per_order,
    };
    let whole = draft.sources.len() == offers.len().saturating_add(overlay.fares.len());
    for problem in inspect(&content) {
        tell(&problem, &draft.sources, whole, &mut report);
    }
    if report.flaws.is_empty() {
        return Ok(Imported {
            content,
            notes: report.notes,
            summary,
        });
    }
    report.flaws.sort();
    report.flaws.dedup();
    Err(report)
}

/// A rule of catalogs that is broken, told where whoever wrote the feed or the overlay finds it.
fn tell(problem: &CatalogProblem, sources: &[Source], whole: bool, report: &mut Report) {
    let is_about_absence = matches!(problem.flaw, Flaw::UnknownFare | Flaw::UnknownGroup);
    if is_about_absence && !whole {
        // It may be one of those that something else is wrong with.
        return;
    }
    let fare = problem.path.strip_prefix("fares[").and_then(|rest| {
        let (index, field) = rest.split_once(']')?;
        let source = sources.get(index.parse::<usize>().ok()?)?;
        Some((*source, field.trim_start_matches('.')))
    });
    match fare {
        Some((Source::Row(row), field)) => {
            report.flaw(Place::row("fare_products.txt", row).field(field), problem.flaw);
        }
        Some((Source::Added(index), field)) => {
            let path = format!("fares[{index}].{field}");
            report.flaw(Place::overlay(&path), problem.flaw);
        }
        None => report.flaw(Place::file(OVERLAY).field(&problem.path), problem.flaw),
    }
}
