//! What of an item may be given back, by the rules under which it was sold.

use super::{command::WalletRejection, event::ItemId, pass::Pass, standing::Standing, state::Wallet};
use crate::{
    PassId,
    operator::{RefundRules, RuleBroken},
};

/// What goes void when an item is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenBack {
    /// A pass, or a book as a whole.
    Item(ItemId),
    /// These rides of a book; it stands for the others.
    Rides(Vec<PassId>),
}

impl GivenBack {
    /// What was paid for: the item, or each of the rides.
    #[must_use]
    pub fn items(&self) -> Vec<ItemId> {
        match self {
            Self::Item(item) => vec![item.clone()],
            Self::Rides(rides) => rides.iter().cloned().map(ItemId::Pass).collect(),
        }
    }
}

/// Why it may not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotGivenBack {
    /// The item is not here, or is worth nothing any more.
    #[error(transparent)]
    Item(#[from] WalletRejection),
    /// It is, and a rule says no.
    #[error(transparent)]
    Rule(#[from] RuleBroken),
}

impl Wallet {
    /// What would go void if an item were given back under these rules; without rules, whatever they say. The time
    /// that is over is for whoever knows when it was bought.
    pub fn gives_back(&self, item: &ItemId, rules: Option<&RefundRules>) -> Result<GivenBack, NotGivenBack> {
        let used_too = rules.is_none_or(|rules| rules.gives_back_used);
        let in_part = rules.is_none_or(|rules| rules.gives_back_parts_of_books);
        match item {
            ItemId::PassBook(_) => self.gives_back_book(item, used_too, in_part),
            ItemId::Pass(id) if self.pass(id).is_some_and(|pass| pass.book().is_some()) => {
                self.can_refund_ride(id)?;
                if !used_too && self.is_used(item) {
                    return Err(RuleBroken::Used.into());
                }
                if !in_part {
                    return Err(RuleBroken::PartOfABook.into());
                }
                Ok(GivenBack::Rides(vec![id.clone()]))
            }
            ItemId::Pass(_) => {
                self.can_refund(item)?;
                if !used_too && self.is_used(item) {
                    return Err(RuleBroken::Used.into());
                }
                Ok(GivenBack::Item(item.clone()))
            }
        }
    }

    /// A ride that was given back before, or that lives on in what a fare cap gave for it, is never given back with its
    /// book.
    fn gives_back_book(
        &self,
        item: &ItemId,
        used_too: bool,
        in_part: bool,
    ) -> Result<GivenBack, NotGivenBack> {
        match self.can_refund(item) {
            // Some of its rides are gone; the others are looked at one by one.
            Ok(()) | Err(WalletRejection::PartOfABook) => {}
            Err(rejection) => return Err(rejection.into()),
        }
        let is_gone = |pass: &&Pass| {
            matches!(
                pass.standing(),
                Standing::Refunded { .. } | Standing::Capped { .. } | Standing::Moved { .. }
            )
        };
        let rides: Vec<&Pass> = self.passes_of(item).collect();
        let none_gone = !rides.iter().any(is_gone);
        if none_gone && (used_too || !self.is_used(item)) {
            return Ok(GivenBack::Item(item.clone()));
        }
        let left: Vec<PassId> = rides
            .iter()
            .filter(|pass| !is_gone(pass) && (used_too || pass.activation().is_none()))
            .map(|pass| pass.id().clone())
            .collect();
        if left.is_empty() {
            return Err(RuleBroken::Used.into());
        }
        if !in_part {
            return Err(RuleBroken::PartOfABook.into());
        }
        Ok(GivenBack::Rides(left))
    }
}
