//! Items going from one wallet to another: promised, let go, taken in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::WalletRejection,
    event::{Held, IssuedItem, ItemId, MovedItem, WalletEvent},
    issuing::{Origin, distinct, pass_ids_of},
    pass::Pass,
    standing::Standing,
    state::{Folded, Wallet},
};
use crate::{Decided, TransferId};

/// What was promised to somebody by one transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Promise {
    items: Vec<ItemId>,
    state: PromiseState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PromiseState {
    Open,
    Released,
    Kept,
}

impl Wallet {
    /// The items that a transfer holds or has taken from here, as the other wallet takes them in.
    #[must_use]
    pub fn moved_items(&self, transfer: &TransferId) -> Vec<MovedItem> {
        let promised = self
            .promises
            .get(transfer)
            .map_or(&[][..], |promise| &promise.items);
        let going = promised
            .iter()
            .filter(|item| self.transfer_of(item) == Some(transfer));
        going.filter_map(|item| self.moved_item(item)).collect()
    }

    /// The transfers by which an item was ever promised from here.
    pub fn transfers_with<'a>(&'a self, item: &'a ItemId) -> impl Iterator<Item = &'a TransferId> {
        let promised = self
            .promises
            .iter()
            .filter(move |(_, promise)| promise.items.contains(item));
        promised.map(|(transfer, _)| transfer)
    }

    /// Promises unused items. A promise that was taken back may be made again for the same items only.
    pub(super) fn reserve(
        &self,
        transfer: TransferId,
        items: Vec<ItemId>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let items = distinct(items);
        match self.promises.get(&transfer) {
            Some(promise) if !same_items(&promise.items, &items) => return Err(WalletRejection::ItemDiffers),
            Some(Promise {
                state: PromiseState::Open | PromiseState::Kept,
                ..
            }) => return Ok(vec![]),
            Some(Promise {
                state: PromiseState::Released,
                ..
            })
            | None => {}
        }
        items.iter().try_for_each(|item| self.can_reserve(item, at))?;
        if items.is_empty() {
            return Err(WalletRejection::NoItems);
        }
        Ok(vec![WalletEvent::ItemsReserved { transfer, items, at }])
    }

    /// Takes a promise back.
    pub(super) fn release(&self, transfer: TransferId, at: DateTime<Utc>) -> Decided<Self> {
        match self.promises.get(&transfer).map(|promise| promise.state) {
            None => Err(WalletRejection::NothingReserved),
            Some(PromiseState::Released) => Ok(vec![]),
            Some(PromiseState::Kept) => Err(WalletRejection::Transferred),
            Some(PromiseState::Open) => Ok(vec![WalletEvent::ItemsReleased { transfer, at }]),
        }
    }

    /// Lets go what was promised, as far as it was not refunded or invalidated meanwhile.
    pub(super) fn move_out(&self, transfer: TransferId, at: DateTime<Utc>) -> Decided<Self> {
        let promise = match self.promises.get(&transfer) {
            None
            | Some(Promise {
                state: PromiseState::Released,
                ..
            }) => {
                return Err(WalletRejection::NothingReserved);
            }
            Some(Promise {
                state: PromiseState::Kept,
                ..
            }) => return Ok(vec![]),
            Some(promise) => promise,
        };
        let items: Vec<_> = promise
            .items
            .iter()
            .filter(|item| self.transfer_of(item) == Some(&transfer))
            .cloned()
            .collect();
        if items.is_empty() {
            let lost = promise
                .items
                .iter()
                .find_map(|item| self.standing(item)?.refusal());
            return Err(lost.unwrap_or(WalletRejection::NothingReserved));
        }
        Ok(vec![WalletEvent::ItemsMovedOut { transfer, items, at }])
    }

    /// Takes items in, once per transfer. An item that once left from here may come back by another.
    pub(super) fn move_in(
        &self,
        transfer: TransferId,
        items: Vec<MovedItem>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        if let Some(arrived) = self.arrivals.get(&transfer) {
            let same =
                same_items(arrived, &ids(&items)) && items.iter().all(|item| self.is_known_as(&item.issued));
            return if same {
                Ok(vec![])
            } else {
                Err(WalletRejection::ItemDiffers)
            };
        }
        self.can_move_in(&items)?;
        Ok(vec![WalletEvent::ItemsMovedIn { transfer, items, at }])
    }

    pub(super) fn reserved(&mut self, transfer: &TransferId, items: &[ItemId], at: DateTime<Utc>) -> Folded {
        match self.promises.get(transfer) {
            None
            | Some(Promise {
                state: PromiseState::Released,
                ..
            }) if !items.is_empty() => {}
            _ => return Err("a transfer promises once, and something"),
        }
        for item in items {
            self.can_reserve(item, at)
                .map_err(|_| "only unused items in good standing are promised")?;
            self.stand(
                item,
                &Standing::Reserved {
                    transfer: transfer.clone(),
                },
                |_| true,
            );
        }
        self.promises.insert(
            transfer.clone(),
            Promise {
                items: items.to_vec(),
                state: PromiseState::Open,
            },
        );
        Ok(())
    }

    pub(super) fn released(&mut self, transfer: &TransferId) -> Folded {
        let items = self.close(transfer, PromiseState::Released)?;
        for item in items
            .iter()
            .filter(|item| self.transfer_of(item) == Some(transfer))
            .cloned()
            .collect::<Vec<_>>()
        {
            self.stand(&item, &Standing::Good, |ride| {
                matches!(ride, Standing::Reserved { .. })
            });
        }
        Ok(())
    }

    pub(super) fn moved_out(&mut self, transfer: &TransferId, items: &[ItemId], at: DateTime<Utc>) -> Folded {
        let promised = self.close(transfer, PromiseState::Kept)?;
        let standing = Standing::Moved {
            transfer: transfer.clone(),
            at,
        };
        for item in items {
            let reserved =
                matches!(self.standing(item), Some(Standing::Reserved { transfer: by }) if by == transfer);
            if !promised.contains(item) || !reserved {
                return Err("only what is promised leaves");
            }
            self.stand(item, &standing, |_| true);
        }
        Ok(())
    }

    pub(super) fn moved_in(
        &mut self,
        transfer: &TransferId,
        items: &[MovedItem],
        at: DateTime<Utc>,
    ) -> Folded {
        if self.arrivals.contains_key(transfer) || self.can_move_in(items).is_err() {
            return Err("a transfer arrives once, with items that are not here");
        }
        for item in items {
            self.put(
                &item.issued,
                &Origin {
                    cause: &item.cause,
                    issued_at: item.issued_at,
                    here: false,
                },
            );
            self.put_use(&item.held, at);
        }
        self.arrivals.insert(transfer.clone(), ids(items));
        Ok(())
    }

    fn close(&mut self, transfer: &TransferId, state: PromiseState) -> Result<Vec<ItemId>, &'static str> {
        match self.promises.get_mut(transfer) {
            Some(promise) if promise.state == PromiseState::Open => {
                promise.state = state;
                Ok(promise.items.clone())
            }
            _ => Err("only an open promise is kept or taken back"),
        }
    }

    fn can_reserve(&self, item: &ItemId, at: DateTime<Utc>) -> Result<(), WalletRejection> {
        let standing = self.standing(item).ok_or(WalletRejection::NoSuchPass)?;
        let mut standings = std::iter::once(standing).chain(self.passes_of(item).map(Pass::standing));
        if let Some(refusal) = standings.find_map(Standing::refusal) {
            return Err(refusal);
        }
        if self.passes_of(item).all(|pass| pass.is_over(at)) {
            return Err(WalletRejection::Expired);
        }
        if self.is_used(item) {
            return Err(WalletRejection::Used);
        }
        self.is_whole(item)?;
        if self.passes_of(item).all(|pass| pass.terms().fare.transferable) {
            Ok(())
        } else {
            Err(WalletRejection::NotTransferable)
        }
    }

    fn can_move_in(&self, items: &[MovedItem]) -> Result<(), WalletRejection> {
        let differs = |item: &&MovedItem| {
            self.standing(&item.issued.item).is_some_and(|standing| {
                !matches!(standing, Standing::Moved { .. }) || !self.is_known_as(&item.issued)
            })
        };
        if items.iter().any(|item| differs(&item) || !is_own_use(item)) {
            return Err(WalletRejection::ItemDiffers);
        }
        self.can_take(items.iter().map(|item| &item.issued))
    }

    fn is_known_as(&self, issued: &IssuedItem) -> bool {
        let terms = match &issued.item {
            ItemId::Pass(id) => self.passes.get(id).map(|pass| &pass.terms),
            ItemId::PassBook(id) => self.books.get(id).map(|book| &book.terms),
        };
        terms == Some(&issued.terms)
    }

    /// Whether a transfer still waits to let go what it promised.
    pub(super) fn is_promised(&self, transfer: &TransferId, item: &ItemId) -> bool {
        let promise = self.promises.get(transfer);
        promise.is_some_and(|it| it.state == PromiseState::Open && it.items.contains(item))
    }

    fn transfer_of(&self, item: &ItemId) -> Option<&TransferId> {
        self.standing(item).and_then(Standing::transfer)
    }

    fn moved_item(&self, item: &ItemId) -> Option<MovedItem> {
        let first = self.passes_of(item).next()?;
        let activations = self.passes_of(item).filter_map(|pass| {
            let activation = pass.activation.as_ref()?;
            Some((pass.id.clone(), activation.first_at, activation.ends_at))
        });
        Some(MovedItem {
            issued: IssuedItem {
                item: item.clone(),
                terms: first.terms.clone(),
                // Whoever takes it in has paid nothing for it.
                paid: None,
            },
            cause: first.cause.clone(),
            issued_at: first.issued_at,
            held: Held {
                activations: activations.collect(),
            },
        })
    }
}

fn ids(items: &[MovedItem]) -> Vec<ItemId> {
    items.iter().map(|item| item.issued.item.clone()).collect()
}

/// The same items in whatever order; neither list repeats any.
fn same_items(some: &[ItemId], others: &[ItemId]) -> bool {
    some.len() == others.len() && some.iter().all(|item| others.contains(item))
}

/// Whether the use that an item brings along is that of its own passes, forwards in time.
fn is_own_use(item: &MovedItem) -> bool {
    let passes = pass_ids_of(&item.issued).unwrap_or_default();
    item.held
        .activations
        .iter()
        .all(|(id, first_at, ends_at)| passes.contains(id) && first_at <= ends_at)
}
