//! Buying: the intent is written first, then driven to rest.

use chrono::{DateTime, Utc};
use domain::{
    AppId, PurchaseId, User, UserId,
    purchase::{Order, PaymentTerms, Purchase, PurchaseCommand, Route, SavedCredential},
    user::{UserCommand, UserRejection},
    wallet::Wallet,
};
use event_log::{Answer, RecordWrite};
use payments::Credential;

use crate::{
    CardProblem, Claim, Context, Engine, Failure, KeptCard, NoQuote, Quote, Render, Seen, Wish,
    drive::{Drive, Ending, Rest},
    failure::Refused,
    handle::{ATTEMPTS, Change, Loaded},
};

/// A purchase as a client asks for it.
#[derive(Debug, Clone)]
pub struct Buy {
    /// Through which app.
    pub app: AppId,
    /// For whom.
    pub user: UserId,
    /// What.
    pub wish: Wish,
    /// With which card. What costs nothing needs none.
    pub card: Option<Credential>,
    /// The wallet's revision as it was last shown to the rider, where the client must say.
    pub seen: Option<u64>,
}

/// Why nothing was bought, in the order in which the reasons are looked for.
#[derive(Debug, thiserror::Error)]
pub enum BuyProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The order cannot be placed.
    #[error(transparent)]
    NoQuote(#[from] NoQuote),
    /// The client decided on what is no longer so.
    #[error("the wallet has changed since it was last shown")]
    OutOfSync,
    /// One purchase at a time.
    #[error("another purchase is in progress")]
    PurchaseInProgress,
    /// There is something to pay and nothing to pay with.
    #[error("no card was given")]
    NoCard,
    /// The card could not be kept.
    #[error(transparent)]
    Card(#[from] CardProblem),
    /// The card was refused for a reason that passes; the same request, with its key, tries it again.
    #[error("the card was refused for now")]
    DeclinedForNow,
    /// The same purchase is at Stripe already.
    #[error("the purchase is being made elsewhere")]
    InUse,
    /// Stripe and the record contradict each other, and nothing goes on before a person has looked.
    #[error("a person must look at the purchase")]
    ForReview,
    /// It is not decided yet; the same request, with its key, will learn the outcome.
    #[error("the outcome of the purchase is not known yet")]
    Pending,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// What became of the attempt to write the intent down.
enum Start {
    Written(Box<Loaded<Purchase>>),
    Claimed(Seen),
}

impl Engine {
    /// Buys, once per claim. The answer is rendered before the commit that makes it true and kept with it.
    pub async fn buy(
        &self,
        context: &Context,
        buy: Buy,
        claim: Option<&Claim>,
        render: Render<'_>,
    ) -> Result<Answer, BuyProblem> {
        let _alone = self.alone(claim).await;
        let ending = Ending { claim, render };
        if let Some(claim) = claim {
            match self.seen(claim).await? {
                Seen::Fresh => {}
                seen => return self.again(context, seen, ending).await,
            }
        }
        match (self.place(context, buy, claim, ending).await, claim) {
            // These say nothing about the request.
            (
                Err(
                    problem @ (BuyProblem::Failure(_)
                    | BuyProblem::Pending
                    | BuyProblem::DeclinedForNow
                    | BuyProblem::InUse
                    | BuyProblem::ForReview
                    | BuyProblem::KeyReused),
                ),
                _,
            ) => Err(problem),
            // What refuses a request may be that the very same request goes on already, on another server.
            (Err(problem), Some(claim)) => match self.seen(claim).await? {
                Seen::Fresh => Err(problem),
                seen => self.again(context, seen, ending).await,
            },
            (placed, _) => placed,
        }
    }

    /// Quotes, keeps the card, writes the intent down and drives it.
    async fn place(
        &self,
        context: &Context,
        buy: Buy,
        claim: Option<&Claim>,
        ending: Ending<'_>,
    ) -> Result<Answer, BuyProblem> {
        let quote = self.quote_for(&buy).await?;
        let card = match (quote.total.is_positive(), &buy.card) {
            (false, _) => None,
            (true, None) => return Err(BuyProblem::NoCard),
            (true, Some(card)) => Some(self.keep_card(context, &buy.app, &buy.user, card).await?),
        };
        let purchase = PurchaseId::from_uuid(self.host().fresh_id());
        let context = context.correlated(purchase.as_str());
        let order = quote
            .clone()
            .into_order(purchase.clone(), buy.app, buy.user, buy.wish.operator);
        let payment = card.map(|card| payment_terms(&purchase, &quote, card));
        match self.start(&context, order, payment, buy.seen, claim).await? {
            Start::Written(loaded) => {
                let patience = self.settings().request_patience;
                let drive = Drive::new(self, context, purchase, *loaded, Some(ending), patience);
                rested(drive.run().await?)
            }
            Start::Claimed(seen) => self.again(&context, seen, ending).await,
        }
    }

    /// What can be known to be wrong before anything is written or anybody is asked.
    async fn quote_for(&self, buy: &Buy) -> Result<Quote, BuyProblem> {
        let at = self.host().now();
        let user = self.user(&buy.user).await?;
        let quote = self.quote(&buy.app, user.state(), &buy.wish, at)?;
        let wallet = self.wallet(&buy.user).await?;
        check_seen(wallet.state(), buy.seen)?;
        match user.state().and_then(|user| user.purchase_in_progress(at)) {
            Some(_) => Err(BuyProblem::PurchaseInProgress),
            None => Ok(quote),
        }
    }

    /// Writes the intent: the purchase with all its keys, the rider's hold, the claim, and the wallet's version as a
    /// condition, in one commit. Of two devices that saw the same wallet, one gets through.
    async fn start(
        &self,
        context: &Context,
        order: Order,
        payment: Option<PaymentTerms>,
        seen: Option<u64>,
        claim: Option<&Claim>,
    ) -> Result<Start, BuyProblem> {
        let (purchase, user_id) = (order.purchase.clone(), order.user.clone());
        for attempt in 0..ATTEMPTS {
            let at = self.host().now();
            let fresh: Loaded<Purchase> = match attempt {
                0 => self.repository().unborn(purchase.as_str()),
                _ => self.repository().load(purchase.as_str()).await,
            }
            .map_err(Failure::from)?;
            // An append of ours whose outcome was not known had gone through: nothing can refuse the order any more.
            if fresh.state().is_some() {
                return Ok(Start::Written(Box::new(fresh)));
            }
            let wallet: Loaded<Wallet> = self.wallet(&user_id).await?;
            check_seen(wallet.state(), seen)?;
            let opened = self.hold(&user_id, &purchase, at).await?;
            let command = PurchaseCommand::Start {
                order: Box::new(order.clone()),
                payment: payment.clone().map(Box::new),
                at,
            };
            let started = fresh.decide(command).map_err(Failure::from)?;
            let started =
                started.map_err(|rejection| Failure::Corrupt(format!("{purchase}: {rejection}")))?;
            let writes = [started.write(), opened.write(), wallet.unchanged().write()];
            let writes: Result<Vec<_>, _> = writes.into_iter().collect();
            let records: Vec<RecordWrite> = claim
                .map(|claim| claim.claimed(purchase.as_str(), None))
                .into_iter()
                .collect();
            let stored = self
                .repository()
                .commit(context, at, writes.map_err(Failure::from)?, records)
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => return Ok(Start::Written(Box::new(started.stored()))),
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Claimed(record)) => {
                    let seen = claim.map_or(Seen::Mismatch, |claim| claim.compare(Some(*record)));
                    return Ok(Start::Claimed(seen));
                }
                Err(Refused::Stale) => {}
            }
        }
        Err(Failure::Contended.into())
    }

    /// The rider's hold.
    async fn hold(
        &self,
        user_id: &UserId,
        purchase: &PurchaseId,
        at: DateTime<Utc>,
    ) -> Result<Change<User>, BuyProblem> {
        let purchase = purchase.clone();
        let user: Loaded<User> = self.user(user_id).await?;
        match user
            .decide(UserCommand::OpenPurchase { purchase, at })
            .map_err(Failure::from)?
        {
            Ok(change) => Ok(change),
            Err(UserRejection::PurchaseInProgress { .. }) => Err(BuyProblem::PurchaseInProgress),
            Err(rejection) => Err(Failure::Corrupt(format!("{user_id}: {rejection}")).into()),
        }
    }

    /// A request that was made before: its answer, or the work it began, taken up again.
    async fn again(&self, context: &Context, seen: Seen, ending: Ending<'_>) -> Result<Answer, BuyProblem> {
        let reference = match seen {
            Seen::Answered(answer) => return Ok(answer),
            Seen::Mismatch => return Err(BuyProblem::KeyReused),
            Seen::Fresh => return Err(BuyProblem::Pending),
            Seen::Underway { reference } => reference,
        };
        let Ok(purchase) = PurchaseId::parse(reference) else {
            return Err(Failure::Corrupt("a claim refers to no purchase".to_owned()).into());
        };
        let loaded: Loaded<Purchase> = self
            .repository()
            .load(purchase.as_str())
            .await
            .map_err(Failure::from)?;
        let context = context.correlated(purchase.as_str());
        let patience = self.settings().request_patience;
        rested(
            Drive::new(self, context, purchase, loaded, Some(ending), patience)
                .run()
                .await?,
        )
    }
}

fn rested(rest: Rest) -> Result<Answer, BuyProblem> {
    match rest {
        Rest::Settled(Some(answer)) => Ok(answer),
        Rest::Settled(None) | Rest::Pending => Err(BuyProblem::Pending),
        Rest::DeclinedForNow => Err(BuyProblem::DeclinedForNow),
        Rest::InUse => Err(BuyProblem::InUse),
        Rest::ForReview => Err(BuyProblem::ForReview),
    }
}

fn check_seen(wallet: Option<&Wallet>, seen: Option<u64>) -> Result<(), BuyProblem> {
    let revision = wallet.map_or(0, Wallet::revision);
    if seen.is_none_or(|seen| seen == revision) {
        Ok(())
    } else {
        Err(BuyProblem::OutOfSync)
    }
}

/// The route follows from what is stored, never from trial.
fn payment_terms(purchase: &PurchaseId, quote: &Quote, card: KeptCard) -> PaymentTerms {
    let route = match &card.credential {
        SavedCredential::PaymentMethod(_) => Route::PaymentMethod,
        SavedCredential::Source(_) => Route::Token,
    };
    PaymentTerms {
        route,
        platform: card.platform,
        account: quote.account.clone(),
        customer: card.customer,
        credential: card.credential,
        calls: PurchaseCommand::planned_calls(purchase, route),
    }
}
