//! Refunds that Stripe refused and made after all: when an earlier attempt went through late, or when a person gave the
//! money back at Stripe under the refund's name.

use std::collections::BTreeSet;

use domain::{
    PurchaseId, RefundId, TransferId,
    purchase::{Purchase, RefundState},
    wallet::{ItemId, Standing, issued_items},
};

use crate::{
    Context, Engine, Failure,
    drive::Drive,
    handle::Loaded,
    pay_back::{Paid, paid},
};

impl Engine {
    /// Looks at Stripe once more for a refund that was refused. If it was made, the purchase and every transfer that
    /// the items went through learn of it; asking again finishes what was cut off. Whether the money went back; nothing
    /// if there is no such refund.
    pub async fn look_again_at_refund(
        &self,
        context: &Context,
        purchase: &PurchaseId,
        refund: &RefundId,
    ) -> Result<Option<bool>, Failure> {
        let loaded: Loaded<Purchase> = self.repository().load(purchase.as_str()).await?;
        let known = loaded.state().and_then(|it| it.refunds().get(refund));
        let Some(known) = known.map(|known| known.state.clone()) else {
            return Ok(None);
        };
        let context = context.correlated(purchase.as_str());
        if matches!(known, RefundState::Refused { .. }) {
            let patience = self.settings().request_patience;
            let drive = Drive::new(self, context.clone(), purchase.clone(), loaded, None, patience);
            Box::pin(drive.look_again(refund)).await?;
        }
        let loaded: Loaded<Purchase> = self.repository().load(purchase.as_str()).await?;
        let is_back = paid(&loaded, refund) == Paid::Back;
        if is_back && let Some(purchase) = loaded.state() {
            for transfer in self.transfers_through(purchase).await? {
                self.tell_transfer(&context, &transfer, refund, Paid::Back)
                    .await?;
            }
        }
        Ok(Some(is_back))
    }

    /// Every transfer that an item of a purchase went into, from wallet to wallet.
    pub(crate) async fn transfers_through(
        &self,
        purchase: &Purchase,
    ) -> Result<BTreeSet<TransferId>, Failure> {
        let order = purchase.order();
        let items = issued_items(&order.purchase, &order.items);
        let items: Vec<ItemId> = items.into_iter().map(|issued| issued.item).collect();
        let (mut transfers, mut holders) = (BTreeSet::new(), vec![order.user.clone()]);
        let mut seen = BTreeSet::new();
        while let Some(holder) = holders.pop() {
            if !seen.insert(holder.clone()) {
                continue;
            }
            let loaded = self.wallet(&holder).await?;
            let Some(wallet) = loaded.state() else { continue };
            for item in &items {
                transfers.extend(wallet.transfers_with(item).cloned());
                if let Some(Standing::Moved { transfer, .. }) = wallet.standing(item) {
                    let moved = self.transfer_stream(transfer).await?;
                    let redemption = moved.state().and_then(|it| it.redemption());
                    holders.extend(redemption.map(|it| it.by.clone()));
                }
            }
        }
        Ok(transfers)
    }
}
