//! What is refused about catalogs, as problems. No match has a wildcard.

use domain::catalog::CatalogRejection;
use gtfs::Report;

use crate::{admin::problem::Problem, marketplace::Flawed};

impl From<CatalogRejection> for Problem {
    fn from(rejection: CatalogRejection) -> Self {
        match rejection {
            CatalogRejection::NotPublished => Self::not_found("There is no catalog."),
            CatalogRejection::NoSuchVersion { .. } => no_version(),
            CatalogRejection::NoSuchLocation { .. } => Self::not_found("There is no such location."),
            CatalogRejection::Invalid(problems) => {
                Self::from(Flawed(problems.iter().map(ToString::to_string).collect()))
            }
            refused @ (CatalogRejection::AnotherOperator | CatalogRejection::TooManyVersions) => {
                Self::conflict(refused.to_string())
            }
        }
    }
}

impl From<Report> for Problem {
    fn from(report: Report) -> Self {
        Self::from(Flawed(report.flaws.iter().map(ToString::to_string).collect()))
    }
}

pub(super) fn no_version() -> Problem {
    Problem::not_found("There is no such version of the catalog.")
}
