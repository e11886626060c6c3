//! Which version of a parking location is, will be or was in force.

use chrono::{DateTime, Utc};

use super::{
    schedule::VersionStatus,
    state::{Catalog, LocationVersion},
};
use crate::LocationId;

impl Catalog {
    /// What has become of a version of a location, as of a moment.
    #[must_use]
    pub fn location_status(
        &self,
        location: &LocationId,
        version: u32,
        now: DateTime<Utc>,
    ) -> Option<VersionStatus> {
        let versions = self.location_versions(location);
        let known = versions.iter().find(|known| known.version == version)?;
        let is = |other: Option<&LocationVersion>| other.is_some_and(|other| other.version == version);
        Some(if is(self.location_in_force(location, now)) {
            VersionStatus::InForce
        } else if known.effective_from > now && is(self.location_in_force(location, known.effective_from)) {
            VersionStatus::Scheduled
        } else {
            VersionStatus::Superseded
        })
    }
}
