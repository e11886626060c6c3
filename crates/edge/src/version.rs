//! `Token-Transit-Api-Version`: which edition of the ticketing API the client was written for.

/// The header's name.
pub const VERSION_HEADER: &str = "token-transit-api-version";

/// A published edition, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApiVersion {
    /// The first release.
    V2019_05_01,
    /// Agencies have `service_alerts`, and list no fares while riding is free.
    V2020_05_21,
}

impl ApiVersion {
    /// What this program implements; the older edition is served where it differs.
    pub const CURRENT: Self = Self::V2020_05_21;

    /// As the header writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V2019_05_01 => "2019-05-01",
            Self::V2020_05_21 => "2020-05-21",
        }
    }

    /// Reads the header, which every call has to carry.
    pub fn of_header(value: Option<&str>) -> Result<Self, VersionError> {
        let value = value
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .ok_or(VersionError::Missing)?;
        [Self::V2019_05_01, Self::V2020_05_21]
            .into_iter()
            .find(|version| version.name() == value)
            .ok_or(VersionError::Unknown)
    }
}

/// Why the header is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// There is none.
    #[error("The Token-Transit-Api-Version header is missing. The current version is 2020-05-21.")]
    Missing,
    /// It names no published version.
    #[error(
        "The Token-Transit-Api-Version header names no known version. The current version is 2020-05-21."
    )]
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_published_versions_are_known_and_nothing_else() {
        assert_eq!(ApiVersion::of_header(Some("2020-05-21")), Ok(ApiVersion::CURRENT));
        assert_eq!(
            ApiVersion::of_header(Some(" 2019-05-01 ")),
            Ok(ApiVersion::V2019_05_01)
        );
        assert!(ApiVersion::V2019_05_01 < ApiVersion::CURRENT);
        for unknown in ["2020-05-22", "2020-5-21", "2020-05-21, 2019-05-01", "latest"] {
            assert_eq!(ApiVersion::of_header(Some(unknown)), Err(VersionError::Unknown));
        }
    }

    #[test]
    fn a_call_without_a_version_is_refused_and_told_the_current_one() {
        assert_eq!(ApiVersion::of_header(None), Err(VersionError::Missing));
        assert_eq!(ApiVersion::of_header(Some("  ")), Err(VersionError::Missing));
        for error in [VersionError::Missing, VersionError::Unknown] {
            assert!(error.to_string().contains(ApiVersion::CURRENT.name()));
        }
    }
}
