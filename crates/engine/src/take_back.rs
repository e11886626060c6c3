//! Taking back what was sent and nobody has taken.

use domain::{
    AppId, TransferId, UserId,
    transfer::{TransferCommand, TransferRejection},
    wallet::WalletCommand,
};
use event_log::Answer;

use crate::{Claim, Context, Engine, Failure, RenderTransfer, Seen, failure::Refused, handle::ATTEMPTS};

/// A transfer of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTransfer {
    /// Through which app it was sent.
    pub app: AppId,
    /// The account that sent it.
    pub from: UserId,
    /// Which.
    pub transfer: TransferId,
}

/// Why a transfer was not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] TransferRejection),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Engine {
    /// Makes the link worthless and the passes their sender's again, in one commit. Cancelling again changes nothing.
    pub async fn cancel_transfer(
        &self,
        context: &Context,
        own: &OwnTransfer,
        claim: Option<&Claim>,
        render: RenderTransfer<'_>,
    ) -> Result<Answer, CancelProblem> {
        let id = &own.transfer;
        let context = context.correlated(id.as_str());
        for _ in 0..ATTEMPTS {
            if let Some(claim) = claim {
                match self.seen(claim).await? {
                    Seen::Answered(answer) => return Ok(answer),
                    Seen::Mismatch => return Err(CancelProblem::KeyReused),
                    Seen::Fresh | Seen::Underway { .. } => {}
                }
            }
            let at = self.host().now();
            let loaded = self.transfer_stream(id).await?;
            if !loaded.state().is_some_and(|it| own.is(it)) {
                return Err(TransferRejection::NotKnown.into());
            }
            let cancelled = loaded
                .decide(TransferCommand::Cancel { at })
                .map_err(Failure::from)??;
            let release = WalletCommand::Release {
                transfer: id.clone(),
                at,
            };
            let released = self.wallet(&own.from).await?.decide(release);
            let released = released
                .map_err(Failure::from)?
                .map_err(|rejection| Failure::Corrupt(format!("{id}: {rejection}")))?;
            let Some(state) = cancelled.after() else {
                return Err(TransferRejection::NotKnown.into());
            };
            let answer = render(&self.as_sent(state.clone()));
            let records: Vec<_> = claim
                .map(|claim| claim.claimed(id.as_str(), Some(answer.clone())))
                .into_iter()
                .collect();
            if cancelled.is_empty() && records.is_empty() {
                return Ok(answer);
            }
            let writes = vec![
                cancelled.write().map_err(Failure::from)?,
                released.write().map_err(Failure::from)?,
            ];
            let stored = self.repository().commit(&context, at, writes, records).await;
            match stored.map_err(Refused::from) {
                Ok(_) => return Ok(answer),
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }
}

impl OwnTransfer {
    pub(crate) fn is(&self, transfer: &domain::transfer::Transfer) -> bool {
        (transfer.app(), transfer.sender()) == (&self.app, &self.from)
    }
}
