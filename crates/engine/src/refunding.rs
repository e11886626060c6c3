//! Giving back what items cost: which purchase owes how much for which of them, and the one commit that begins it.
//!
//! The items are void from the moment the refund is written down, so that no pass works whose money is on its way
//! back. What Stripe then does is the drive's business.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    Money, PurchaseId, RefundId, TransferId, UserId,
    purchase::{Purchase, PurchaseCommand, PurchaseRejection},
    transfer::{Transfer, TransferCommand, TransferItem, TransferRejection},
    wallet::{ItemId, Standing, Wallet, WalletCommand, WalletRejection, price_of},
};
use event_log::StreamWrite;
use sha2::{Digest, Sha256};

use crate::{
    Claim, Engine, Failure,
    handle::{Change, Loaded},
    redemption_code::hex,
};

/// Why nothing is given back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefundRefusal {
    /// The transfer does not allow it.
    #[error(transparent)]
    Transfer(#[from] TransferRejection),
    /// The wallet does not: the item is not there, gone, used, or part of a book.
    #[error(transparent)]
    Item(#[from] WalletRejection),
    /// The operator does not let apps give it back, or not any more.
    #[error("the operator does not allow this refund")]
    NotAllowed,
    /// No purchase paid for the item.
    #[error("nobody bought the item")]
    NotBought,
    /// What is left of the charge does not allow it.
    #[error(transparent)]
    Money(#[from] PurchaseRejection),
}

/// What the ids of refunds are derived from, so that whoever repeats a request, or finishes it, names the same ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seed(String);

impl Seed {
    /// Of a request with a key. Keys are chosen by clients, so only a digest goes further.
    pub(crate) fn of_claim(claim: &Claim) -> Self {
        Self(format!("claim\n{}\n{}", claim.scope, claim.key))
    }

    /// Of a request without a key: never to be repeated.
    pub(crate) fn fresh(engine: &Engine) -> Self {
        Self(format!("request\n{}", engine.host().fresh_id()))
    }

    /// Of what nobody asks for.
    pub(crate) fn of_expiry(transfer: &TransferId) -> Self {
        Self(format!("expiry\n{transfer}"))
    }

    /// The one refund that a request makes of a purchase.
    pub(crate) fn refund(&self, purchase: &PurchaseId) -> Result<RefundId, Failure> {
        let digest = hex(&Sha256::digest(format!("{}\n{purchase}", self.0)));
        let id: String = digest.chars().take(32).collect();
        RefundId::parse(format!("rfd_{id}")).map_err(|error| Failure::Corrupt(error.to_string()))
    }
}

/// Refunds that are decided and not stored: what is voided, by whom it is owed, and in which transfers it stood.
pub(crate) struct Refunding {
    at: DateTime<Utc>,
    reason: String,
    wallet: Change<Wallet>,
    purchases: Vec<Change<Purchase>>,
    transfers: BTreeMap<TransferId, Change<Transfer>>,
}

/// Items of one purchase, and the refund that gives back what they cost.
pub(crate) struct Share {
    pub(crate) purchase: PurchaseId,
    pub(crate) refund: RefundId,
    pub(crate) items: Vec<ItemId>,
}

impl Refunding {
    /// Nothing yet, out of one wallet.
    pub(crate) async fn out_of(
        engine: &Engine,
        holder: &UserId,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let wallet = engine.wallet(holder).await?;
        Ok(Self {
            at,
            reason: reason.to_owned(),
            wallet: wallet.unchanged(),
            purchases: Vec::new(),
            transfers: BTreeMap::new(),
        })
    }

    /// When it is decided.
    pub(crate) const fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The wallet as it will be.
    pub(crate) const fn wallet(&self) -> Option<&Wallet> {
        self.wallet.after()
    }

    /// Lets a transfer take part even where none of its items is waiting in it any more.
    pub(crate) fn join(&mut self, id: TransferId, change: Change<Transfer>) {
        self.transfers.insert(id, change);
    }

    /// Divides items by the purchases that paid for them.
    pub(crate) fn shares(&self, seed: &Seed, items: &[ItemId]) -> Result<Vec<Share>, SharesProblem> {
        let mut shares: BTreeMap<PurchaseId, Vec<ItemId>> = BTreeMap::new();
        for item in items {
            let held = self.wallet().and_then(|wallet| TransferItem::of(wallet, item));
            let held = held.ok_or(RefundRefusal::Item(WalletRejection::NoSuchPass))?;
            let share = shares.entry(held.purchase.ok_or(RefundRefusal::NotBought)?);
            let share = share.or_default();
            if !share.contains(item) {
                share.push(item.clone());
            }
        }
        let named = shares.into_iter().map(|(purchase, items)| {
            Ok(Share {
                refund: seed.refund(&purchase)?,
                purchase,
                items,
            })
        });
        named.collect()
    }

    /// Adds the refund of one purchase; a refusal adds nothing.
    pub(crate) async fn add(
        &mut self,
        engine: &Engine,
        share: &Share,
    ) -> Result<Result<(), RefundRefusal>, Failure> {
        let void = WalletCommand::Refund {
            refund: share.refund.clone(),
            items: share.items.clone(),
            at: self.at,
        };
        let wallet = match self.wallet.clone().and(void)? {
            Ok(change) => change,
            Err(rejection) => return Ok(Err(rejection.into())),
        };
        let loaded: Loaded<Purchase> = engine.repository().load(share.purchase.as_str()).await?;
        let Some(amount) = loaded
            .state()
            .and_then(|purchase| prices_of(purchase, &share.items))
        else {
            let purchase = &share.purchase;
            return Err(Failure::Corrupt(format!(
                "{purchase} did not give what it paid for"
            )));
        };
        let owes = amount.is_positive();
        let start = PurchaseCommand::StartRefund {
            refund: share.refund.clone(),
            amount,
            keep_fee: self.keeps_fee(engine, &share.items),
            items: share.items.clone(),
            rules_overridden: false,
            reason: self.reason.clone(),
            at: self.at,
        };
        let mut purchase = None;
        if owes {
            purchase = match loaded.decide(start)? {
                Ok(change) => Some(change),
                Err(rejection) => return Ok(Err(rejection.into())),
            };
        }
        let transfers = match self.start_in_transfers(engine, share, owes).await? {
            Ok(transfers) => transfers,
            Err(rejection) => return Ok(Err(rejection.into())),
        };
        self.wallet = wallet;
        self.purchases.extend(purchase);
        self.transfers.extend(transfers);
        Ok(Ok(()))
    }

    /// Whether the rules under which the items were sold leave the engine its fee on all of them.
    fn keeps_fee(&self, engine: &Engine, items: &[ItemId]) -> bool {
        let mut sold = items
            .iter()
            .filter_map(|item| self.wallet().and_then(|wallet| TransferItem::of(wallet, item)));
        sold.all(|held| !engine.rules_of(&held.terms).returns_engine_fee)
    }

    /// Every transfer in which an item stands learns that it is being refunded; at once that it was, where nothing is
    /// owed for it.
    async fn start_in_transfers(
        &self,
        engine: &Engine,
        share: &Share,
        owes: bool,
    ) -> Result<Result<Vec<(TransferId, Change<Transfer>)>, TransferRejection>, Failure> {
        let mut concerned: BTreeMap<TransferId, Vec<ItemId>> = BTreeMap::new();
        for item in &share.items {
            let standing = self.wallet().and_then(|wallet| wallet.standing(item));
            let waits_in = match standing {
                Some(Standing::Reserved { transfer }) => Some(transfer),
                _ => None,
            };
            let went_through = self.transfers.iter().filter_map(|(id, change)| {
                let holds = change
                    .after()
                    .is_some_and(|it| it.items().iter().any(|of| of.item == *item));
                holds.then_some(id)
            });
            let ids: std::collections::BTreeSet<_> = waits_in.into_iter().chain(went_through).collect();
            for id in ids {
                concerned.entry(id.clone()).or_default().push(item.clone());
            }
        }
        let mut changes = Vec::new();
        for (id, items) in concerned {
            let change = match self.transfers.get(&id) {
                Some(change) => change.clone(),
                None => engine.transfer_stream(&id).await?.unchanged(),
            };
            let (refund, at) = (share.refund.clone(), self.at);
            let start = TransferCommand::StartRefund { refund, items, at };
            let mut change = match change.and(start)? {
                Ok(change) => change,
                Err(rejection) => return Ok(Err(rejection)),
            };
            if !owes {
                let refund = share.refund.clone();
                change = match change.and(TransferCommand::RecordRefund { refund, at })? {
                    Ok(change) => change,
                    Err(rejection) => return Ok(Err(rejection)),
                };
            }
            changes.push((id, change));
        }
        Ok(Ok(changes))
    }

    /// Asks a person to look at a purchase that would have to give back and cannot.
    pub(crate) async fn ask_for_review(&mut self, engine: &Engine, share: &Share) -> Result<(), Failure> {
        tracing::error!(purchase = %share.purchase, "a person must look at this purchase");
        let loaded: Loaded<Purchase> = engine.repository().load(share.purchase.as_str()).await?;
        let reason = "what nobody redeemed in time cannot be given back".to_owned();
        let asked = loaded.decide(PurchaseCommand::RequestReview { reason, at: self.at })?;
        self.purchases.extend(asked.ok());
        Ok(())
    }

    /// Whether there is nothing to store.
    pub(crate) fn is_empty(&self) -> bool {
        self.wallet.is_empty()
            && self.purchases.iter().all(Change::is_empty)
            && self.transfers.values().all(Change::is_empty)
    }

    /// All of it, for one commit.
    pub(crate) fn writes(&self) -> Result<Vec<StreamWrite>, Failure> {
        let mut writes = vec![self.wallet.write()?];
        for purchase in &self.purchases {
            writes.push(purchase.write()?);
        }
        for transfer in self.transfers.values() {
            writes.push(transfer.write()?);
        }
        Ok(writes)
    }

    /// The transfers that take part.
    pub(crate) fn transfers(&self) -> Vec<TransferId> {
        self.transfers.keys().cloned().collect()
    }
}

/// Why items could not be divided.
pub(crate) enum SharesProblem {
    Refused(RefundRefusal),
    Failure(Failure),
}

impl From<RefundRefusal> for SharesProblem {
    fn from(refusal: RefundRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Failure> for SharesProblem {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// What was paid for items of a purchase.
fn prices_of(purchase: &Purchase, items: &[ItemId]) -> Option<Money> {
    let order = purchase.order();
    let prices = items
        .iter()
        .map(|item| price_of(&order.purchase, &order.items, item));
    let prices: Option<Vec<Money>> = prices.collect();
    Money::sum(order.total.currency, prices?).ok()
}
