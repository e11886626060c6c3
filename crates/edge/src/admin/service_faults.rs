//! What the engine refuses operators about refunds and passes, as problems. No match has a wildcard.

use domain::{purchase::PurchaseRejection, transfer::TransferRejection, wallet::WalletRejection};
use engine::{OperatorRefundProblem, OperatorRefundRefusal, PassProblem};

use super::{once::key_reused, problem::Problem};

impl From<OperatorRefundProblem> for Problem {
    fn from(problem: OperatorRefundProblem) -> Self {
        match problem {
            OperatorRefundProblem::KeyReused => key_reused(),
            OperatorRefundProblem::Failure(failure) => failure.into(),
            OperatorRefundProblem::Refused(refusal) => refused(refusal),
        }
    }
}

fn refused(refusal: OperatorRefundRefusal) -> Problem {
    let said = refusal.to_string();
    match refusal {
        OperatorRefundRefusal::NotKnown => {
            Problem::not_found("The operator sold no such thing, or made no such refund.")
        }
        OperatorRefundRefusal::NotCompleted | OperatorRefundRefusal::Disputed => Problem::conflict(said),
        OperatorRefundRefusal::NothingPaid
        | OperatorRefundRefusal::NoSuchItem
        | OperatorRefundRefusal::NotBought
        | OperatorRefundRefusal::Rule(_)
        | OperatorRefundRefusal::FeesDiffer => Problem::unprocessable(said),
        OperatorRefundRefusal::Item(rejection) => of_wallet(&rejection),
        OperatorRefundRefusal::Money(rejection) => of_purchase(&rejection),
        OperatorRefundRefusal::Transfer(rejection) => of_transfer(&rejection),
    }
}

/// What cannot be because of what was asked is unprocessable; what cannot be because of how things stand conflicts.
fn of_wallet(rejection: &WalletRejection) -> Problem {
    let said = rejection.to_string();
    match rejection {
        WalletRejection::NoSuchPass => Problem::not_found("The operator sold no such pass."),
        WalletRejection::Transferred
        | WalletRejection::TransferInProgress
        | WalletRejection::Refunded
        | WalletRejection::Invalidated
        | WalletRejection::Suspended
        | WalletRejection::Capped
        | WalletRejection::Replaced
        | WalletRejection::Expired
        | WalletRejection::Used
        | WalletRejection::OutOfSync
        | WalletRejection::OutsideUsableTimes
        | WalletRejection::ActiveOnAnotherDevice
        | WalletRejection::NotActivated
        | WalletRejection::NothingReserved
        | WalletRejection::ItemDiffers => Problem::conflict(said),
        WalletRejection::NotAPass
        | WalletRejection::PartOfABook
        | WalletRejection::NotReplaceable
        | WalletRejection::NotTransferable
        | WalletRejection::NotAsSold
        | WalletRejection::NoItems
        | WalletRejection::ValidityOutOfRange
        | WalletRejection::OutOfRange => Problem::unprocessable(said),
    }
}

fn of_purchase(rejection: &PurchaseRejection) -> Problem {
    let said = rejection.to_string();
    match rejection {
        PurchaseRejection::NotStarted | PurchaseRejection::RefundNotStarted => {
            Problem::not_found("There is no such refund.")
        }
        PurchaseRejection::ExceedsRemaining { .. }
        | PurchaseRejection::Money(_)
        | PurchaseRejection::NoItems
        | PurchaseRejection::PassesAndStay
        | PurchaseRejection::AnotherOperator
        | PurchaseRejection::DoesNotAddUp
        | PurchaseRejection::NotOnePass
        | PurchaseRejection::PaymentTermsMismatch
        | PurchaseRejection::AmountDiffers => Problem::unprocessable(said),
        PurchaseRejection::OrderDiffers
        | PurchaseRejection::Over
        | PurchaseRejection::OutOfTurn
        | PurchaseRejection::DeliveredAlready
        | PurchaseRejection::OfferEnded
        | PurchaseRejection::TooManyReports
        | PurchaseRejection::ChargedAlready
        | PurchaseRejection::NotCharged
        | PurchaseRejection::RefundNotRefused
        | PurchaseRejection::RefundDiffers
        | PurchaseRejection::DisputeDiffers => Problem::conflict(said),
    }
}

fn of_transfer(rejection: &TransferRejection) -> Problem {
    Problem::conflict(rejection.to_string())
}

impl From<PassProblem> for Problem {
    fn from(problem: PassProblem) -> Self {
        match problem {
            PassProblem::KeyReused => key_reused(),
            PassProblem::NotKnown => Self::not_found("The operator sold no such pass."),
            PassProblem::Refused(rejection) => of_wallet(&rejection),
            PassProblem::Failure(failure) => failure.into(),
        }
    }
}
