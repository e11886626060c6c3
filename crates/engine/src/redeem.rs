//! Redeeming: what was sent goes to whoever follows the link first. Vouchers are redeemed in [`crate::unlock`].

use chrono::{DateTime, Utc};
use domain::{
    AppId, TransferId, UserId,
    transfer::{Eligibility, Transfer, TransferCommand, TransferItem, TransferRejection},
    user::User,
    wallet::{MovedItem, Wallet, WalletCommand},
};
use event_log::{Answer, StreamWrite};

use crate::{
    Claim, Context, Engine, Failure, Redeemable, RedemptionCode, Seen, UnlockRefusal, UnlockingInfo,
    failure::Refused,
    handle::{ATTEMPTS, Change, Loaded},
};

/// What following a link would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedemptionInfo {
    /// Passes that somebody sent.
    Passes(PassesInfo),
    /// Restricted fares.
    Fares(UnlockingInfo),
}

/// Passes that following a link would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassesInfo {
    /// The code that the link carries.
    pub code: RedemptionCode,
    /// The transfer that it opens.
    pub transfer: Transfer,
    /// What is left in it to be taken; never empty.
    pub items: Vec<TransferItem>,
}

/// A redemption as a client asks for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Redeem {
    /// Through which app.
    pub app: AppId,
    /// The account that takes.
    pub by: UserId,
    /// The code, or the whole link that carries it.
    pub link_or_code: String,
}

// The code is a secret.
impl std::fmt::Debug for Redeem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redeem")
            .field("app", &self.app)
            .field("by", &self.by)
            .finish_non_exhaustive()
    }
}

/// Why nothing can be, or was, taken.
#[derive(Debug, thiserror::Error)]
pub enum RedeemProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] TransferRejection),
    /// The rules of vouchers say no.
    #[error(transparent)]
    Unlock(#[from] UnlockRefusal),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Renders the answer from the redeemer's wallet as it will be.
pub type RenderWallet<'a> = &'a (dyn Fn(&Wallet) -> Answer + Send + Sync);

/// A redemption that is decided and not stored.
struct Decision {
    transfer: Change<Transfer>,
    sender: Change<Wallet>,
    receiver: Change<Wallet>,
}

impl Engine {
    /// What a link holds for somebody, or for somebody who is not logged in; or why it holds nothing for them.
    pub async fn redemption_info(
        &self,
        app: &AppId,
        link_or_code: &str,
        viewer: Option<&UserId>,
    ) -> Result<RedemptionInfo, RedeemProblem> {
        let code = RedemptionCode::parse(link_or_code).ok_or(TransferRejection::NotKnown)?;
        let id = match code.opens() {
            Redeemable::Transfer(id) => id,
            Redeemable::Voucher(id) => {
                let info = self.unlocking_info(app, &code, id, viewer).await?;
                return Ok(RedemptionInfo::Fares(info));
            }
        };
        let loaded = self.opened(app, &code, id).await?;
        let transfer = loaded.state().cloned().ok_or(TransferRejection::NotKnown)?;
        let at = self.host().now();
        if let Some(refusal) = transfer.refusal_for(viewer, at) {
            return Err(refusal.into());
        }
        let sender = self.wallet(transfer.sender()).await?;
        let moved = sender
            .state()
            .map(|wallet| wallet.moved_items(transfer.id()))
            .unwrap_or_default();
        if moved.is_empty() {
            return Err(TransferRejection::Invalid.into());
        }
        if let Some(viewer) = viewer {
            let user = self.user(viewer).await?;
            if eligibility(user.state(), &moved, at) == Eligibility::Ineligible {
                return Err(TransferRejection::Ineligible.into());
            }
        }
        Ok(RedemptionInfo::Passes(PassesInfo {
            code,
            transfer,
            items: moved.iter().map(TransferItem::from).collect(),
        }))
    }

    /// Takes what a link holds, exactly once whoever tries.
    pub async fn redeem(
        &self,
        context: &Context,
        redeem: &Redeem,
        claim: Option<&Claim>,
        render: RenderWallet<'_>,
    ) -> Result<Answer, RedeemProblem> {
        if let Some(claim) = claim {
            match self.seen(claim).await? {
                Seen::Answered(answer) => return Ok(answer),
                Seen::Mismatch => return Err(RedeemProblem::KeyReused),
                Seen::Fresh | Seen::Underway { .. } => {}
            }
        }
        let code = RedemptionCode::parse(&redeem.link_or_code).ok_or(TransferRejection::NotKnown)?;
        let context = context.correlated(code.opens().as_str());
        let outcome = match code.opens() {
            Redeemable::Transfer(id) => self.take(&context, redeem, &code, id, claim, render).await,
            Redeemable::Voucher(id) => self.unlock(&context, redeem, &code, id, claim, render).await,
        };
        // What refuses a request may be that the very same request was carried out meanwhile.
        if let (Err(RedeemProblem::Refused(_) | RedeemProblem::Unlock(_)), Some(claim)) = (&outcome, claim)
            && let Seen::Answered(answer) = self.seen(claim).await?
        {
            return Ok(answer);
        }
        outcome
    }

    /// Passes: the transfer, the wallet that lets go, the wallet that takes in and the answer in one commit.
    async fn take(
        &self,
        context: &Context,
        redeem: &Redeem,
        code: &RedemptionCode,
        id: &TransferId,
        claim: Option<&Claim>,
        render: RenderWallet<'_>,
    ) -> Result<Answer, RedeemProblem> {
        let mut tried = None;
        for _ in 0..ATTEMPTS {
            if let Some(claim) = claim {
                match self.seen(claim).await? {
                    Seen::Answered(answer) => return Ok(answer),
                    Seen::Mismatch => return Err(RedeemProblem::KeyReused),
                    Seen::Fresh | Seen::Underway { .. } => {}
                }
            }
            let loaded = self.opened(&redeem.app, code, id).await?;
            if tried.is_some_and(|at| is_ours(&loaded, &redeem.by, at)) {
                // An append of ours whose outcome was not known had gone through.
                let wallet = self.wallet(&redeem.by).await?.state().cloned();
                return Ok(render(&wallet.unwrap_or_default()));
            }
            let at = self.host().now();
            let decision = self.decide_redemption(code, loaded, &redeem.by, at).await?;
            let Some(wallet) = decision.receiver.after() else {
                return Err(Failure::Corrupt("passes went into no wallet".to_owned()).into());
            };
            let answer = render(wallet);
            let records: Vec<_> = claim
                .map(|claim| claim.claimed(id.as_str(), Some(answer.clone())))
                .into_iter()
                .collect();
            let stored = self
                .repository()
                .commit(context, at, decision.writes()?, records)
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => {
                    metrics::counter!("transfers_total", "step" => "redeemed").increment(1);
                    return Ok(answer);
                }
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => tried = Some(at),
            }
        }
        Err(Failure::Contended.into())
    }

    /// The transfer that a code opens. A code of another app opens nothing.
    async fn opened(
        &self,
        app: &AppId,
        code: &RedemptionCode,
        id: &TransferId,
    ) -> Result<Loaded<Transfer>, RedeemProblem> {
        let loaded = self.transfer_stream(id).await?;
        let hash = code.hash();
        match loaded.state() {
            Some(transfer) if transfer.app() == app && hash.as_ref() == Some(transfer.code_hash()) => {
                Ok(loaded)
            }
            _ => Err(TransferRejection::NotKnown.into()),
        }
    }

    async fn decide_redemption(
        &self,
        code: &RedemptionCode,
        loaded: Loaded<Transfer>,
        by: &UserId,
        at: DateTime<Utc>,
    ) -> Result<Decision, RedeemProblem> {
        let transfer = loaded.state().ok_or(TransferRejection::NotKnown)?;
        // First, because the sender's own wallet cannot be written twice in one commit.
        if let Some(refusal) = transfer.refusal_for(Some(by), at) {
            return Err(refusal.into());
        }
        let code_hash = code.hash().ok_or(TransferRejection::NotKnown)?;
        let id = transfer.id().clone();
        let sender = self.wallet(transfer.sender()).await?;
        let user = self.user(by).await?;
        let moved = sender
            .state()
            .map(|wallet| wallet.moved_items(&id))
            .unwrap_or_default();
        let redeem = TransferCommand::Redeem {
            code_hash,
            by: by.clone(),
            eligibility: eligibility(user.state(), &moved, at),
            at,
        };
        let transfer = loaded.decide(redeem).map_err(Failure::from)??;
        let move_out = WalletCommand::MoveOut {
            transfer: id.clone(),
            at,
        };
        // Nothing is left of it: refunded with the transfer still open, or invalidated by the operator.
        let Ok(sender) = sender.decide(move_out).map_err(Failure::from)? else {
            return Err(TransferRejection::Invalid.into());
        };
        let move_in = WalletCommand::MoveIn {
            transfer: id.clone(),
            items: moved,
            at,
        };
        let receiver = self.wallet(by).await?.decide(move_in).map_err(Failure::from)?;
        let receiver = receiver.map_err(|rejection| Failure::Corrupt(format!("{id}: {rejection}")))?;
        Ok(Decision {
            transfer,
            sender,
            receiver,
        })
    }
}

/// Whether a transfer was redeemed by this account at this very moment.
fn is_ours(transfer: &Loaded<Transfer>, by: &UserId, at: DateTime<Utc>) -> bool {
    let redemption = transfer.state().and_then(Transfer::redemption);
    redemption.is_some_and(|it| (&it.by, it.at) == (by, at))
}

impl Decision {
    fn writes(&self) -> Result<Vec<StreamWrite>, Failure> {
        Ok(vec![
            self.transfer.write()?,
            self.sender.write()?,
            self.receiver.write()?,
        ])
    }
}

/// Whether an account may hold what is in a transfer: restricted fares are for those who may buy them. How many passes
/// an account takes is not limited: whoever sends them chooses how many links there are.
fn eligibility(user: Option<&User>, items: &[MovedItem], at: DateTime<Utc>) -> Eligibility {
    let allowed = |item: &MovedItem| {
        let terms = &item.issued.terms;
        terms.fare.restriction.is_none()
            || user.is_some_and(|user| user.may_buy_restricted(&terms.operator, &terms.fare.id, at))
    };
    if items.iter().all(allowed) {
        Eligibility::Eligible
    } else {
        Eligibility::Ineligible
    }
}
