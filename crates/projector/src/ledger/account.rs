//! The chart of accounts.

use std::fmt;

use domain::{AppId, OperatorId, StripeAccountId};
use serde::{Serialize, Serializer};

/// An account of the ledger. The operator is the merchant of record, so most of it is kept per operator; what the
/// engine earns is kept per app.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// Money at Stripe: an operator's connected account, or an app's platform account. Before Stripe's own fees.
    StripeBalance(StripeAccountId),
    /// Money that a bank withholds from an operator until a dispute is decided.
    DisputedFunds(OperatorId),
    /// Taken from riders for what was not issued yet: a sale is earned when the passes are in the wallet.
    UnfulfilledOrders(OperatorId),
    /// Promised back to riders, not sent yet.
    RefundsPayable(OperatorId),
    /// Sold by an operator, at what the rider paid.
    Sales(OperatorId),
    /// Given back after the sale; reduces income.
    Refunds(OperatorId),
    /// The engine's fee as earned through an app.
    EngineFeeIncome(AppId),
    /// The engine's fee as an operator bears it.
    EngineFees(OperatorId),
    /// Disputes that an operator lost.
    DisputeLosses(OperatorId),
    /// What an operator owes of the engine's fee, because its own charge left it out: as the engine sees it.
    FeesReceivable(OperatorId),
    /// The same as the operator sees it.
    FeesPayable(OperatorId),
}

/// What an account counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Owned or owed to the holder. Its balance is usually a debit.
    Asset,
    /// Owed by the holder. Its balance is usually a credit.
    Liability,
    /// Earned. Its balance is usually a credit.
    Income,
    /// Takes away from income. Its balance is usually a debit.
    ContraIncome,
    /// Spent. Its balance is usually a debit.
    Expense,
}

impl Account {
    /// What it counts as.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::StripeBalance(_) | Self::DisputedFunds(_) | Self::FeesReceivable(_) => Class::Asset,
            Self::UnfulfilledOrders(_) | Self::RefundsPayable(_) | Self::FeesPayable(_) => Class::Liability,
            Self::Sales(_) | Self::EngineFeeIncome(_) => Class::Income,
            Self::Refunds(_) => Class::ContraIncome,
            Self::EngineFees(_) | Self::DisputeLosses(_) => Class::Expense,
        }
    }

    /// The kind of account, the part of its name before the colon.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::StripeBalance(_) => "stripe_balance",
            Self::DisputedFunds(_) => "disputed_funds",
            Self::UnfulfilledOrders(_) => "unfulfilled_orders",
            Self::RefundsPayable(_) => "refunds_payable",
            Self::Sales(_) => "sales",
            Self::Refunds(_) => "refunds",
            Self::EngineFeeIncome(_) => "engine_fee_income",
            Self::EngineFees(_) => "engine_fees",
            Self::DisputeLosses(_) => "dispute_losses",
            Self::FeesReceivable(_) => "fees_receivable",
            Self::FeesPayable(_) => "fees_payable",
        }
    }

    /// Whose it is, the part of its name after the colon.
    #[must_use]
    pub fn holder(&self) -> &str {
        match self {
            Self::StripeBalance(account) => account.as_str(),
            Self::EngineFeeIncome(app) => app.as_str(),
            Self::DisputedFunds(operator)
            | Self::UnfulfilledOrders(operator)
            | Self::RefundsPayable(operator)
            | Self::Sales(operator)
            | Self::Refunds(operator)
            | Self::EngineFees(operator)
            | Self::DisputeLosses(operator)
            | Self::FeesReceivable(operator)
            | Self::FeesPayable(operator) => operator.as_str(),
        }
    }
}

impl fmt::Display for Account {
    /// `sales:bigbluebus`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.holder())
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
