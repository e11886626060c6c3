//! What is refused about catalogs, as problems. No match has a wildcard.

use domain::catalog::CatalogRejection;
use engine::{AdministerProblem, CatalogProblem};
use gtfs::Report;

use crate::{
    admin::{once::key_reused, problem::Problem},
    marketplace::Flawed,
};

impl From<CatalogProblem> for Problem {
    fn from(problem: CatalogProblem) -> Self {
        match problem {
            AdministerProblem::KeyReused => key_reused(),
            AdministerProblem::Failure(failure) => failure.into(),
            AdministerProblem::Refused(rejection) => match rejection {
                CatalogRejection::NotPublished => Self::not_found("There is no catalog."),
                CatalogRejection::NoSuchVersion { .. } => no_version(),
                CatalogRejection::NoSuchLocation { .. } => Self::not_found("There is no such location."),
                CatalogRejection::Invalid(problems) => {
                    Self::from(Flawed(problems.iter().map(ToString::to_string).collect()))
                }
                refused @ (CatalogRejection::AnotherOperator | CatalogRejection::TooManyVersions) => {
                    Self::conflict(refused.to_string())
                }
            },
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
