//! Where something that was sold is now: in whose wallet, under which id, and by which transfers it came there.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    OperatorId, PurchaseId, TransferId, UserId,
    catalog::PassTerms,
    operator::RefundRules,
    purchase::Purchase,
    wallet::{ItemId, Standing, Wallet},
};

use crate::{
    Engine, Failure,
    handle::{Change, Loaded},
};

/// More hands than a pass goes through.
const MOST_HOPS: usize = 128;

/// Wallets as they are read, and as they are to become.
pub(crate) type Wallets = BTreeMap<UserId, Change<Wallet>>;

/// Where an item is.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    /// Whose wallet.
    pub(crate) holder: UserId,
    /// As it is known there now: what was given in its place, if anything was.
    pub(crate) item: ItemId,
    /// The transfers it went through, and the one in which it waits.
    pub(crate) transfers: BTreeSet<TransferId>,
    /// Everybody who had it, the present holder last.
    pub(crate) holders: Vec<UserId>,
}

impl Engine {
    /// The purchase from which an item comes, if this operator sold it.
    pub(crate) async fn sold_by(
        &self,
        operator: &OperatorId,
        purchase: &PurchaseId,
    ) -> Result<Option<Loaded<Purchase>>, Failure> {
        let loaded: Loaded<Purchase> = self.repository().load(purchase.as_str()).await?;
        let is_theirs = loaded
            .state()
            .is_some_and(|purchase| purchase.order().operator == *operator);
        Ok(is_theirs.then_some(loaded))
    }

    /// The rules by which something is given back: the fare's own, or the operator's as they are now.
    pub(crate) fn rules_of(&self, terms: &PassTerms) -> RefundRules {
        let operator = || self.directory().operator(&terms.operator);
        terms
            .fare
            .refund_rules
            .or_else(|| operator().map(|it| it.refund_rules()))
            .unwrap_or_default()
    }

    /// Follows an item, as it was sold, from whoever bought it to whoever has it. Nothing if it was never there.
    pub(crate) async fn locate(
        &self,
        wallets: &mut Wallets,
        buyer: &UserId,
        sold: &ItemId,
    ) -> Result<Option<Located>, Failure> {
        let mut at = Located {
            holder: buyer.clone(),
            item: sold.clone(),
            transfers: BTreeSet::new(),
            holders: vec![buyer.clone()],
        };
        for _ in 0..MOST_HOPS {
            let is_read = wallets.contains_key(&at.holder);
            if !is_read {
                let loaded = self.wallet(&at.holder).await?;
                wallets.insert(at.holder.clone(), loaded.unchanged());
            }
            let wallet = wallets.get(&at.holder).and_then(Change::after);
            let Some(standing) = wallet.and_then(|wallet| wallet.standing(&at.item)) else {
                return Ok(None);
            };
            if let Some(replacement) = wallet.and_then(|wallet| wallet.replacement_of(&at.item)) {
                at.item = replacement;
                continue;
            }
            let transfer = match standing {
                Standing::Moved { transfer, .. } => transfer.clone(),
                Standing::Reserved { transfer } => {
                    at.transfers.insert(transfer.clone());
                    return Ok(Some(at));
                }
                Standing::Good
                | Standing::Refunded { .. }
                | Standing::Invalidated { .. }
                | Standing::Suspended { .. }
                | Standing::Capped { .. } => return Ok(Some(at)),
            };
            let moved = self.transfer_stream(&transfer).await?;
            let redemption = moved.state().and_then(|it| it.redemption());
            let Some(redemption) = redemption else {
                return Err(Failure::Corrupt(format!("{transfer} moved what nobody took")));
            };
            at.transfers.insert(transfer);
            at.holder = redemption.by.clone();
            at.holders.push(at.holder.clone());
        }
        Err(Failure::Corrupt(format!(
            "{} goes round in circles",
            sold.as_str()
        )))
    }
}
