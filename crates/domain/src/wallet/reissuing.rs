//! A new item for one that is broken or was declared invalid: the old one never counts again, and the new one stands for
//! what was paid.

use chrono::{DateTime, Utc};

use super::{
    command::WalletRejection,
    event::{Held, IssueCause, IssuedItem, ItemId, WalletEvent},
    issuing::pass_ids_of,
    pass::Pass,
    standing::Standing,
    state::{Folded, Wallet},
};
use crate::{Decided, Money, PassId};

impl Wallet {
    /// What was given in place of an item, if anything was: in this wallet, though it may have left since.
    #[must_use]
    pub fn replacement_of(&self, item: &ItemId) -> Option<ItemId> {
        let replacement = item.reissued()?;
        self.standing(&replacement).map(|_| replacement)
    }

    /// What an item was given for, if it was.
    #[must_use]
    pub fn replaces(&self, item: &ItemId) -> Option<&ItemId> {
        match self.cause(item)? {
            IssueCause::Reissue { replaces } => Some(replaces),
            IssueCause::Purchase { .. } | IssueCause::FareCap { .. } => None,
        }
    }

    /// Replaces an item, once. What still counts is declared invalid in the same decision, so that there are never two
    /// for one payment. Use that has begun goes on, unless the item is to be used anew; rides of a book whose use is
    /// over stay used.
    pub(super) fn reissue(
        &self,
        replaces: ItemId,
        anew: bool,
        reason: String,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        self.standing(&replaces).ok_or(WalletRejection::NoSuchPass)?;
        if self.replacement_of(&replaces).is_some() {
            return Ok(vec![]);
        }
        let item = self.can_replace(&replaces)?;
        let passes: Vec<&Pass> = self.passes_of(&replaces).collect();
        let is_over = |pass: &&Pass| match anew && pass.book.is_none() {
            true => pass.terms.fare.is_over(at),
            false => pass.is_over(at),
        };
        if passes.iter().all(is_over) {
            return Err(WalletRejection::Expired);
        }
        let first = passes.first().ok_or(WalletRejection::NoSuchPass)?;
        let paid = Money::sum(first.paid.currency, passes.iter().map(|pass| pass.paid));
        let issued = IssuedItem {
            item,
            terms: first.terms.clone(),
            paid: Some(paid.map_err(|_| WalletRejection::OutOfRange)?),
        };
        let keeps_use = |pass: &Pass| !anew || (pass.book.is_some() && pass.is_over(at));
        let held = self.use_of(&replaces, &issued, keeps_use);
        let is_invalid = matches!(self.standing(&replaces), Some(Standing::Invalidated { .. }));
        let items = vec![replaces.clone()];
        let voided = (!is_invalid).then_some(WalletEvent::ItemsInvalidated { items, reason, at });
        let given = WalletEvent::PassesIssued {
            cause: IssueCause::Reissue { replaces },
            items: vec![issued],
            held,
            at,
        };
        Ok(voided.into_iter().chain([given]).collect())
    }

    /// What is given for a void item is the one thing that may stand in for it, as it was sold.
    pub(super) fn check_reissue(&self, replaces: &ItemId, items: &[IssuedItem], held: &Held) -> Folded {
        let [issued] = items else {
            return Err("one item is given in place of one");
        };
        let is_void = matches!(self.standing(replaces), Some(Standing::Invalidated { .. }));
        let fits = self.can_replace(replaces).as_ref() == Ok(&issued.item)
            && self.passes_of(replaces).all(|pass| pass.terms == issued.terms);
        if !is_void || !fits {
            return Err("only what is invalid is replaced, once, by the same as it was sold");
        }
        let whole_use = self.use_of(replaces, issued, |_| true);
        match held
            .activations
            .iter()
            .all(|kept| whole_use.activations.contains(kept))
        {
            true => Ok(()),
            false => Err("what is given in place of an item brings along no other use than that item's"),
        }
    }

    /// The item that would stand in.
    fn can_replace(&self, replaces: &ItemId) -> Result<ItemId, WalletRejection> {
        let standing = self.standing(replaces).ok_or(WalletRejection::NoSuchPass)?;
        match standing {
            Standing::Good | Standing::Invalidated { .. } => {}
            Standing::Moved { .. } => return Err(WalletRejection::Transferred),
            Standing::Reserved { .. } => return Err(WalletRejection::TransferInProgress),
            Standing::Suspended { .. } => return Err(WalletRejection::Suspended),
            Standing::Refunded { .. } => return Err(WalletRejection::Refunded),
            Standing::Capped { .. } => return Err(WalletRejection::Capped),
        }
        self.is_whole(replaces)?;
        // A ride that was given back, or that lives on elsewhere, would come to life again.
        for ride in self.passes_of(replaces) {
            match ride.standing {
                Standing::Refunded { .. } => return Err(WalletRejection::Refunded),
                Standing::Capped { .. } => return Err(WalletRejection::Capped),
                _ => {}
            }
        }
        if self.replacement_of(replaces).is_some() {
            return Err(WalletRejection::Replaced);
        }
        if matches!(self.cause(replaces), Some(IssueCause::FareCap { .. })) {
            return Err(WalletRejection::NotReplaceable);
        }
        replaces.reissued().ok_or(WalletRejection::NotReplaceable)
    }

    /// The use of an item so far, as that of the one which takes its place.
    fn use_of(&self, replaces: &ItemId, issued: &IssuedItem, keeps: impl Fn(&Pass) -> bool) -> Held {
        let successors: Vec<PassId> = pass_ids_of(issued).unwrap_or_default();
        let activations = self
            .passes_of(replaces)
            .zip(successors)
            .filter(|(pass, _)| keeps(pass))
            .filter_map(|(pass, successor)| {
                let activation = pass.activation.as_ref()?;
                Some((successor, activation.first_at, activation.ends_at))
            });
        Held {
            activations: activations.collect(),
        }
    }
}
