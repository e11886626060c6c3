//! Sending: passes set aside for whoever has the link.

use chrono::{DateTime, Utc};
use domain::{
    AppId, TransferId, UserId,
    transfer::{Transfer, TransferCommand, TransferItem, TransferRejection},
    wallet::{ItemId, Wallet, WalletCommand, WalletRejection},
};
use event_log::Answer;

use crate::{
    Claim, Context, Engine, Failure, RenderTransfer, Seen,
    failure::Refused,
    handle::{ATTEMPTS, Loaded},
};

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendPasses {
    /// Through which app.
    pub app: AppId,
    /// The account that sends.
    pub from: UserId,
    /// Unused passes and books out of its wallet.
    pub items: Vec<ItemId>,
    /// From when on they can no longer be taken, and are refunded instead; never, if absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Why nothing was sent, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendRefusal {
    /// The wallet does not let an item go.
    #[error(transparent)]
    Item(#[from] WalletRejection),
    /// No purchase paid for an item, so that it could not be refunded at its expiry.
    #[error("an item that nobody bought cannot be sent with an expiry")]
    NotRefundable,
    /// The transfer itself is refused.
    #[error(transparent)]
    Transfer(#[from] TransferRejection),
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum SendProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] SendRefusal),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Engine {
    /// Sets passes aside and makes the link that redeems them, once per claim: the transfer, the reservation in the
    /// wallet and the answer in one commit.
    pub async fn send_passes(
        &self,
        context: &Context,
        send: SendPasses,
        claim: Option<&Claim>,
        render: RenderTransfer<'_>,
    ) -> Result<Answer, SendProblem> {
        let id = TransferId::from_uuid(self.host().fresh_id());
        let context = context.correlated(id.as_str());
        for attempt in 0..ATTEMPTS {
            if let Some(claim) = claim {
                match self.seen(claim).await? {
                    Seen::Answered(answer) => return Ok(answer),
                    Seen::Mismatch => return Err(SendProblem::KeyReused),
                    Seen::Fresh | Seen::Underway { .. } => {}
                }
            }
            let transfer = self.fresh_transfer(&id, attempt).await?;
            if let Some(sent) = transfer.state() {
                // An append of ours whose outcome was not known had gone through.
                return Ok(render(&self.as_sent(sent.clone())));
            }
            let at = self.host().now();
            let wallet = self.wallet(&send.from).await?;
            let create = self.create_command(&id, &send, wallet.state(), at)?;
            let reserve = WalletCommand::Reserve {
                transfer: id.clone(),
                items: send.items.clone(),
                at,
            };
            let reserved = wallet
                .decide(reserve)
                .map_err(Failure::from)?
                .map_err(SendRefusal::Item)?;
            let created = transfer
                .decide(create)
                .map_err(Failure::from)?
                .map_err(SendRefusal::Transfer)?;
            let Some(state) = created.after() else {
                return Err(Failure::Corrupt(format!("{id} was created and is nothing")).into());
            };
            let answer = render(&self.as_sent(state.clone()));
            let records: Vec<_> = claim
                .map(|claim| claim.claimed(id.as_str(), Some(answer.clone())))
                .into_iter()
                .collect();
            let writes = vec![
                created.write().map_err(Failure::from)?,
                reserved.write().map_err(Failure::from)?,
            ];
            let stored = self.repository().commit(&context, at, writes, records).await;
            match stored.map_err(Refused::from) {
                Ok(_) => {
                    metrics::counter!("transfers_total", "step" => "sent").increment(1);
                    return Ok(answer);
                }
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }

    async fn fresh_transfer(&self, id: &TransferId, attempt: usize) -> Result<Loaded<Transfer>, Failure> {
        match attempt {
            0 => Ok(self.repository().unborn(id.as_str())?),
            _ => self.transfer_stream(id).await,
        }
    }

    fn create_command(
        &self,
        id: &TransferId,
        send: &SendPasses,
        wallet: Option<&Wallet>,
        at: DateTime<Utc>,
    ) -> Result<TransferCommand, SendProblem> {
        let held = |item| wallet.and_then(|wallet| TransferItem::of(wallet, item));
        let items: Option<Vec<TransferItem>> = send.items.iter().map(held).collect();
        let items = items.ok_or(SendRefusal::Item(WalletRejection::NoSuchPass))?;
        if send.expires_at.is_some() && items.iter().any(|item| item.purchase.is_none()) {
            return Err(SendRefusal::NotRefundable.into());
        }
        let code = self.code_of(id);
        let code_hash = code
            .hash()
            .ok_or_else(|| Failure::Corrupt("a digest is not a digest".to_owned()))?;
        Ok(TransferCommand::Create {
            transfer: id.clone(),
            app: send.app.clone(),
            from: send.from.clone(),
            items,
            code_hash,
            expires_at: send.expires_at,
            at,
        })
    }
}
