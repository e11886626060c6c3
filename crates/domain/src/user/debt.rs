//! What a user owes for a stay that was used and not paid.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{User, UserEvent, UserRejection};
use crate::{Aggregate, Decided, ImpossibleHistory, Money, OperatorId, PurchaseId};

/// What one purchase left to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Debt {
    operator: OperatorId,
    amount: Money,
    settled: bool,
}

impl User {
    pub(super) fn record_debt(
        &self,
        operator: OperatorId,
        purchase: PurchaseId,
        amount: Money,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        match self.debts.get(&purchase) {
            Some(known) if known.operator == operator && known.amount == amount => Ok(vec![]),
            _ if !amount.is_positive() => Err(UserRejection::NoSuchDebt),
            Some(_) => Err(UserRejection::DebtDiffers),
            None => Ok(vec![UserEvent::DebtRecorded {
                operator,
                purchase,
                amount,
                at,
            }]),
        }
    }

    pub(super) fn settle_debt(&self, purchase: PurchaseId, at: DateTime<Utc>) -> Decided<Self> {
        match self.debts.get(&purchase) {
            Some(debt) if debt.settled => Ok(vec![]),
            Some(_) => Ok(vec![UserEvent::DebtSettled { purchase, at }]),
            None => Err(UserRejection::NoSuchDebt),
        }
    }

    pub(super) fn apply_debt(mut self, event: &UserEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            UserEvent::DebtRecorded {
                operator,
                purchase,
                amount,
                ..
            } => {
                let debt = Debt {
                    operator: operator.clone(),
                    amount: *amount,
                    settled: false,
                };
                if !amount.is_positive() || self.debts.insert(purchase.clone(), debt).is_some() {
                    return Err(Self::impossible("a purchase leaves one debt, and not of nothing"));
                }
            }
            UserEvent::DebtSettled { purchase, .. } => match self.debts.get_mut(purchase) {
                Some(debt) if !debt.settled => debt.settled = true,
                _ => return Err(Self::impossible("only what is owed is settled")),
            },
            _ => return Err(Self::impossible("an event of something else is no debt")),
        }
        Ok(self)
    }

    /// The purchases that failed first, by which what is still owed is known.
    pub fn debts(&self) -> impl Iterator<Item = &PurchaseId> {
        let open = self.debts.iter().filter(|(_, debt)| !debt.settled);
        open.map(|(purchase, _)| purchase)
    }

    /// What is owed by the name of the purchase that failed first, unless it is settled.
    #[must_use]
    pub fn debt(&self, purchase: &PurchaseId) -> Option<Money> {
        let debt = self.debts.get(purchase).filter(|debt| !debt.settled);
        debt.map(|debt| debt.amount)
    }

    /// What is owed to an operator.
    pub fn debts_to<'a>(&'a self, operator: &'a OperatorId) -> impl Iterator<Item = Money> + 'a {
        let open = self
            .debts
            .values()
            .filter(move |debt| debt.operator == *operator && !debt.settled);
        open.map(|debt| debt.amount)
    }
}
