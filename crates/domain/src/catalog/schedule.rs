//! Which version of the fares is, will be or was in force.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::state::{Catalog, CatalogVersion};

/// What has become of a version, as of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionStatus {
    /// It is what is sold.
    InForce,
    /// It will be, unless something else is decided before.
    Scheduled,
    /// Another one took its place, or it was taken back before its time came.
    Superseded,
}

impl Catalog {
    /// What is to be sold from which moment on, as far as it is decided: what is in force now, and what will be. The
    /// first moment is when the version that is in force came into force.
    #[must_use]
    pub fn timeline(&self, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, &CatalogVersion)> {
        let decided = self.decided();
        // An entry counts while no later word has come into effect at or before its time.
        let lasting = decided.iter().enumerate().filter(|(index, (from, _))| {
            let mut later = decided.iter().skip(index.saturating_add(1));
            later.all(|(other, _)| other > from)
        });
        let mut lasting: Vec<_> = lasting.map(|(_, entry)| *entry).collect();
        lasting.sort_by_key(|(from, _)| *from);
        let past = lasting.iter().filter(|(from, _)| *from <= now).count();
        let shown = lasting.into_iter().skip(past.saturating_sub(1));
        shown
            .filter_map(|(from, version)| Some((from, self.version(version)?)))
            .collect()
    }

    /// From when on a version was to be in force, by the last word about it.
    #[must_use]
    pub fn effective_from(&self, version: u32) -> Option<DateTime<Utc>> {
        let said = self.decided().iter().rev();
        said.filter(|(_, said)| *said == version)
            .map(|(from, _)| *from)
            .next()
    }

    /// What has become of a version; nothing, if there is none of that number.
    #[must_use]
    pub fn status(&self, version: u32, now: DateTime<Utc>) -> Option<VersionStatus> {
        self.version(version)?;
        let is_it = |found: &CatalogVersion| found.version == version;
        if self.in_force(now).is_some_and(is_it) {
            return Some(VersionStatus::InForce);
        }
        let coming = self.timeline(now).into_iter();
        let scheduled = coming
            .filter(|(from, _)| *from > now)
            .any(|(_, found)| is_it(found));
        Some(if scheduled {
            VersionStatus::Scheduled
        } else {
            VersionStatus::Superseded
        })
    }
}
