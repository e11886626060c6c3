//! What the engine refuses about vouchers and entitlements, as problems. No match has a wildcard.

use domain::series::SeriesRejection;
use engine::{EntitleProblem, EntitleRefusal, VoucherProblem, VoucherRefusal};

use super::{once::key_reused, problem::Problem};

impl From<VoucherProblem> for Problem {
    fn from(problem: VoucherProblem) -> Self {
        match problem {
            VoucherProblem::KeyReused => key_reused(),
            VoucherProblem::Failure(failure) => failure.into(),
            VoucherProblem::Refused(refusal) => match refusal {
                VoucherRefusal::NoSuchOperator => Self::not_found("There is no such operator."),
                VoucherRefusal::NoSuchSeries | VoucherRefusal::Series(SeriesRejection::NotKnown) => {
                    Self::not_found("There is no such series.")
                }
                VoucherRefusal::NoSuchVoucher => Self::not_found("There is no such voucher."),
                VoucherRefusal::UsedUp => Self::conflict("The voucher is used up."),
                VoucherRefusal::Series(SeriesRejection::Withdrawn) => {
                    Self::conflict("The series was withdrawn.")
                }
                VoucherRefusal::Series(SeriesRejection::Expired) => Self::conflict("The series has expired."),
                refused @ (VoucherRefusal::NoSuchFare { .. }
                | VoucherRefusal::NotRestricted { .. }
                | VoucherRefusal::Series(
                    SeriesRejection::SeriesDiffers
                    | SeriesRejection::Terms(_)
                    | SeriesRejection::NoVouchers
                    | SeriesRejection::VoucherRepeated
                    | SeriesRejection::TooMany,
                )) => Self::unprocessable(refused.to_string()),
            },
        }
    }
}

impl From<EntitleProblem> for Problem {
    fn from(problem: EntitleProblem) -> Self {
        match problem {
            EntitleProblem::KeyReused => key_reused(),
            EntitleProblem::Failure(failure) => failure.into(),
            EntitleProblem::Refused(refusal) => match refusal {
                EntitleRefusal::NoSuchOperator => Self::not_found("There is no such operator."),
                EntitleRefusal::NotLinked
                | EntitleRefusal::NoSuchFare
                | EntitleRefusal::NotRestricted
                | EntitleRefusal::UntilNotInFuture => Self::unprocessable(refusal.to_string()),
            },
        }
    }
}
