//! Refunding passes: voided first, paid back then, and never one without the other.

use chrono::TimeDelta;
use domain::{
    PurchaseId, RefundId, TransferId, UserId,
    transfer::{Transfer, TransferItem, TransferRejection},
    wallet::{ItemId, Standing, Wallet, WalletRejection},
};
use event_log::Answer;

use crate::{
    Claim, Context, Engine, Failure, OwnTransfer, RefundRefusal, RenderTransfer, RenderWallet, Seen,
    failure::Refused,
    handle::ATTEMPTS,
    refunding::{Refunding, Seed, SharesProblem},
};

/// On whose word money goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundWord {
    /// An app's: unused items only, and as long as the operator's rules let apps give them back.
    App,
    /// The operator's, or the engine's for it: whatever it wants, used or not.
    Operator,
}

/// A refund of what a wallet holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundItems {
    /// Whose wallet.
    pub holder: UserId,
    /// Passes and whole books.
    pub items: Vec<ItemId>,
    /// Why; kept with each refund, so nothing personal.
    pub reason: String,
    /// On whose word.
    pub word: RefundWord,
}

/// A refund of what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundTransfer {
    /// Which transfer.
    pub own: OwnTransfer,
    /// Which of its items; all that are left, if absent.
    pub items: Option<Vec<ItemId>>,
    /// Why; kept with each refund, so nothing personal.
    pub reason: String,
    /// On whose word.
    pub word: RefundWord,
}

/// Why nothing was refunded, or nobody knows yet.
#[derive(Debug, thiserror::Error)]
pub enum RefundProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] RefundRefusal),
    /// It is begun, the items are void, and Stripe has not confirmed; the same request, with its key, will learn how
    /// it ended.
    #[error("the outcome of the refund is not known yet")]
    Pending,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<SharesProblem> for RefundProblem {
    fn from(problem: SharesProblem) -> Self {
        match problem {
            SharesProblem::Refused(refusal) => Self::Refused(refusal),
            SharesProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// What a request asks for, as far as both kinds have it in common.
struct Wanted<'a> {
    reason: &'a str,
    word: RefundWord,
    seed: Seed,
    claim: Option<&'a Claim>,
    /// What the key stands for as long as there is no answer.
    reference: &'a str,
}

/// Where a request stands.
enum Stage {
    Answered(Answer),
    /// Begun before, and cut off.
    Begun,
    Fresh,
}

impl Engine {
    /// Refunds items out of a wallet, once per claim: all of them or none. A refund that Stripe refuses leaves them
    /// void, and a person to look at the purchase.
    pub async fn refund_items(
        &self,
        context: &Context,
        refund: &RefundItems,
        claim: Option<&Claim>,
        render: RenderWallet<'_>,
    ) -> Result<Answer, RefundProblem> {
        let _alone = self.alone(claim).await;
        let wanted = Wanted {
            reason: &refund.reason,
            word: refund.word,
            seed: self.seed(claim),
            claim,
            reference: refund.holder.as_str(),
        };
        let context = context.correlated(refund.holder.as_str());
        let transfers = match self.stage(claim).await? {
            Stage::Answered(answer) => return Ok(answer),
            Stage::Begun => Vec::new(),
            Stage::Fresh => self.start_items(&context, refund, &wanted).await?,
        };
        let wallet = self
            .finish_refunds(&context, &refund.holder, &wanted.seed, &transfers)
            .await?;
        self.settled(&context, claim, render(&wallet)).await
    }

    /// Refunds what is in a transfer, before its redemption or after it, once per claim.
    pub async fn refund_transfer(
        &self,
        context: &Context,
        refund: &RefundTransfer,
        claim: Option<&Claim>,
        render: RenderTransfer<'_>,
    ) -> Result<Answer, RefundProblem> {
        let _alone = self.alone(claim).await;
        let id = &refund.own.transfer;
        let wanted = Wanted {
            reason: &refund.reason,
            word: refund.word,
            seed: self.seed(claim),
            claim,
            reference: id.as_str(),
        };
        let context = context.correlated(id.as_str());
        let transfers = match self.stage(claim).await? {
            Stage::Answered(answer) => return Ok(answer),
            Stage::Begun => vec![id.clone()],
            Stage::Fresh => self.start_transfer(&context, refund, &wanted).await?,
        };
        let holder = holder_of(&self.own(&refund.own).await?).clone();
        self.finish_refunds(&context, &holder, &wanted.seed, &transfers)
            .await?;
        let transfer = self.own(&refund.own).await?;
        self.settled(&context, claim, render(&self.as_sent(transfer)))
            .await
    }

    async fn start_items(
        &self,
        context: &Context,
        refund: &RefundItems,
        wanted: &Wanted<'_>,
    ) -> Result<Vec<TransferId>, RefundProblem> {
        for attempt in 0..ATTEMPTS {
            if attempt > 0 && !matches!(self.stage(wanted.claim).await?, Stage::Fresh) {
                return Ok(Vec::new());
            }
            let at = self.host().now();
            let refunding = Refunding::out_of(self, &refund.holder, wanted.reason, at).await?;
            if let Some(transfers) = self
                .start_refunds(context, refunding, refund.items.clone(), wanted)
                .await?
            {
                return Ok(transfers);
            }
        }
        Err(Failure::Contended.into())
    }

    async fn start_transfer(
        &self,
        context: &Context,
        refund: &RefundTransfer,
        wanted: &Wanted<'_>,
    ) -> Result<Vec<TransferId>, RefundProblem> {
        let id = &refund.own.transfer;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 && !matches!(self.stage(wanted.claim).await?, Stage::Fresh) {
                return Ok(vec![id.clone()]);
            }
            let at = self.host().now();
            let loaded = self.transfer_stream(id).await?;
            let transfer = loaded.state().filter(|it| refund.own.is(it));
            let transfer = transfer.ok_or(RefundRefusal::Transfer(TransferRejection::NotKnown))?;
            let holder = holder_of(transfer).clone();
            let mut refunding = Refunding::out_of(self, &holder, wanted.reason, at).await?;
            let items = match &refund.items {
                Some(items) => items.clone(),
                None => all_left(transfer, refunding.wallet(), &wanted.seed)?,
            };
            let within = |item: &ItemId| transfer.items().iter().any(|of| of.item == *item);
            if !items.iter().all(within) {
                return Err(RefundRefusal::Transfer(TransferRejection::NoSuchItem).into());
            }
            refunding.join(id.clone(), loaded.unchanged());
            if let Some(transfers) = self.start_refunds(context, refunding, items, wanted).await? {
                return Ok(transfers);
            }
        }
        Err(Failure::Contended.into())
    }

    /// Writes the refunds down, in one commit. Nothing if somebody else was faster.
    async fn start_refunds(
        &self,
        context: &Context,
        mut refunding: Refunding,
        items: Vec<ItemId>,
        wanted: &Wanted<'_>,
    ) -> Result<Option<Vec<TransferId>>, RefundProblem> {
        if items.is_empty() {
            return Err(RefundRefusal::Item(WalletRejection::NoItems).into());
        }
        if wanted.word == RefundWord::App {
            self.check_rules(&refunding, &items)?;
        }
        for share in refunding.shares(&wanted.seed, &items)? {
            if wanted.word == RefundWord::App && self.is_withheld(&share.purchase).await? {
                return Err(RefundRefusal::NotAllowed.into());
            }
            refunding.add(self, &share).await??;
        }
        let records: Vec<_> = wanted
            .claim
            .map(|claim| claim.claimed(wanted.reference, None))
            .into_iter()
            .collect();
        if refunding.is_empty() {
            // An append of ours whose outcome was not known had gone through.
            return Ok(Some(refunding.transfers()));
        }
        let stored = self
            .repository()
            .commit(context, refunding.at(), refunding.writes()?, records)
            .await;
        match stored.map_err(Refused::from) {
            Ok(_) => Ok(Some(refunding.transfers())),
            Err(Refused::Failed(failure)) => Err(failure.into()),
            Err(Refused::Stale) => Ok(None),
            Err(Refused::Claimed(record)) => match wanted.claim.map(|it| it.compare(Some(*record))) {
                Some(Seen::Mismatch) => Err(RefundProblem::KeyReused),
                _ => Ok(Some(refunding.transfers())),
            },
        }
    }

    /// What an app may give back by itself.
    fn check_rules(&self, refunding: &Refunding, items: &[ItemId]) -> Result<(), RefundRefusal> {
        let wallet = refunding.wallet().ok_or(WalletRejection::NoSuchPass)?;
        for item in items {
            let held = TransferItem::of(wallet, item).ok_or(WalletRejection::NoSuchPass)?;
            if wallet.is_used(item) {
                return Err(WalletRejection::Used.into());
            }
            let minutes = self.rules_of(&held.terms).unused_for_minutes;
            let until = minutes.and_then(|minutes| {
                held.issued_at
                    .checked_add_signed(TimeDelta::minutes(minutes.into()))
            });
            if until.is_none_or(|until| until <= refunding.at()) {
                return Err(RefundRefusal::NotAllowed);
            }
        }
        Ok(())
    }

    /// Has every refund of a request paid back, and gives the wallet as it is then. Which refunds those are follows
    /// from the wallet and the seed, so that a request that was cut off is taken up the same way.
    async fn finish_refunds(
        &self,
        context: &Context,
        holder: &UserId,
        seed: &Seed,
        transfers: &[TransferId],
    ) -> Result<Wallet, RefundProblem> {
        let patience = self.settings().request_patience;
        let wallet = self.wallet(holder).await?.state().cloned().unwrap_or_default();
        let mut all_known = true;
        for (purchase, refund) in refunds_by(seed, &wallet)? {
            let end = self.pay_back(context, &purchase, &refund, patience).await?;
            all_known &= end.is_known();
            for transfer in transfers {
                self.tell_transfer(context, transfer, &refund, end).await?;
            }
        }
        if all_known {
            Ok(wallet)
        } else {
            Err(RefundProblem::Pending)
        }
    }

    async fn own(&self, own: &OwnTransfer) -> Result<Transfer, RefundProblem> {
        let loaded = self.transfer_stream(&own.transfer).await?;
        let transfer = loaded.state().filter(|it| own.is(it)).cloned();
        transfer.ok_or_else(|| RefundRefusal::Transfer(TransferRejection::NotKnown).into())
    }

    fn seed(&self, claim: Option<&Claim>) -> Seed {
        claim.map_or_else(|| Seed::fresh(self), Seed::of_claim)
    }

    async fn stage(&self, claim: Option<&Claim>) -> Result<Stage, RefundProblem> {
        let Some(claim) = claim else {
            return Ok(Stage::Fresh);
        };
        match self.seen(claim).await? {
            Seen::Fresh => Ok(Stage::Fresh),
            Seen::Answered(answer) => Ok(Stage::Answered(answer)),
            Seen::Underway { .. } => Ok(Stage::Begun),
            Seen::Mismatch => Err(RefundProblem::KeyReused),
        }
    }

    async fn settled(
        &self,
        context: &Context,
        claim: Option<&Claim>,
        answer: Answer,
    ) -> Result<Answer, RefundProblem> {
        match claim {
            Some(claim) => Ok(self.settle(context, claim, answer).await?),
            None => Ok(answer),
        }
    }
}

/// Who has what was in a transfer.
fn holder_of(transfer: &Transfer) -> &UserId {
    transfer
        .redemption()
        .map_or(transfer.sender(), |redemption| &redemption.by)
}

/// What of a transfer is still worth something. What this very request voided before counts, so that repeating it
/// finds the same.
fn all_left(transfer: &Transfer, wallet: Option<&Wallet>, seed: &Seed) -> Result<Vec<ItemId>, RefundProblem> {
    let wallet = wallet.ok_or(RefundRefusal::Item(WalletRejection::NoSuchPass))?;
    let ours = refunds_by(seed, wallet)?;
    let void = |item: &ItemId| match wallet.standing(item) {
        Some(Standing::Refunded { refund, .. }) => !ours.iter().any(|(_, own)| own == refund),
        _ => false,
    };
    let left: Vec<ItemId> = transfer
        .items()
        .iter()
        .filter(|it| transfer.item_refunded_at(&it.item).is_none() && !void(&it.item))
        .map(|it| it.item.clone())
        .collect();
    if left.is_empty() {
        return Err(RefundRefusal::Transfer(TransferRejection::Refunded).into());
    }
    Ok(left)
}

/// The refunds that a request made out of a wallet, and the purchases they belong to.
fn refunds_by(seed: &Seed, wallet: &Wallet) -> Result<Vec<(PurchaseId, RefundId)>, Failure> {
    let mut refunds = Vec::new();
    for item in wallet.items() {
        let Some(Standing::Refunded { refund, .. }) = wallet.standing(item) else {
            continue;
        };
        let held = TransferItem::of(wallet, item);
        let Some(purchase) = held.and_then(|held| held.purchase) else {
            continue;
        };
        let pair = (purchase, refund.clone());
        if seed.refund(&pair.0)? == pair.1 && !refunds.contains(&pair) {
            refunds.push(pair);
        }
    }
    Ok(refunds)
}
