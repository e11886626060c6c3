//! Locations as administrators see them.

use chrono::{DateTime, Utc};
use domain::{
    LocationId, OperatorId,
    catalog::{Catalog, CatalogDiff, LocationVersion, ParkingLocation, VersionStatus, location_diff},
};
use engine::{Answer, CatalogDecision};
use serde::Serialize;

use crate::{
    admin::once,
    marketplace::{LocationDocument, location_document},
};

/// A location, in a list.
#[derive(Serialize)]
pub(super) struct LocationLine {
    pub(super) id: String,
    /// As the newest version has it.
    name: String,
    versions: usize,
    /// The version that is in force, if one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_force: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<DateTime<Utc>>,
}

impl LocationLine {
    pub(super) fn of(catalog: &Catalog, location: &LocationId, now: DateTime<Utc>) -> Option<Self> {
        let versions = catalog.location_versions(location);
        let latest = versions.last()?;
        Some(Self {
            id: location.to_string(),
            name: latest.location.name.default.clone(),
            versions: versions.len(),
            in_force: catalog
                .location_in_force(location, now)
                .map(|version| version.version),
            withdrawn_at: catalog.withdrawn_at(location),
        })
    }
}

/// A location with all of its versions, the oldest first.
#[derive(Serialize)]
pub(super) struct LocationView {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<DateTime<Utc>>,
    versions: Vec<VersionView>,
}

#[derive(Serialize)]
struct VersionView {
    version: u32,
    status: Option<VersionStatus>,
    effective_from: DateTime<Utc>,
    location: LocationDocument,
    /// What riders could make use of.
    remarks: Vec<String>,
}

impl LocationView {
    pub(super) fn of(catalog: &Catalog, location: &LocationId, now: DateTime<Utc>) -> Self {
        let versions = catalog.location_versions(location).iter();
        Self {
            id: location.to_string(),
            withdrawn_at: catalog.withdrawn_at(location),
            versions: versions
                .map(|known| VersionView {
                    version: known.version,
                    status: catalog.location_status(location, known.version, now),
                    effective_from: known.effective_from,
                    location: location_document(&known.location),
                    remarks: remarks(&known.location),
                })
                .collect(),
        }
    }
}

/// Why two stays may cost less than one over both.
fn remarks(location: &ParkingLocation) -> Vec<String> {
    let tariff = location.tariff.iter();
    let reasons = tariff.flat_map(domain::tariff::Tariff::returning);
    reasons.map(|reason| reason.to_string()).collect()
}

/// What was decided, or would be.
#[derive(Serialize)]
struct DecidedView<'a> {
    operator_id: &'a OperatorId,
    dry_run: bool,
    /// Whether anything is different then.
    changed: bool,
    /// Those that were named and differ.
    locations: Vec<DecidedLocation>,
    /// How many of them are as they were.
    unchanged: usize,
}

#[derive(Serialize)]
struct DecidedLocation {
    id: String,
    version: u32,
    status: Option<VersionStatus>,
    effective_from: DateTime<Utc>,
    /// The version that would be in force then without this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<u32>,
    changes: CatalogDiff,
    /// The same, a line each.
    lines: Vec<String>,
    /// What riders could make use of.
    remarks: Vec<String>,
}

/// What is to be answered of a decision besides what was decided.
pub(super) struct Telling<'a> {
    pub(super) operator: &'a OperatorId,
    pub(super) locations: &'a [ParkingLocation],
    /// From when on they were wished to be in force.
    pub(super) wished_from: Option<DateTime<Utc>>,
    pub(super) dry_run: bool,
}

impl Telling<'_> {
    /// The answer to a decision.
    pub(super) fn answer(&self, decision: &CatalogDecision) -> Answer {
        let told: Vec<_> = self
            .locations
            .iter()
            .filter_map(|location| self.location(&location.id, decision))
            .collect();
        self.told(decision.changed, told)
    }

    /// The answer to somebody who named no location.
    pub(super) fn nothing(&self) -> Answer {
        self.told(false, Vec::new())
    }

    fn told(&self, changed: bool, locations: Vec<DecidedLocation>) -> Answer {
        once::success(&DecidedView {
            operator_id: self.operator,
            dry_run: self.dry_run,
            changed,
            unchanged: self.locations.len().saturating_sub(locations.len()),
            locations,
        })
    }

    /// What became of a location, if anything did.
    fn location(&self, id: &LocationId, decision: &CatalogDecision) -> Option<DecidedLocation> {
        let latest = |catalog: &Catalog| catalog.location_versions(id).last().cloned();
        let before: Option<LocationVersion> = decision.before.as_ref().and_then(latest);
        let after = latest(&decision.after)?;
        if before.is_some_and(|before| before.version == after.version) {
            return None;
        }
        let moment = self
            .wished_from
            .map_or(decision.at, |wished| wished.max(decision.at));
        let replaced = decision.before.as_ref();
        let replaced = replaced.and_then(|before| before.location_in_force(id, moment));
        let changes = location_diff(replaced.map(|replaced| &replaced.location), &after.location);
        Some(DecidedLocation {
            id: id.to_string(),
            version: after.version,
            status: decision.after.location_status(id, after.version, decision.at),
            effective_from: after.effective_from,
            replaces: replaced.map(|replaced| replaced.version),
            lines: changes.to_string().lines().map(str::to_owned).collect(),
            changes,
            remarks: remarks(&after.location),
        })
    }
}

/// A location that takes no new stays.
#[derive(Serialize)]
struct WithdrawnView<'a> {
    operator_id: &'a OperatorId,
    id: &'a LocationId,
    changed: bool,
    withdrawn_at: Option<DateTime<Utc>>,
}

/// The answer to a withdrawal.
pub(super) fn withdrawn(operator: &OperatorId, location: &LocationId, decision: &CatalogDecision) -> Answer {
    once::success(&WithdrawnView {
        operator_id: operator,
        id: location,
        changed: decision.changed,
        withdrawn_at: decision.after.withdrawn_at(location),
    })
}
