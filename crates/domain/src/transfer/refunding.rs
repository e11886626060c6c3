//! Refunding what is in a transfer, in part or as a whole, before its redemption or after.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::TransferRejection,
    event::TransferEvent,
    item::TransferItem,
    state::{Folded, Transfer},
};
use crate::{Decided, RefundId, wallet::ItemId};

/// A refund of some of the items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// What.
    pub items: Vec<ItemId>,
    /// How far it is.
    pub state: RefundState,
    /// Since when it is so.
    pub at: DateTime<Utc>,
}

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Its outcome is open.
    Started,
    /// The money went back.
    Done,
    /// It could not be made.
    Refused,
}

impl Transfer {
    /// When an item's money went back, if it did.
    #[must_use]
    pub fn item_refunded_at(&self, item: &ItemId) -> Option<DateTime<Utc>> {
        self.refunds_in(RefundState::Done)
            .find(|(_, refund)| refund.items.contains(item))
            .map(|(_, it)| it.at)
    }

    /// When the transfer was cancelled, or the last of its refunds was done (ticketing API, `refund_timestamp`).
    #[must_use]
    pub fn refunded_or_cancelled_at(&self) -> Option<DateTime<Utc>> {
        self.cancelled_at.or_else(|| {
            self.refunds_in(RefundState::Done)
                .map(|(_, refund)| refund.at)
                .max()
        })
    }

    /// Every refund that was ever started.
    pub fn refunds(&self) -> impl Iterator<Item = (&RefundId, &Refund)> {
        self.refunds.iter()
    }

    /// Refunds whose outcome is open.
    pub fn refunds_under_way(&self) -> impl Iterator<Item = (&RefundId, &Refund)> {
        self.refunds_in(RefundState::Started)
    }

    /// Items that are neither refunded nor about to be: what an expired transfer still has to refund, and what a
    /// redemption takes.
    pub fn items_left(&self) -> impl Iterator<Item = &TransferItem> {
        self.items.iter().filter(|it| self.can_refund(&it.item).is_ok())
    }

    pub(super) fn is_all_refunded(&self) -> bool {
        self.items
            .iter()
            .all(|it| self.item_refunded_at(&it.item).is_some())
    }

    pub(super) fn start_refund(
        &self,
        refund: RefundId,
        items: Vec<ItemId>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        if let Some(before) = self.refunds.get(&refund) {
            let same = before.items == items;
            return if same {
                Ok(vec![])
            } else {
                Err(TransferRejection::RefundDiffers)
            };
        }
        self.can_start_refund(&items)?;
        Ok(vec![TransferEvent::RefundStarted { refund, items, at }])
    }

    pub(super) fn record_refund(&self, refund: RefundId, at: DateTime<Utc>) -> Decided<Self> {
        let before = self
            .refunds
            .get(&refund)
            .ok_or(TransferRejection::RefundNotStarted)?;
        if before.state == RefundState::Done {
            return Ok(vec![]);
        }
        self.can_conclude(before)?;
        Ok(vec![TransferEvent::ItemsRefunded {
            refund,
            items: before.items.clone(),
            at,
        }])
    }

    pub(super) fn record_refund_refused(&self, refund: RefundId, at: DateTime<Utc>) -> Decided<Self> {
        match self.refunds.get(&refund).map(|before| before.state) {
            None => Err(TransferRejection::RefundNotStarted),
            Some(RefundState::Refused) => Ok(vec![]),
            Some(RefundState::Done) => Err(TransferRejection::ItemRefunded),
            Some(RefundState::Started) => Ok(vec![TransferEvent::RefundRefused { refund, at }]),
        }
    }

    /// Nothing where it is under way already, or done.
    pub(super) fn retry_refund(&self, refund: RefundId, at: DateTime<Utc>) -> Decided<Self> {
        let before = self
            .refunds
            .get(&refund)
            .ok_or(TransferRejection::RefundNotStarted)?;
        if before.state != RefundState::Refused {
            return Ok(vec![]);
        }
        self.can_conclude(before)?;
        Ok(vec![TransferEvent::RefundRetried { refund, at }])
    }

    pub(super) fn refund_retried(&mut self, refund: &RefundId, at: DateTime<Utc>) -> Folded {
        match self.refunds.get(refund) {
            Some(before) if before.state == RefundState::Refused && self.can_conclude(before).is_ok() => {
                self.conclude(refund, RefundState::Started, at);
                Ok(())
            }
            _ => Err("only a refund that was refused is tried again, for items that were not refunded since"),
        }
    }

    pub(super) fn refund_started(
        &mut self,
        refund: &RefundId,
        items: &[ItemId],
        at: DateTime<Utc>,
    ) -> Folded {
        if self.refunds.contains_key(refund) || self.can_start_refund(items).is_err() {
            return Err("a refund starts once, for items that were not refunded");
        }
        self.refunds.insert(
            refund.clone(),
            Refund {
                items: items.to_vec(),
                state: RefundState::Started,
                at,
            },
        );
        Ok(())
    }

    pub(super) fn items_refunded(
        &mut self,
        refund: &RefundId,
        items: &[ItemId],
        at: DateTime<Utc>,
    ) -> Folded {
        match self.refunds.get(refund) {
            Some(before)
                if before.items == items
                    && before.state != RefundState::Done
                    && self.can_conclude(before).is_ok() =>
            {
                self.conclude(refund, RefundState::Done, at);
                Ok(())
            }
            _ => Err("a refund is done once, for the items for which it was started"),
        }
    }

    pub(super) fn refund_refused(&mut self, refund: &RefundId, at: DateTime<Utc>) -> Folded {
        match self.refunds.get(refund) {
            Some(Refund {
                state: RefundState::Started,
                ..
            }) => {
                self.conclude(refund, RefundState::Refused, at);
                Ok(())
            }
            _ => Err("only a refund under way is refused"),
        }
    }

    fn conclude(&mut self, refund: &RefundId, state: RefundState, at: DateTime<Utc>) {
        if let Some(refund) = self.refunds.get_mut(refund) {
            (refund.state, refund.at) = (state, at);
        }
    }

    fn can_start_refund(&self, items: &[ItemId]) -> Result<(), TransferRejection> {
        if self.cancelled_at.is_some() {
            return Err(TransferRejection::Cancelled);
        }
        items.iter().try_for_each(|item| self.can_refund(item))?;
        let distinct: BTreeSet<_> = items.iter().collect();
        if distinct.len() < items.len() {
            return Err(TransferRejection::ItemRepeated);
        }
        if items.is_empty() {
            Err(TransferRejection::NoItems)
        } else {
            Ok(())
        }
    }

    fn can_refund(&self, item: &ItemId) -> Result<(), TransferRejection> {
        if !self.items.iter().any(|it| it.item == *item) {
            return Err(TransferRejection::NoSuchItem);
        }
        if self.item_refunded_at(item).is_some() {
            return Err(TransferRejection::ItemRefunded);
        }
        let busy = self
            .refunds_under_way()
            .any(|(_, refund)| refund.items.contains(item));
        if busy {
            Err(TransferRejection::RefundUnderWay)
        } else {
            Ok(())
        }
    }

    /// Money that went back after all, although the refund had been refused, counts: unless its items were refunded,
    /// or are being so, another way.
    fn can_conclude(&self, refund: &Refund) -> Result<(), TransferRejection> {
        match refund.state {
            RefundState::Started => Ok(()),
            RefundState::Done | RefundState::Refused => self.can_start_refund(&refund.items),
        }
    }

    fn refunds_in(&self, state: RefundState) -> impl Iterator<Item = (&RefundId, &Refund)> {
        self.refunds
            .iter()
            .filter(move |(_, refund)| refund.state == state)
    }
}
