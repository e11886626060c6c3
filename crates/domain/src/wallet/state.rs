//! The wallet: what it holds, what may be asked of it, and how its history folds.
//!
//! The decisions and the folds themselves stand side by side in one file a verb: `issuing`, `riding`, `voiding`,
//! `moving`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    book::PassBook,
    command::{WalletCommand, WalletRejection},
    event::{IssueCause, ItemId, WalletEvent},
    moving::Promise,
    pass::Pass,
    riding::Request,
    standing::Standing,
};
use crate::{Aggregate, Decided, ImpossibleHistory, PassBookId, PassId, PurchaseId, TransferId};

/// Everything a user holds or ever held.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Wallet {
    pub(super) revision: u64,
    /// In the order in which the items came in.
    pub(super) items: Vec<ItemId>,
    pub(super) passes: BTreeMap<PassId, Pass>,
    pub(super) books: BTreeMap<PassBookId, PassBook>,
    /// By transfer: what was promised to others.
    pub(super) promises: BTreeMap<TransferId, Promise>,
    /// By transfer: what came from others.
    pub(super) arrivals: BTreeMap<TransferId, Vec<ItemId>>,
}

/// Whether a fold keeps to the rules, or which of them it breaks.
pub(super) type Folded = Result<(), &'static str>;

impl Wallet {
    /// How many events have happened that another device of the user must know: all but showings.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Every pass and every ride of a book, in the order in which they came in; those that left included.
    pub fn passes(&self) -> impl Iterator<Item = &Pass> {
        self.items
            .iter()
            .flat_map(|item| self.pass_ids(item))
            .filter_map(|id| self.passes.get(id))
    }

    /// Every book, in the order in which they came in; those that left included.
    pub fn books(&self) -> impl Iterator<Item = &PassBook> {
        self.items.iter().filter_map(|item| match item {
            ItemId::PassBook(id) => self.books.get(id),
            ItemId::Pass(_) => None,
        })
    }

    /// Passes and books in the order in which they came in, as they were bought: rides of books not by themselves.
    #[must_use]
    pub fn items(&self) -> &[ItemId] {
        &self.items
    }

    /// A pass, or a ride of a book.
    #[must_use]
    pub fn pass(&self, id: &PassId) -> Option<&Pass> {
        self.passes.get(id)
    }

    /// A book.
    #[must_use]
    pub fn book(&self, id: &PassBookId) -> Option<&PassBook> {
        self.books.get(id)
    }

    /// What became of an item, if it was ever here.
    #[must_use]
    pub fn standing(&self, item: &ItemId) -> Option<&Standing> {
        match item {
            ItemId::Pass(id) => self.passes.get(id).map(Pass::standing),
            ItemId::PassBook(id) => self.books.get(id).map(PassBook::standing),
        }
    }

    /// The items that a purchase gave, in the order in which they came in.
    pub fn items_of(&self, purchase: &PurchaseId) -> impl Iterator<Item = &ItemId> {
        self.items.iter().filter(move |item| match self.cause(item) {
            Some(IssueCause::Purchase {
                purchase: bought_by, ..
            }) => bought_by == purchase,
            _ => false,
        })
    }

    /// Whether any pass of an item was ever activated, or replaced by a fare cap when it should have been.
    #[must_use]
    pub fn is_used(&self, item: &ItemId) -> bool {
        self.passes_of(item)
            .any(|pass| pass.activation.is_some() || matches!(pass.standing, Standing::Capped { .. }))
    }

    /// How many rides of a book can still be activated: none when the book cannot be used, for instance because it is
    /// promised to somebody (ticketing API, "PassBook Object").
    #[must_use]
    pub fn unactivated_remaining_count(&self, book: &PassBookId, now: DateTime<Utc>) -> u32 {
        let rides = self.books.get(book).map_or(&[][..], PassBook::passes);
        let left = rides.iter().filter_map(|id| self.passes.get(id)).filter(|ride| {
            ride.standing == Standing::Good && ride.activation.is_none() && !ride.is_over(now)
        });
        u32::try_from(left.count()).unwrap_or(u32::MAX)
    }

    /// The passes of an item: itself, or its rides. None if it is not here.
    pub(super) fn passes_of<'a>(&'a self, item: &'a ItemId) -> impl Iterator<Item = &'a Pass> {
        self.pass_ids(item).iter().filter_map(|id| self.passes.get(id))
    }

    pub(super) fn pass_ids<'a>(&'a self, item: &'a ItemId) -> &'a [PassId] {
        match item {
            ItemId::Pass(id) => std::slice::from_ref(id),
            ItemId::PassBook(id) => self.books.get(id).map_or(&[], PassBook::passes),
        }
    }

    pub(super) fn cause(&self, item: &ItemId) -> Option<&IssueCause> {
        match item {
            ItemId::Pass(id) => self.passes.get(id).map(Pass::cause),
            ItemId::PassBook(id) => self.books.get(id).map(PassBook::cause),
        }
    }

    /// Gives an item a standing, and with it those of its passes that `takes_along` says go with it.
    pub(super) fn stand(&mut self, item: &ItemId, standing: &Standing, takes_along: fn(&Standing) -> bool) {
        let passes = match item {
            ItemId::Pass(id) => vec![id.clone()],
            ItemId::PassBook(id) => match self.books.get_mut(id) {
                Some(book) => {
                    book.standing = standing.clone();
                    book.passes.clone()
                }
                None => vec![],
            },
        };
        for id in passes {
            if let Some(pass) = self.passes.get_mut(&id)
                && takes_along(&pass.standing)
            {
                pass.standing = standing.clone();
            }
        }
    }

    /// The pass that is asked for.
    pub(super) fn wanted_pass(&self, id: &PassId) -> Result<&Pass, WalletRejection> {
        self.passes.get(id).ok_or_else(|| {
            let bare = id.as_str().strip_prefix("pass_").unwrap_or(id.as_str());
            match PassBookId::parse(format!("book_{bare}")) {
                Ok(book) if self.books.contains_key(&book) => WalletRejection::NotAPass,
                _ => WalletRejection::NoSuchPass,
            }
        })
    }
}

impl Aggregate for Wallet {
    const CATEGORY: &'static str = "wallet";
    type Command = WalletCommand;
    type Event = WalletEvent;
    type Rejection = WalletRejection;

    fn decide(wallet: Option<&Self>, command: WalletCommand) -> Decided<Self> {
        let empty = Self::default();
        let wallet = wallet.unwrap_or(&empty);
        match command {
            WalletCommand::Issue { cause, items, at } => wallet.issue(cause, items, at),
            WalletCommand::Activate {
                pass,
                device,
                seen,
                caps,
                at,
            } => wallet.activate(&Request {
                pass,
                device,
                seen,
                caps,
                at,
            }),
            WalletCommand::Show {
                pass,
                shown_at,
                latitude_microdegrees,
                longitude_microdegrees,
                at,
            } => wallet.show(
                pass,
                (shown_at, latitude_microdegrees, longitude_microdegrees),
                at,
            ),
            WalletCommand::Refund { refund, items, at } => wallet.refund(refund, items, at),
            WalletCommand::RefundRides { refund, rides, at } => wallet.refund_rides(refund, rides, at),
            WalletCommand::Reissue {
                replaces,
                anew,
                reason,
                at,
            } => wallet.reissue(replaces, anew, reason, at),
            WalletCommand::Invalidate { items, reason, at } => wallet.invalidate(items, reason, at),
            WalletCommand::Suspend { dispute, items, at } => wallet.suspend(dispute, items, at),
            WalletCommand::Reinstate { dispute, at } => Ok(wallet.reinstate(dispute, at)),
            WalletCommand::Cap {
                passes,
                cap_group,
                replacement,
                at,
            } => wallet.cap(passes, cap_group, *replacement, at),
            WalletCommand::Reserve { transfer, items, at } => wallet.reserve(transfer, items, at),
            WalletCommand::Release { transfer, at } => wallet.release(transfer, at),
            WalletCommand::MoveOut { transfer, at } => wallet.move_out(transfer, at),
            WalletCommand::MoveIn { transfer, items, at } => wallet.move_in(transfer, items, at),
        }
    }

    fn apply(wallet: Option<Self>, event: &WalletEvent) -> Result<Self, ImpossibleHistory> {
        let mut wallet = wallet.unwrap_or_default();
        wallet.fold(event).map_err(Self::impossible)?;
        if !matches!(event, WalletEvent::PassShown { .. }) {
            wallet.revision = wallet.revision.saturating_add(1);
        }
        Ok(wallet)
    }
}

impl Wallet {
    fn fold(&mut self, event: &WalletEvent) -> Folded {
        match event {
            WalletEvent::PassesIssued {
                cause,
                items,
                held,
                at,
            } => self.issued(cause, items, held, *at),
            WalletEvent::PassActivated {
                pass,
                device,
                at,
                ends_at,
                ticket_expires_at,
            } => self.activated(pass, device.as_ref(), *at, *ends_at, *ticket_expires_at),
            WalletEvent::PassShown {
                pass,
                shown_at,
                latitude_microdegrees,
                longitude_microdegrees,
                ..
            } => self.shown(pass, (*shown_at, *latitude_microdegrees, *longitude_microdegrees)),
            WalletEvent::ItemsRefunded { refund, items, at } => self.refunded(refund, items, *at),
            WalletEvent::RidesRefunded { refund, rides, at } => self.rides_refunded(refund, rides, *at),
            WalletEvent::ItemsInvalidated { items, at, .. } => self.invalidated(items, *at),
            WalletEvent::ItemsSuspended { dispute, items, at } => self.suspended(dispute, items, *at),
            WalletEvent::ItemsReinstated { dispute, items, .. } => self.reinstated(dispute, items),
            WalletEvent::PassesCapped {
                passes,
                cap_group,
                cap,
                at,
            } => self.capped(passes, cap_group, cap.as_ref(), *at),
            WalletEvent::ItemsReserved { transfer, items, at } => self.reserved(transfer, items, *at),
            WalletEvent::ItemsReleased { transfer, .. } => self.released(transfer),
            WalletEvent::ItemsMovedOut { transfer, items, at } => self.moved_out(transfer, items, *at),
            WalletEvent::ItemsMovedIn { transfer, items, at } => self.moved_in(transfer, items, *at),
        }
    }
}
