//! An operator giving back: a purchase, a pass, a book, or a part of the price.
//!
//! One request makes one refund of one purchase. What it gives back is void in the commit that writes the refund down,
//! in whosever wallet it is by then.

use std::collections::BTreeMap;

use domain::{
    OperatorId, PurchaseId, RefundId, UserId,
    operator::RuleBroken,
    purchase::{Purchase, PurchaseCommand, PurchaseRejection},
    transfer::{TransferCommand, TransferRejection},
    wallet::{ItemId, WalletCommand, WalletRejection},
};
use event_log::{Answer, StreamWrite};

use crate::{
    Claim, Context, Engine, Failure, Seen,
    failure::Refused,
    handle::{ATTEMPTS, Loaded},
    located::Wallets,
    operator_refunds::Voided,
    pay_back::{Paid, paid},
    refunding::Seed,
};

/// What an operator gives back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorRefund {
    /// Who.
    pub operator: OperatorId,
    /// What.
    pub what: RefundWhat,
    /// Why; kept with the refund, so nothing personal.
    pub reason: String,
    /// Whether what the rules refuse is given back all the same.
    pub override_rules: bool,
}

/// Of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundWhat {
    /// Items of a purchase; everything that can be given back, if none are named.
    Purchase {
        /// Which.
        purchase: PurchaseId,
        /// Passes, books, and rides of books.
        items: Option<Vec<ItemId>>,
    },
    /// A part of the price, for which nothing goes void.
    Amount {
        /// Of which purchase.
        purchase: PurchaseId,
        /// In minor units of its currency.
        amount: i64,
    },
    /// A pass, a book, or a ride of one.
    Item(ItemId),
}

impl RefundWhat {
    /// The purchase that paid for it.
    #[must_use]
    pub fn purchase(&self) -> Option<PurchaseId> {
        match self {
            Self::Purchase { purchase, .. } | Self::Amount { purchase, .. } => Some(purchase.clone()),
            Self::Item(item) => item.purchase(),
        }
    }
}

/// Why nothing is given back, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperatorRefundRefusal {
    /// There is no such purchase, pass or refund, or it is another operator's.
    #[error("the operator sold no such thing")]
    NotKnown,
    /// It is still being paid, or was never.
    #[error("the purchase is not completed")]
    NotCompleted,
    /// There is no money to give back.
    #[error("nothing was paid for it; invalidate it instead")]
    NothingPaid,
    /// The rider's bank takes the money back by itself, or is about to.
    #[error("the payment is disputed")]
    Disputed,
    /// An item is none of the purchase.
    #[error("the purchase gave no such item")]
    NoSuchItem,
    /// A fare cap gave it.
    #[error("a fare cap gave the pass; give back what it replaced")]
    NotBought,
    /// The rules say no.
    #[error(transparent)]
    Rule(#[from] RuleBroken),
    /// The item is worth nothing any more.
    #[error(transparent)]
    Item(#[from] WalletRejection),
    /// One refund cannot do both.
    #[error("some of the fares return the engine's fee and others do not; name the items, in two refunds")]
    FeesDiffer,
    /// What is left of the charge does not allow it.
    #[error(transparent)]
    Money(#[from] PurchaseRejection),
    /// A transfer in which it stands does not allow it.
    #[error(transparent)]
    Transfer(#[from] TransferRejection),
}

/// Why nothing was given back, or nobody can tell now.
#[derive(Debug, thiserror::Error)]
pub enum OperatorRefundProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] OperatorRefundRefusal),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Renders a refund as it stands.
pub type RenderRefund<'a> = &'a (dyn Fn(&Purchase, &RefundId) -> Answer + Send + Sync);

/// What has to stand in one commit for a refund to begin.
pub(crate) struct Beginning {
    pub(crate) refund: RefundId,
    pub(crate) writes: Vec<StreamWrite>,
}

impl Engine {
    /// Gives back, once per claim, and answers with the refund as it stands when Stripe has answered or patience has
    /// ended. An answer that is not final is not kept: the same request goes on.
    pub async fn refund_by_operator(
        &self,
        context: &Context,
        wanted: &OperatorRefund,
        claim: Option<&Claim>,
        render: RenderRefund<'_>,
    ) -> Result<Answer, OperatorRefundProblem> {
        let _alone = self.alone(claim).await;
        let purchase = wanted.what.purchase().ok_or(OperatorRefundRefusal::NotKnown)?;
        let context = context.correlated(purchase.as_str());
        let seed = claim.map_or_else(|| Seed::fresh(self), Seed::of_claim);
        let refund = seed.refund(&purchase)?;
        for _ in 0..ATTEMPTS {
            match self.seen_by(claim).await? {
                Seen::Answered(answer) => return Ok(answer),
                Seen::Mismatch => return Err(OperatorRefundProblem::KeyReused),
                Seen::Underway { .. } => {
                    return self
                        .finish_refund(&context, (&purchase, &refund), claim, render)
                        .await;
                }
                Seen::Fresh => {}
            }
            let begun = self.begin(&purchase, &refund, wanted).await?;
            if self.write_down(&context, begun, claim).await? {
                return self
                    .finish_refund(&context, (&purchase, &refund), claim, render)
                    .await;
            }
        }
        Err(Failure::Contended.into())
    }

    pub(crate) async fn seen_by(&self, claim: Option<&Claim>) -> Result<Seen, Failure> {
        match claim {
            Some(claim) => self.seen(claim).await,
            None => Ok(Seen::Fresh),
        }
    }

    /// What is written down before Stripe is asked.
    async fn begin(
        &self,
        purchase: &PurchaseId,
        refund: &RefundId,
        wanted: &OperatorRefund,
    ) -> Result<Beginning, OperatorRefundProblem> {
        let at = self.host().now();
        let loaded = self.sold_by(&wanted.operator, purchase).await?;
        let loaded = loaded.ok_or(OperatorRefundRefusal::NotKnown)?;
        let Some(state) = loaded.state() else {
            return Err(OperatorRefundRefusal::NotKnown.into());
        };
        let mut plan = self.plan(state, wanted, at).await?;
        let start = PurchaseCommand::StartRefund {
            refund: refund.clone(),
            amount: plan.amount,
            keep_fee: plan.keep_fee,
            items: plan.all_items(),
            rules_overridden: plan.rules_overridden,
            reason: wanted.reason.clone(),
            at,
        };
        let started = loaded
            .decide(start)
            .map_err(Failure::from)?
            .map_err(OperatorRefundRefusal::Money)?;
        void((&plan.items, &mut plan.wallets), refund, at)?;
        let mut writes = vec![started.write().map_err(Failure::from)?];
        for wallet in plan.wallets.values() {
            writes.push(wallet.write().map_err(Failure::from)?);
        }
        for (transfer, items) in plan.transfers {
            let loaded = self.transfer_stream(&transfer).await?;
            let (refund, items) = (refund.clone(), items);
            let told = loaded
                .decide(TransferCommand::StartRefund { refund, items, at })
                .map_err(Failure::from)?
                .map_err(OperatorRefundRefusal::Transfer)?;
            writes.push(told.write().map_err(Failure::from)?);
        }
        let refund = refund.clone();
        Ok(Beginning { refund, writes })
    }

    /// Whether it is stored; if not, somebody was faster, and it has to be looked at anew.
    pub(crate) async fn write_down(
        &self,
        context: &Context,
        begun: Beginning,
        claim: Option<&Claim>,
    ) -> Result<bool, Failure> {
        let records: Vec<_> = claim
            .map(|claim| claim.claimed(begun.refund.as_str(), None))
            .into_iter()
            .collect();
        let now = self.host().now();
        let stored = self
            .repository()
            .commit(context, now, begun.writes, records)
            .await;
        match stored.map_err(Refused::from) {
            Ok(_) => Ok(true),
            Err(Refused::Failed(failure)) => Err(failure),
            Err(Refused::Stale | Refused::Claimed(_)) => Ok(false),
        }
    }

    /// Has it paid back, tells every transfer, and answers.
    pub(crate) async fn finish_refund(
        &self,
        context: &Context,
        (purchase, refund): (&PurchaseId, &RefundId),
        claim: Option<&Claim>,
        render: RenderRefund<'_>,
    ) -> Result<Answer, OperatorRefundProblem> {
        let patience = self.settings().request_patience;
        self.pay_back(context, purchase, refund, patience).await?;
        let loaded = self.repository().load(purchase.as_str()).await;
        let loaded: Loaded<Purchase> = loaded.map_err(Failure::from)?;
        let end = paid(&loaded, refund);
        let state = loaded.state().ok_or(OperatorRefundRefusal::NotKnown)?;
        let gave_items = state.refunds().get(refund).is_some_and(|it| !it.items.is_empty());
        if gave_items && end != Paid::Open {
            for transfer in self.transfers_through(state).await? {
                self.tell_transfer(context, &transfer, refund, end).await?;
            }
        }
        let answer = render(state, refund);
        match claim.filter(|_| end.is_known()) {
            Some(claim) => Ok(self.settle(context, claim, answer).await?),
            None => Ok(answer),
        }
    }
}

/// Voids what the plan gives back, in every wallet.
pub(crate) fn void(
    (items, wallets): (&BTreeMap<UserId, Voided>, &mut Wallets),
    refund: &RefundId,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<(), OperatorRefundProblem> {
    for (holder, voided) in items {
        let Some(mut wallet) = wallets.remove(holder) else {
            return Err(Failure::Corrupt("what is given back is in no wallet".to_owned()).into());
        };
        let mut commands = Vec::new();
        if !voided.whole.is_empty() {
            let (refund, items) = (refund.clone(), voided.whole.clone());
            commands.push(WalletCommand::Refund { refund, items, at });
        }
        if !voided.rides.is_empty() {
            let (refund, rides) = (refund.clone(), voided.rides.clone());
            commands.push(WalletCommand::RefundRides { refund, rides, at });
        }
        for command in commands {
            wallet = wallet
                .and(command)
                .map_err(Failure::from)?
                .map_err(OperatorRefundRefusal::Item)?;
        }
        wallets.insert(holder.clone(), wallet);
    }
    Ok(())
}
