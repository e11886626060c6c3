//! Catalogs as administrators see them.

use chrono::{DateTime, Utc};
use domain::{
    OperatorId,
    catalog::{Catalog, CatalogContent, CatalogDiff, CatalogSource, CatalogVersion, VersionStatus, diff},
};
use engine::{Answer, CatalogDecision, CatalogWord};
use gtfs::{Finding, Summary};
use serde::Serialize;

use crate::{admin::once, marketplace::CatalogDocument};

/// A version, in a list.
#[derive(Serialize)]
pub(super) struct VersionView {
    pub(super) version: u32,
    status: Option<VersionStatus>,
    /// From when on it was to be in force, by the last word about it.
    effective_from: Option<DateTime<Utc>>,
    source: CatalogSource,
    published_at: DateTime<Utc>,
    /// Who published it, as events name them.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_by: Option<String>,
    currency: String,
    fares: usize,
    /// When it was brought back, and by whom.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rollbacks: Vec<RollbackView>,
}

#[derive(Serialize)]
struct RollbackView {
    effective_from: DateTime<Utc>,
    decided_at: DateTime<Utc>,
    decided_by: String,
}

impl VersionView {
    pub(super) fn of(
        catalog: &Catalog,
        version: &CatalogVersion,
        words: &[CatalogWord],
        now: DateTime<Utc>,
    ) -> Self {
        let about = || words.iter().filter(|word| word.version == version.version);
        let rollbacks = about().filter(|word| !word.published).map(|word| RollbackView {
            effective_from: word.effective_from,
            decided_at: word.at,
            decided_by: word.by.clone(),
        });
        Self {
            version: version.version,
            status: catalog.status(version.version, now),
            effective_from: catalog.effective_from(version.version),
            source: version.source,
            published_at: version.published_at,
            published_by: about().find(|word| word.published).map(|word| word.by.clone()),
            currency: version.content.currency.code().to_owned(),
            fares: version.content.fares.len(),
            rollbacks: rollbacks.collect(),
        }
    }
}

/// A version with all that it says.
#[derive(Serialize)]
pub(super) struct WholeView {
    pub(super) operator_id: OperatorId,
    #[serde(flatten)]
    pub(super) version: VersionView,
    pub(super) catalog: CatalogDocument,
}

/// What differs, for programs and for people.
#[derive(Serialize)]
pub(super) struct ChangesView {
    changes: CatalogDiff,
    /// The same, a line each.
    lines: Vec<String>,
}

impl ChangesView {
    pub(super) fn of(before: Option<&CatalogContent>, after: &CatalogContent) -> Self {
        let changes = diff(before, after);
        let lines = changes.to_string().lines().map(str::to_owned).collect();
        Self { changes, lines }
    }
}

/// What differs between two versions.
#[derive(Serialize)]
pub(super) struct DiffView {
    pub(super) operator_id: OperatorId,
    pub(super) version: u32,
    pub(super) against: u32,
    #[serde(flatten)]
    pub(super) changes: ChangesView,
}

/// What was decided, or would be.
#[derive(Serialize)]
struct DecidedView<'a> {
    operator_id: &'a OperatorId,
    dry_run: bool,
    /// Whether anything is different then; the same catalog again changes nothing.
    changed: bool,
    version: u32,
    status: Option<VersionStatus>,
    effective_from: Option<DateTime<Utc>>,
    /// The version that would be in force then without this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<u32>,
    #[serde(flatten)]
    changes: ChangesView,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed: Option<&'a Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<&'a [Finding]>,
}

/// What is to be answered of a decision besides what was decided.
pub(super) struct Telling<'a> {
    pub(super) operator: &'a OperatorId,
    pub(super) dry_run: bool,
    /// Which version is told of; the newest, if none.
    pub(super) version: Option<u32>,
    /// From when on it was wished to be in force.
    pub(super) wished_from: Option<DateTime<Utc>>,
    pub(super) feed: Option<(&'a Summary, &'a [Finding])>,
}

impl Telling<'_> {
    /// The answer to a decision.
    pub(super) fn answer(&self, decision: &CatalogDecision) -> Answer {
        let after = &decision.after;
        let told = match self.version {
            Some(version) => after.version(version),
            None => after.latest(),
        };
        let Some(told) = told else {
            return super::refusal::no_version().answer();
        };
        let moment = self
            .wished_from
            .map_or(decision.at, |wished| wished.max(decision.at));
        let replaced = decision.replaced(moment);
        let before = match decision.changed {
            true => replaced.map(|replaced| &replaced.content),
            false => Some(&told.content),
        };
        once::success(&DecidedView {
            operator_id: self.operator,
            dry_run: self.dry_run,
            changed: decision.changed,
            version: told.version,
            status: after.status(told.version, decision.at),
            effective_from: after.effective_from(told.version),
            replaces: replaced
                .filter(|_| decision.changed)
                .map(|replaced| replaced.version),
            changes: ChangesView::of(before, &told.content),
            feed: self.feed.map(|(feed, _)| feed),
            notes: self.feed.map(|(_, notes)| notes),
        })
    }
}
