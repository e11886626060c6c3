//! The rules of a catalog.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{CatalogCommand, CatalogRejection},
    event::{CatalogContent, CatalogEvent, CatalogSource},
    parking_rate::ParkingLocation,
    problem::{inspect, inspect_location, long_books},
};
use crate::{
    LocationId, OperatorId,
    aggregate::{Aggregate, Decided, ImpossibleHistory},
};

/// An operator's catalog, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    operator: OperatorId,
    versions: Vec<CatalogVersion>,
    /// Which version was to be in force from when on, in the order in which it was decided.
    schedule: Vec<(DateTime<Utc>, u32)>,
    locations: BTreeMap<LocationId, Vec<LocationVersion>>,
    withdrawn: BTreeMap<LocationId, DateTime<Utc>>,
}

/// A version of the fares. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogVersion {
    /// 1, 2, 3, …
    pub version: u32,
    /// What is sold.
    pub content: CatalogContent,
    /// Where it came from.
    pub source: CatalogSource,
    /// When it was published.
    pub published_at: DateTime<Utc>,
}

/// A version of one parking location. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocationVersion {
    /// 1, 2, 3, …
    pub version: u32,
    /// From when on it is in force.
    pub effective_from: DateTime<Utc>,
    /// The location and its rate.
    pub location: ParkingLocation,
}

impl Aggregate for Catalog {
    const CATEGORY: &'static str = "catalog";
    type Command = CatalogCommand;
    type Event = CatalogEvent;
    type Rejection = CatalogRejection;

    fn decide(catalog: Option<&Self>, command: CatalogCommand) -> Decided<Self> {
        use CatalogCommand as C;
        match (catalog, command) {
            (
                catalog,
                C::Publish {
                    operator,
                    content,
                    effective_from,
                    source,
                    at,
                },
            ) => publish(catalog, operator, *content, from(effective_from, at), source, at),
            (
                catalog,
                C::PublishRates {
                    operator,
                    location,
                    effective_from,
                    at,
                },
            ) => publish_rates(catalog, operator, *location, from(effective_from, at), at),
            (None, _) => Err(CatalogRejection::NotPublished),
            (
                Some(it),
                C::RollBack {
                    to_version,
                    effective_from,
                    at,
                },
            ) => it.roll_back(to_version, from(effective_from, at), at),
            (Some(it), C::WithdrawLocation { location, at }) => it.withdraw(location, at),
        }
    }

    fn apply(catalog: Option<Self>, event: &CatalogEvent) -> Result<Self, ImpossibleHistory> {
        let mut catalog = match (catalog, event) {
            (Some(catalog), _) => catalog,
            (
                None,
                CatalogEvent::Published { operator, .. } | CatalogEvent::RatesPublished { operator, .. },
            ) => Self::empty(operator.clone()),
            (None, _) => return Err(Self::impossible("a catalog begins by being published")),
        };
        catalog.fold(event)?;
        Ok(catalog)
    }
}

/// The past is not rewritten: what should have been in force before now is in force from now on.
fn from(effective_from: Option<DateTime<Utc>>, at: DateTime<Utc>) -> DateTime<Utc> {
    effective_from.map_or(at, |moment| moment.max(at))
}

fn own(catalog: Option<&Catalog>, operator: &OperatorId) -> Result<(), CatalogRejection> {
    match catalog {
        Some(catalog) if catalog.operator != *operator => Err(CatalogRejection::AnotherOperator),
        _ => Ok(()),
    }
}

fn publish(
    catalog: Option<&Catalog>,
    operator: OperatorId,
    content: CatalogContent,
    effective_from: DateTime<Utc>,
    source: CatalogSource,
    at: DateTime<Utc>,
) -> Decided<Catalog> {
    own(catalog, &operator)?;
    let latest = catalog.and_then(Catalog::latest);
    // A file that says what it said before does not undo what was published elsewhere since.
    let of_file = catalog
        .filter(|_| source == CatalogSource::Marketplace)
        .and_then(|it| it.versions.iter().rev().find(|version| version.source == source));
    if [latest, of_file]
        .into_iter()
        .flatten()
        .any(|version| version.content == content)
    {
        return Ok(Vec::new());
    }
    let mut problems = inspect(&content);
    problems.extend(long_books(&content));
    if !problems.is_empty() {
        return Err(CatalogRejection::Invalid(problems));
    }
    let version = next(latest.map(|latest| latest.version))?;
    Ok(vec![CatalogEvent::Published {
        operator,
        version,
        effective_from,
        content,
        source,
        at,
    }])
}

fn publish_rates(
    catalog: Option<&Catalog>,
    operator: OperatorId,
    location: ParkingLocation,
    effective_from: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Decided<Catalog> {
    own(catalog, &operator)?;
    let latest = catalog.and_then(|catalog| catalog.locations.get(&location.id)?.last());
    // A location that was withdrawn stays so until it is published with something new about it.
    if latest.is_some_and(|latest| latest.location == location) {
        return Ok(Vec::new());
    }
    let problems = inspect_location(&location);
    if !problems.is_empty() {
        return Err(CatalogRejection::Invalid(problems));
    }
    let version = next(latest.map(|latest| latest.version))?;
    Ok(vec![CatalogEvent::RatesPublished {
        operator,
        version,
        effective_from,
        location: Box::new(location),
        at,
    }])
}

fn next(latest: Option<u32>) -> Result<u32, CatalogRejection> {
    latest
        .unwrap_or(0)
        .checked_add(1)
        .ok_or(CatalogRejection::TooManyVersions)
}

impl Catalog {
    fn empty(operator: OperatorId) -> Self {
        Self {
            operator,
            versions: Vec::new(),
            schedule: Vec::new(),
            locations: BTreeMap::new(),
            withdrawn: BTreeMap::new(),
        }
    }

    fn roll_back(&self, to_version: u32, effective_from: DateTime<Utc>, at: DateTime<Utc>) -> Decided<Self> {
        if self.version(to_version).is_none() {
            return Err(CatalogRejection::NoSuchVersion { version: to_version });
        }
        let decided = self.schedule.last().is_some_and(|&(moment, version)| {
            version == to_version && (moment == effective_from || (moment <= at && effective_from <= at))
        });
        if decided {
            return Ok(Vec::new());
        }
        Ok(vec![CatalogEvent::RolledBack {
            to_version,
            effective_from,
            at,
        }])
    }

    fn withdraw(&self, location: LocationId, at: DateTime<Utc>) -> Decided<Self> {
        if !self.locations.contains_key(&location) {
            return Err(CatalogRejection::NoSuchLocation { location });
        }
        if self.withdrawn.contains_key(&location) {
            return Ok(Vec::new());
        }
        Ok(vec![CatalogEvent::LocationWithdrawn { location, at }])
    }

    fn fold(&mut self, event: &CatalogEvent) -> Result<(), ImpossibleHistory> {
        match event {
            CatalogEvent::Published {
                operator,
                version,
                effective_from,
                content,
                source,
                at,
            } => {
                let expected = next(self.latest().map(|latest| latest.version));
                must(self.operator == *operator, "a catalog is one operator's")?;
                must(expected == Ok(*version), "versions are counted without gaps")?;
                must(inspect(content).is_empty(), "a published catalog is sound")?;
                self.versions.push(CatalogVersion {
                    version: *version,
                    content: content.clone(),
                    source: *source,
                    published_at: *at,
                });
                self.schedule.push((*effective_from, *version));
            }
            CatalogEvent::RolledBack {
                to_version,
                effective_from,
                ..
            } => {
                must(
                    self.version(*to_version).is_some(),
                    "only a published version comes back",
                )?;
                self.schedule.push((*effective_from, *to_version));
            }
            CatalogEvent::RatesPublished {
                operator,
                version,
                effective_from,
                location,
                ..
            } => {
                must(self.operator == *operator, "a catalog is one operator's")?;
                must(
                    inspect_location(location).is_empty(),
                    "a published location is sound",
                )?;
                let versions = self.locations.entry(location.id.clone()).or_default();
                let expected = next(versions.last().map(|latest| latest.version));
                must(expected == Ok(*version), "versions are counted without gaps")?;
                versions.push(LocationVersion {
                    version: *version,
                    effective_from: *effective_from,
                    location: location.as_ref().clone(),
                });
                self.withdrawn.remove(&location.id);
            }
            CatalogEvent::LocationWithdrawn { location, at } => {
                must(
                    self.locations.contains_key(location),
                    "only a published location is withdrawn",
                )?;
                must(
                    self.withdrawn.insert(location.clone(), *at).is_none(),
                    "a location is withdrawn once",
                )?;
            }
        }
        Ok(())
    }
}

fn must(holds: bool, rule: &'static str) -> Result<(), ImpossibleHistory> {
    if holds {
        Ok(())
    } else {
        Err(Catalog::impossible(rule))
    }
}

/// What can be asked of it.
impl Catalog {
    /// Whose it is.
    #[must_use]
    pub fn operator(&self) -> &OperatorId {
        &self.operator
    }

    /// What is sold at a moment: of all that was decided, the last word that has come into effect. So a version with
    /// immediate effect also takes back any that were only scheduled.
    #[must_use]
    pub fn in_force(&self, at: DateTime<Utc>) -> Option<&CatalogVersion> {
        let (_, version) = self
            .schedule
            .iter()
            .rev()
            .find(|(effective_from, _)| *effective_from <= at)?;
        self.version(*version)
    }

    /// Which version was to be in force from when on, in the order in which it was decided.
    pub(super) fn decided(&self) -> &[(DateTime<Utc>, u32)] {
        &self.schedule
    }

    /// Every version, the oldest first.
    #[must_use]
    pub fn versions(&self) -> &[CatalogVersion] {
        &self.versions
    }

    /// A version by its number.
    #[must_use]
    pub fn version(&self, version: u32) -> Option<&CatalogVersion> {
        self.versions.iter().find(|known| known.version == version)
    }

    /// The version published last, in force or not.
    #[must_use]
    pub fn latest(&self) -> Option<&CatalogVersion> {
        self.versions.last()
    }

    /// A parking location as it is offered at a moment, unless it is withdrawn.
    #[must_use]
    pub fn location_in_force(&self, location: &LocationId, at: DateTime<Utc>) -> Option<&LocationVersion> {
        if self
            .withdrawn
            .get(location)
            .is_some_and(|withdrawn| *withdrawn <= at)
        {
            return None;
        }
        let versions = self.locations.get(location)?;
        versions.iter().rev().find(|version| version.effective_from <= at)
    }

    /// A parking location as it was in one of its versions, withdrawn or not: what a stay is priced by.
    #[must_use]
    pub fn location_version(&self, location: &LocationId, version: u32) -> Option<&LocationVersion> {
        let mut versions = self.location_versions(location).iter();
        versions.find(|known| known.version == version)
    }

    /// Every parking location by id, with its versions, the oldest first; withdrawn or not.
    pub fn locations(&self) -> impl Iterator<Item = (&LocationId, &[LocationVersion])> {
        self.locations
            .iter()
            .map(|(id, versions)| (id, versions.as_slice()))
    }

    /// Every version of a location, the oldest first.
    #[must_use]
    pub fn location_versions(&self, location: &LocationId) -> &[LocationVersion] {
        self.locations.get(location).map_or(&[], Vec::as_slice)
    }

    /// Since when a location takes no new stays, if it does not.
    #[must_use]
    pub fn withdrawn_at(&self, location: &LocationId) -> Option<DateTime<Utc>> {
        self.withdrawn.get(location).copied()
    }

    /// All parking locations offered at a moment.
    pub fn locations_in_force(&self, at: DateTime<Utc>) -> impl Iterator<Item = &LocationVersion> {
        self.locations
            .keys()
            .filter_map(move |location| self.location_in_force(location, at))
    }
}
