//! The transfer: what it holds and what became of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{TransferCommand, TransferRejection},
    event::TransferEvent,
    item::{CodeHash, TransferItem},
    redemption::Redemption,
    refunding::Refund,
    status::TransferStatus,
};
use crate::{Aggregate, AppId, Decided, ImpossibleHistory, RefundId, TransferId, UserId, wallet::ItemId};

/// A transfer from its creation on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    pub(super) id: TransferId,
    pub(super) app: AppId,
    pub(super) from: UserId,
    pub(super) items: Vec<TransferItem>,
    pub(super) code_hash: CodeHash,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) redemption: Option<Redemption>,
    pub(super) cancelled_at: Option<DateTime<Utc>>,
    pub(super) expired_at: Option<DateTime<Utc>>,
    pub(super) refunds: BTreeMap<RefundId, Refund>,
}

/// Whether a fold keeps to the rules, or which of them it breaks.
pub(super) type Folded = Result<(), &'static str>;

impl Transfer {
    /// Which it is.
    #[must_use]
    pub const fn id(&self) -> &TransferId {
        &self.id
    }

    /// The app of the account that sends.
    #[must_use]
    pub const fn app(&self) -> &AppId {
        &self.app
    }

    /// The account that sends.
    #[must_use]
    pub const fn sender(&self) -> &UserId {
        &self.from
    }

    /// Everything that was put in, whatever became of it.
    #[must_use]
    pub fn items(&self) -> &[TransferItem] {
        &self.items
    }

    /// Of the code that redeems it.
    #[must_use]
    pub const fn code_hash(&self) -> &CodeHash {
        &self.code_hash
    }

    /// From when on it can no longer be redeemed, if ever.
    #[must_use]
    pub const fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    /// When it came into being.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// Who took it, and when.
    #[must_use]
    pub const fn redemption(&self) -> Option<&Redemption> {
        self.redemption.as_ref()
    }

    /// When it was taken back, if it was.
    #[must_use]
    pub const fn cancelled_at(&self) -> Option<DateTime<Utc>> {
        self.cancelled_at
    }

    /// What is told of it.
    #[must_use]
    pub fn status(&self) -> TransferStatus {
        let refunded = self
            .items
            .iter()
            .filter(|it| self.item_refunded_at(&it.item).is_some())
            .count();
        match (refunded, &self.redemption) {
            _ if self.cancelled_at.is_some() => TransferStatus::Cancelled,
            (0, None) => TransferStatus::AwaitingTransfer,
            (0, Some(_)) => TransferStatus::Transferred,
            (some, _) if some < self.items.len() => TransferStatus::PartiallyRefunded,
            _ => TransferStatus::Refunded,
        }
    }

    /// Whether its time is over, as far as time matters: what was redeemed or taken back does not expire.
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.redemption.is_none()
            && self.cancelled_at.is_none()
            && self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether its expiry is still to be recorded.
    #[must_use]
    pub fn is_expiry_due(&self, now: DateTime<Utc>) -> bool {
        self.is_expired(now) && self.expired_at.is_none() && !self.is_all_refunded()
    }

    fn create_again(&self, command: &TransferCommand) -> Decided<Self> {
        let same = match command {
            TransferCommand::Create {
                transfer,
                app,
                from,
                items,
                code_hash,
                expires_at,
                at: _,
            } => {
                (&self.id, &self.app, &self.from, &self.items) == (transfer, app, from, items)
                    && (&self.code_hash, &self.expires_at) == (code_hash, expires_at)
            }
            _ => false,
        };
        if same {
            Ok(vec![])
        } else {
            Err(TransferRejection::TransferDiffers)
        }
    }

    fn cancel(&self, at: DateTime<Utc>) -> Decided<Self> {
        if self.cancelled_at.is_some() {
            return Ok(vec![]);
        }
        self.can_cancel(at)?;
        Ok(vec![TransferEvent::Cancelled { at }])
    }

    fn expire(&self, at: DateTime<Utc>) -> Decided<Self> {
        if self.expired_at.is_some() {
            return Ok(vec![]);
        }
        self.can_expire(at)?;
        Ok(vec![TransferEvent::Expired { at }])
    }

    /// A refund whose outcome is open must be known first: cancelling gives back what it may be paying for.
    fn can_cancel(&self, at: DateTime<Utc>) -> Result<(), TransferRejection> {
        self.is_unredeemed()?;
        if self.expired_at.is_some() || self.is_expired(at) {
            return Err(TransferRejection::Expired);
        }
        if self.is_all_refunded() {
            return Err(TransferRejection::Refunded);
        }
        if self.refunds_under_way().next().is_some() {
            Err(TransferRejection::RefundUnderWay)
        } else {
            Ok(())
        }
    }

    fn can_expire(&self, at: DateTime<Utc>) -> Result<(), TransferRejection> {
        self.is_unredeemed()?;
        if self.is_all_refunded() {
            return Err(TransferRejection::Refunded);
        }
        if self.is_expired(at) {
            Ok(())
        } else {
            Err(TransferRejection::NotExpired)
        }
    }

    fn is_unredeemed(&self) -> Result<(), TransferRejection> {
        match (&self.redemption, self.cancelled_at) {
            (Some(_), _) => Err(TransferRejection::Redeemed),
            (None, Some(_)) => Err(TransferRejection::Cancelled),
            (None, None) => Ok(()),
        }
    }

    fn cancelled(&mut self, at: DateTime<Utc>) -> Folded {
        if self.cancelled_at.is_some() || self.can_cancel(at).is_err() {
            return Err("only what nobody took, and once, is cancelled");
        }
        self.cancelled_at = Some(at);
        Ok(())
    }

    fn expired(&mut self, at: DateTime<Utc>) -> Folded {
        if self.expired_at.is_some() || self.can_expire(at).is_err() {
            return Err("only what nobody took in time, and once, expires");
        }
        self.expired_at = Some(at);
        Ok(())
    }

    fn fold(&mut self, event: &TransferEvent) -> Folded {
        match event {
            TransferEvent::Created { .. } => Err("a transfer is created once"),
            TransferEvent::Redeemed { by, at } => self.redeemed(by, *at),
            TransferEvent::Cancelled { at } => self.cancelled(*at),
            TransferEvent::Expired { at } => self.expired(*at),
            TransferEvent::RefundStarted { refund, items, at } => self.refund_started(refund, items, *at),
            TransferEvent::ItemsRefunded { refund, items, at } => self.items_refunded(refund, items, *at),
            TransferEvent::RefundRefused { refund, at } => self.refund_refused(refund, *at),
            TransferEvent::RefundRetried { refund, at } => self.refund_retried(refund, *at),
        }
    }
}

impl Aggregate for Transfer {
    const CATEGORY: &'static str = "transfer";
    type Command = TransferCommand;
    type Event = TransferEvent;
    type Rejection = TransferRejection;

    fn decide(transfer: Option<&Self>, command: TransferCommand) -> Decided<Self> {
        let Some(it) = transfer else {
            return create(command);
        };
        match command {
            TransferCommand::Create { .. } => it.create_again(&command),
            TransferCommand::Redeem {
                code_hash,
                by,
                eligibility,
                at,
            } => it.redeem(&code_hash, by, eligibility, at),
            TransferCommand::Cancel { at } => it.cancel(at),
            TransferCommand::Expire { at } => it.expire(at),
            TransferCommand::StartRefund { refund, items, at } => it.start_refund(refund, items, at),
            TransferCommand::RecordRefund { refund, at } => it.record_refund(refund, at),
            TransferCommand::RetryRefund { refund, at } => it.retry_refund(refund, at),
            TransferCommand::RecordRefundRefused { refund, at } => it.record_refund_refused(refund, at),
        }
    }

    fn apply(transfer: Option<Self>, event: &TransferEvent) -> Result<Self, ImpossibleHistory> {
        match (transfer, event) {
            (
                None,
                TransferEvent::Created {
                    transfer,
                    app,
                    from,
                    items,
                    code_hash,
                    expires_at,
                    at,
                },
            ) => {
                can_create(items, *expires_at, *at).map_err(|_| {
                    Self::impossible("a transfer has items, each once, and time to be redeemed")
                })?;
                Ok(Self {
                    id: transfer.clone(),
                    app: app.clone(),
                    from: from.clone(),
                    items: items.clone(),
                    code_hash: code_hash.clone(),
                    expires_at: *expires_at,
                    created_at: *at,
                    redemption: None,
                    cancelled_at: None,
                    expired_at: None,
                    refunds: BTreeMap::new(),
                })
            }
            (None, _) => Err(Self::impossible("a transfer begins with its creation")),
            (Some(mut it), event) => {
                it.fold(event).map_err(Self::impossible)?;
                Ok(it)
            }
        }
    }
}

fn create(command: TransferCommand) -> Decided<Transfer> {
    let TransferCommand::Create {
        transfer,
        app,
        from,
        items,
        code_hash,
        expires_at,
        at,
    } = command
    else {
        return Err(TransferRejection::NotKnown);
    };
    can_create(&items, expires_at, at)?;
    Ok(vec![TransferEvent::Created {
        transfer,
        app,
        from,
        items,
        code_hash,
        expires_at,
        at,
    }])
}

fn can_create(
    items: &[TransferItem],
    expires_at: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
) -> Result<(), TransferRejection> {
    let distinct: BTreeSet<&ItemId> = items.iter().map(|it| &it.item).collect();
    if distinct.len() < items.len() {
        return Err(TransferRejection::ItemRepeated);
    }
    if items.is_empty() {
        return Err(TransferRejection::NoItems);
    }
    match expires_at {
        Some(end) if end <= at => Err(TransferRejection::ExpiryNotInFuture),
        _ => Ok(()),
    }
}
