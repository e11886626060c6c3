//! Money that a bank takes and holds until it is decided whose it is.

use domain::{DisputeId, Money};

use super::{
    Account, Entry,
    books::{Known, Parties, Unbookable},
};

/// A dispute, as far as the books need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dispute {
    amount: Money,
    /// The bank only asks, and has taken nothing.
    is_inquiry: bool,
    is_closed: bool,
}

impl Known {
    pub(super) fn dispute(
        &mut self,
        id: &DisputeId,
        amount: Money,
        is_inquiry: bool,
    ) -> Result<Entry, Unbookable> {
        if self.charged.is_none() || amount.amount < 0 {
            return Err(Unbookable("what was never paid was disputed"));
        }
        let dispute = Dispute {
            amount,
            is_inquiry,
            is_closed: false,
        };
        match self.disputes.insert(id.clone(), dispute) {
            None if is_inquiry => Ok(Entry::default()),
            None => Ok(self.withholding(amount)),
            Some(_) => Err(Unbookable("a dispute was opened twice")),
        }
    }

    /// The bank takes what it had only asked about.
    pub(super) fn escalate(&mut self, id: &DisputeId) -> Result<Entry, Unbookable> {
        let dispute = self
            .disputes
            .get_mut(id)
            .filter(|it| it.is_inquiry && !it.is_closed);
        let dispute = dispute.ok_or(Unbookable(
            "money was taken in a dispute that was no open question",
        ))?;
        dispute.is_inquiry = false;
        let amount = dispute.amount;
        Ok(self.withholding(amount))
    }

    fn withholding(&self, amount: Money) -> Entry {
        let Parties {
            operator, account, ..
        } = &*self.parties;
        let withheld = Account::DisputedFunds(operator.clone());
        Entry::default().and(withheld, Account::StripeBalance(account.clone()), amount)
    }

    pub(super) fn close(&mut self, id: &DisputeId, won: bool) -> Result<Entry, Unbookable> {
        let dispute = self
            .disputes
            .get_mut(id)
            .ok_or(Unbookable("a dispute was closed that was never opened"))?;
        if std::mem::replace(&mut dispute.is_closed, true) {
            return Err(Unbookable("a dispute was closed twice"));
        }
        let (amount, is_inquiry) = (dispute.amount, dispute.is_inquiry);
        match (is_inquiry, won) {
            (true, _) => Ok(Entry::default()),
            (false, true) => Ok(self.withholding(amount).reversed()),
            (false, false) => {
                let operator = &self.parties.operator;
                let lost = Account::DisputeLosses(operator.clone());
                Ok(Entry::default().and(lost, Account::DisputedFunds(operator.clone()), amount))
            }
        }
    }
}
