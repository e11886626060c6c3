//! Expiry: what nobody redeemed in time is refunded to who paid for it (ticketing API, "PassTransfer Object",
//! `redemption.expiration_timestamp`).

use domain::{
    TransferId,
    transfer::{Transfer, TransferCommand},
    wallet::{ItemId, Standing},
};

use crate::{
    Context, Engine, Failure,
    failure::Refused,
    handle::{ATTEMPTS, Loaded},
    refunding::{Refunding, Seed, SharesProblem},
};

const REASON: &str = "nobody redeemed it in time";

impl Engine {
    /// Takes up a transfer: refunds it if its time is over, and has paid back whatever it has under way. Whether
    /// nothing is left to do.
    pub(crate) async fn resolve_transfer(&self, id: &str) -> Result<bool, Failure> {
        let id = TransferId::parse(id).map_err(|error| Failure::Corrupt(error.to_string()))?;
        let app = self
            .transfer_stream(&id)
            .await?
            .state()
            .map(|it| it.app().clone());
        let context = Context::of_resolver(app, id.as_str());
        let expired = self.expire(&context, &id).await?;
        Ok(self.finish_refunds_of(&context, &id).await? && expired)
    }

    /// Voids and begins to refund what is left of a transfer whose time is over, in one commit: of this and a
    /// redemption, whichever is stored first wins. Whether nothing is left that should be refunded and is not.
    async fn expire(&self, context: &Context, id: &TransferId) -> Result<bool, Failure> {
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded: Loaded<Transfer> = self.transfer_stream(id).await?;
            let Some(transfer) = loaded.state().filter(|it| it.is_expired(at)) else {
                return Ok(true);
            };
            let mut refunding = Refunding::out_of(self, transfer.sender(), REASON, at).await?;
            let items: Vec<ItemId> = transfer
                .items_left()
                .map(|it| it.item.clone())
                .filter(|item| is_worth_something(&refunding, item))
                .collect();
            let expiry = if transfer.is_expiry_due(at) {
                loaded
                    .decide(TransferCommand::Expire { at })?
                    .map_err(|rejection| Failure::Corrupt(format!("{id}: {rejection}")))?
            } else {
                loaded.unchanged()
            };
            refunding.join(id.clone(), expiry);
            let all = self.refund_or_review(&mut refunding, id, &items).await?;
            if refunding.is_empty() {
                return Ok(all);
            }
            let stored = self
                .repository()
                .commit(context, at, refunding.writes()?, vec![])
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => {
                    metrics::counter!("transfers_total", "step" => "expired").increment(1);
                    return Ok(all);
                }
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended)
    }

    /// One purchase that cannot give back must not keep the others from it: a person looks at that one.
    async fn refund_or_review(
        &self,
        refunding: &mut Refunding,
        id: &TransferId,
        items: &[ItemId],
    ) -> Result<bool, Failure> {
        let shares = match refunding.shares(&Seed::of_expiry(id), items) {
            Ok(shares) => shares,
            Err(SharesProblem::Refused(refusal)) => {
                return Err(Failure::Corrupt(format!("{id}: {refusal}")));
            }
            Err(SharesProblem::Failure(failure)) => return Err(failure),
        };
        let mut all = true;
        for share in shares {
            if let Err(refusal) = refunding.add(self, &share).await? {
                all = false;
                tracing::error!(transfer = %id, purchase = %share.purchase, %refusal, "cannot be refunded");
                refunding.ask_for_review(self, &share).await?;
            }
        }
        Ok(all)
    }
}

/// What is void already was given back another way, or a person is looking at it.
fn is_worth_something(refunding: &Refunding, item: &ItemId) -> bool {
    let standing = refunding.wallet().and_then(|wallet| wallet.standing(item));
    matches!(
        standing,
        // What is suspended goes back once it is decided whose the money is, or never.
        Some(Standing::Reserved { .. } | Standing::Invalidated { .. } | Standing::Suspended { .. })
    )
}
