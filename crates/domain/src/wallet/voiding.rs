//! Items losing their worth: refunded, or declared invalid.

use chrono::{DateTime, Utc};

use super::{
    command::WalletRejection,
    event::{ItemId, WalletEvent},
    issuing::distinct,
    standing::Standing,
    state::{Folded, Wallet},
};
use crate::{Decided, PassId, RefundId};

impl Wallet {
    /// Voids items whose money goes back. Whether used ones may be refunded is for whoever asks to know; money that
    /// goes back voids a promise to somebody else, too.
    pub(super) fn refund(&self, refund: RefundId, items: Vec<ItemId>, at: DateTime<Utc>) -> Decided<Self> {
        let items = distinct(items);
        let before = self
            .items
            .iter()
            .filter(|item| self.is_refunded_by(item, &refund))
            .count();
        if before > 0 {
            let same = before == items.len() && items.iter().all(|item| self.is_refunded_by(item, &refund));
            return if same {
                Ok(vec![])
            } else {
                Err(WalletRejection::ItemDiffers)
            };
        }
        items.iter().try_for_each(|item| self.can_refund(item))?;
        if items.is_empty() {
            return Err(WalletRejection::NoItems);
        }
        Ok(vec![WalletEvent::ItemsRefunded { refund, items, at }])
    }

    /// Voids rides of books whose money goes back. Whether used ones may be is for whoever asks to know.
    pub(super) fn refund_rides(
        &self,
        refund: RefundId,
        rides: Vec<PassId>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let rides = distinct(rides);
        let is_ours = |id: &PassId| self.is_refunded_by(&ItemId::Pass(id.clone()), &refund);
        let before: Vec<&PassId> = self
            .books
            .values()
            .filter(|book| !matches!(book.standing, Standing::Refunded { .. }))
            .flat_map(|book| &book.passes)
            .filter(|id| is_ours(id))
            .collect();
        if !before.is_empty() {
            let same = before.len() == rides.len() && rides.iter().all(is_ours);
            return if same {
                Ok(vec![])
            } else {
                Err(WalletRejection::ItemDiffers)
            };
        }
        rides.iter().try_for_each(|ride| self.can_refund_ride(ride))?;
        if rides.is_empty() {
            return Err(WalletRejection::NoItems);
        }
        Ok(vec![WalletEvent::RidesRefunded { refund, rides, at }])
    }

    /// Voids items on the operator's word. Those that are invalid already stay as they are.
    pub(super) fn invalidate(&self, items: Vec<ItemId>, reason: String, at: DateTime<Utc>) -> Decided<Self> {
        if items.is_empty() {
            return Err(WalletRejection::NoItems);
        }
        let mut valid = distinct(items);
        valid.retain(|item| !matches!(self.standing(item), Some(Standing::Invalidated { .. })));
        valid.iter().try_for_each(|item| self.can_invalidate(item))?;
        // A ride that stands in the list beside its book goes with the book.
        let (books, mut passes): (Vec<_>, Vec<_>) = valid
            .into_iter()
            .partition(|item| matches!(item, ItemId::PassBook(_)));
        passes.retain(|pass| !books.iter().any(|book| self.is_ride_of(pass, book)));
        let items: Vec<_> = books.into_iter().chain(passes).collect();
        if items.is_empty() {
            return Ok(vec![]);
        }
        Ok(vec![WalletEvent::ItemsInvalidated { items, reason, at }])
    }

    pub(super) fn refunded(&mut self, refund: &RefundId, items: &[ItemId], at: DateTime<Utc>) -> Folded {
        let standing = Standing::Refunded {
            refund: refund.clone(),
            at,
        };
        for item in items {
            self.can_refund(item)
                .map_err(|_| "only an item that is here is refunded, and only once")?;
            self.stand(item, &standing, |ride| !matches!(ride, Standing::Capped { .. }));
        }
        Ok(())
    }

    pub(super) fn rides_refunded(
        &mut self,
        refund: &RefundId,
        rides: &[PassId],
        at: DateTime<Utc>,
    ) -> Folded {
        let standing = Standing::Refunded {
            refund: refund.clone(),
            at,
        };
        for ride in rides {
            self.can_refund_ride(ride)
                .map_err(|_| "only a ride that is here is refunded, and only once")?;
            self.stand(&ItemId::Pass(ride.clone()), &standing, |_| true);
        }
        Ok(())
    }

    pub(super) fn invalidated(&mut self, items: &[ItemId], at: DateTime<Utc>) -> Folded {
        for item in items {
            self.can_invalidate(item)
                .map_err(|_| "only an item that still counts is invalidated")?;
            self.stand(item, &Standing::Invalidated { at }, |ride| {
                matches!(
                    ride,
                    Standing::Good | Standing::Reserved { .. } | Standing::Suspended { .. }
                )
            });
        }
        Ok(())
    }

    fn is_refunded_by(&self, item: &ItemId, by: &RefundId) -> bool {
        self.standing(item)
            .and_then(Standing::refund)
            .is_some_and(|(refund, _)| refund == by)
    }

    pub(super) fn can_refund(&self, item: &ItemId) -> Result<(), WalletRejection> {
        match self.standing(item).ok_or(WalletRejection::NoSuchPass)? {
            // Its worth lives on in what was given for it.
            Standing::Invalidated { .. } if self.replacement_of(item).is_some() => {
                Err(WalletRejection::Replaced)
            }
            Standing::Good | Standing::Reserved { .. } | Standing::Invalidated { .. } => {
                self.is_whole(item)?;
                let in_part = self.passes_of(item).any(|ride| ride.refund().is_some());
                // Nothing is given back twice: what is left of the book goes ride by ride.
                if in_part {
                    Err(WalletRejection::PartOfABook)
                } else {
                    Ok(())
                }
            }
            Standing::Suspended { .. } => Err(WalletRejection::Suspended),
            Standing::Moved { .. } => Err(WalletRejection::Transferred),
            Standing::Refunded { .. } => Err(WalletRejection::Refunded),
            // Its worth lives on in what replaced it.
            Standing::Capped { .. } => Err(WalletRejection::Capped),
        }
    }

    pub(super) fn can_refund_ride(&self, id: &PassId) -> Result<(), WalletRejection> {
        let ride = self.passes.get(id).ok_or(WalletRejection::NoSuchPass)?;
        let book = ride.book.as_ref().ok_or(WalletRejection::NotAsSold)?;
        if self.replacement_of(&ItemId::PassBook(book.clone())).is_some() {
            return Err(WalletRejection::Replaced);
        }
        match ride.standing {
            Standing::Good | Standing::Invalidated { .. } => Ok(()),
            // A promised book moves as it was promised, or goes back as a whole.
            Standing::Reserved { .. } => Err(WalletRejection::TransferInProgress),
            Standing::Suspended { .. } => Err(WalletRejection::Suspended),
            Standing::Moved { .. } => Err(WalletRejection::Transferred),
            Standing::Refunded { .. } => Err(WalletRejection::Refunded),
            Standing::Capped { .. } => Err(WalletRejection::Capped),
        }
    }

    fn can_invalidate(&self, item: &ItemId) -> Result<(), WalletRejection> {
        match self.standing(item).ok_or(WalletRejection::NoSuchPass)? {
            // A promised book moves as it was promised, or not at all.
            Standing::Reserved { .. } if self.is_whole(item).is_err() => {
                Err(WalletRejection::TransferInProgress)
            }
            Standing::Good | Standing::Reserved { .. } | Standing::Suspended { .. } => Ok(()),
            Standing::Moved { .. } => Err(WalletRejection::Transferred),
            Standing::Refunded { .. } => Err(WalletRejection::Refunded),
            Standing::Invalidated { .. } => Err(WalletRejection::Invalidated),
            Standing::Capped { .. } => Err(WalletRejection::Capped),
        }
    }

    /// Refuses a ride of a book where only what was bought as one item will do.
    pub(super) fn is_whole(&self, item: &ItemId) -> Result<(), WalletRejection> {
        match item {
            ItemId::Pass(id) if self.passes.get(id).is_some_and(|pass| pass.book.is_some()) => {
                Err(WalletRejection::PartOfABook)
            }
            _ => Ok(()),
        }
    }

    fn is_ride_of(&self, pass: &ItemId, book: &ItemId) -> bool {
        match pass {
            ItemId::Pass(id) => self.pass_ids(book).contains(id),
            ItemId::PassBook(_) => false,
        }
    }
}
