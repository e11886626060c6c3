//! Passes as an operator's support sees them, and what it does about broken ones.

use chrono::{DateTime, Utc};
use domain::{
    OperatorId, UserId,
    purchase::Purchase,
    wallet::{ItemId, Wallet, WalletCommand, WalletRejection},
};
use event_log::Answer;

use crate::{
    Claim, Context, Engine, Failure,
    handle::{ATTEMPTS, Change},
    located::Wallets,
    once::KeyProblem,
};

/// A pass or book, with what it is part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedPass {
    /// Which.
    pub item: ItemId,
    /// The purchase it comes from.
    pub purchase: Purchase,
    /// Who has it, or had it last.
    pub holder: UserId,
    /// Their wallet.
    pub wallet: Wallet,
}

/// Renders a pass as it is then.
pub type RenderPass<'a> = &'a (dyn Fn(&ServedPass, DateTime<Utc>) -> Answer + Send + Sync);

/// Why nothing was done about a pass.
#[derive(Debug, thiserror::Error)]
pub enum PassProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// There is no such pass, or it is another operator's.
    #[error("the operator sold no such pass")]
    NotKnown,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] WalletRejection),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<KeyProblem> for PassProblem {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Reused => Self::KeyReused,
            KeyProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// A pass, and its wallet as it can be changed.
struct Found {
    purchase: Purchase,
    holder: UserId,
    wallet: Change<Wallet>,
}

impl Engine {
    /// A pass, a book or a ride that an operator sold, wherever it is by now.
    pub async fn pass_sold_by(
        &self,
        operator: &OperatorId,
        item: &ItemId,
    ) -> Result<Option<ServedPass>, Failure> {
        let found = self.find_pass(operator, item).await?;
        Ok(found.and_then(|found| {
            let wallet = found.wallet.after()?.clone();
            Some(ServedPass {
                item: item.clone(),
                purchase: found.purchase,
                holder: found.holder,
                wallet,
            })
        }))
    }

    /// Declares a pass, a book or a ride invalid, once per claim. Again changes nothing.
    pub async fn invalidate_pass(
        &self,
        context: &Context,
        (operator, item): (&OperatorId, &ItemId),
        reason: &str,
        claim: Option<&Claim>,
        render: RenderPass<'_>,
    ) -> Result<Answer, PassProblem> {
        let command = |at| WalletCommand::Invalidate {
            items: vec![item.clone()],
            reason: reason.to_owned(),
            at,
        };
        self.serve(context, (operator, item), &command, claim, render)
            .await
    }

    /// Gives a new pass or book for a broken or invalid one, once per claim, into the same wallet. What was replaced
    /// before is not replaced again.
    pub async fn reissue_pass(
        &self,
        context: &Context,
        (operator, item): (&OperatorId, &ItemId),
        (anew, reason): (bool, &str),
        claim: Option<&Claim>,
        render: RenderPass<'_>,
    ) -> Result<Answer, PassProblem> {
        let command = |at| WalletCommand::Reissue {
            replaces: item.clone(),
            anew,
            reason: reason.to_owned(),
            at,
        };
        self.serve(context, (operator, item), &command, claim, render)
            .await
    }

    async fn serve(
        &self,
        context: &Context,
        (operator, item): (&OperatorId, &ItemId),
        command: &(dyn Fn(DateTime<Utc>) -> WalletCommand + Send + Sync),
        claim: Option<&Claim>,
        render: RenderPass<'_>,
    ) -> Result<Answer, PassProblem> {
        let context = context.correlated(item.as_str());
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered(claim).await? {
                return Ok(answer);
            }
            let at = self.host().now();
            let found = self
                .find_pass(operator, item)
                .await?
                .ok_or(PassProblem::NotKnown)?;
            let changed = found.wallet.and(command(at)).map_err(Failure::from)??;
            let wallet = changed.after().cloned().ok_or(PassProblem::NotKnown)?;
            let served = ServedPass {
                item: item.clone(),
                purchase: found.purchase,
                holder: found.holder,
                wallet,
            };
            let answer = render(&served, at);
            let writes = vec![changed.write().map_err(Failure::from)?];
            if self
                .store(&context, at, writes, claim, item.as_str(), &answer)
                .await?
            {
                return Ok(answer);
            }
        }
        Err(Failure::Contended.into())
    }

    /// The wallet in which a pass is, or was last.
    async fn find_pass(&self, operator: &OperatorId, item: &ItemId) -> Result<Option<Found>, Failure> {
        let Some(purchase) = item.purchase() else {
            return Ok(None);
        };
        let Some(loaded) = self.sold_by(operator, &purchase).await? else {
            return Ok(None);
        };
        let Some(purchase) = loaded.state().cloned() else {
            return Ok(None);
        };
        let mut wallets = Wallets::new();
        let buyer = purchase.order().user.clone();
        let Some(located) = self.locate(&mut wallets, &buyer, &item.root()).await? else {
            return Ok(None);
        };
        for holder in located.holders.into_iter().rev() {
            let Some(wallet) = wallets.remove(&holder) else {
                continue;
            };
            let knows = wallet.after().is_some_and(|it| it.standing(item).is_some());
            if knows {
                return Ok(Some(Found {
                    purchase,
                    holder,
                    wallet,
                }));
            }
        }
        Ok(None)
    }
}
