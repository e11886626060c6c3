//! Items whose payment is disputed: out of use until it is decided whose the money is.

use chrono::{DateTime, Utc};

use super::{
    command::WalletRejection,
    event::{ItemId, WalletEvent},
    issuing::distinct,
    standing::Standing,
    state::{Folded, Wallet},
};
use crate::{Decided, DisputeId};

impl Wallet {
    /// Suspends what of the items counts. What was promised to somebody stays promised, and is not let go meanwhile.
    pub(super) fn suspend(&self, dispute: DisputeId, items: Vec<ItemId>, at: DateTime<Utc>) -> Decided<Self> {
        let mut items = distinct(items);
        for item in &items {
            self.standing(item).ok_or(WalletRejection::NoSuchPass)?;
            self.is_whole(item)?;
        }
        items.retain(|item| self.can_suspend(item));
        match items.is_empty() {
            true => Ok(vec![]),
            false => Ok(vec![WalletEvent::ItemsSuspended { dispute, items, at }]),
        }
    }

    /// Gives back whatever the dispute suspended and nobody has voided since.
    pub(super) fn reinstate(&self, dispute: DisputeId, at: DateTime<Utc>) -> Vec<WalletEvent> {
        let is_its = |item: &&ItemId| {
            self.standing(item)
                .is_some_and(|standing| standing.is_suspended_for(&dispute))
        };
        let items: Vec<ItemId> = self.items.iter().filter(is_its).cloned().collect();
        match items.is_empty() {
            true => vec![],
            false => vec![WalletEvent::ItemsReinstated { dispute, items, at }],
        }
    }

    fn can_suspend(&self, item: &ItemId) -> bool {
        matches!(
            self.standing(item),
            Some(Standing::Good | Standing::Reserved { .. })
        )
    }

    pub(super) fn suspended(&mut self, dispute: &DisputeId, items: &[ItemId], at: DateTime<Utc>) -> Folded {
        for item in items {
            if !self.can_suspend(item) || self.is_whole(item).is_err() {
                return Err("only an item that counts is suspended, and as a whole");
            }
            let transfer = self.standing(item).and_then(Standing::transfer).cloned();
            let standing = Standing::Suspended {
                dispute: dispute.clone(),
                transfer,
                at,
            };
            self.stand(item, &standing, |ride| {
                matches!(ride, Standing::Good | Standing::Reserved { .. })
            });
        }
        Ok(())
    }

    /// What was promised waits for its transfer again, if that is still to come.
    pub(super) fn reinstated(&mut self, dispute: &DisputeId, items: &[ItemId]) -> Folded {
        for item in items {
            let standing = match self.standing(item) {
                Some(Standing::Suspended {
                    dispute: by,
                    transfer,
                    ..
                }) if by == dispute => transfer.clone(),
                _ => return Err("only what a dispute suspended is given back after it"),
            };
            let standing = match standing {
                Some(transfer) if self.is_promised(&transfer, item) => Standing::Reserved { transfer },
                Some(_) | None => Standing::Good,
            };
            self.stand(item, &standing, |ride| matches!(ride, Standing::Suspended { .. }));
        }
        Ok(())
    }
}
