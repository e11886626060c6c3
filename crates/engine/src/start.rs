//! Writing a purchase's intent down, if it still is what was wanted.

use chrono::{DateTime, Utc};
use domain::{
    OperatorId, PurchaseId, User,
    catalog::Catalog,
    purchase::{Order, PaymentTerms, Purchase, PurchaseCommand},
    user::{UserCommand, UserRejection},
    wallet::Wallet,
};
use event_log::{RecordWrite, StreamWrite};

use crate::{
    Buy, BuyProblem, Claim, Context, Engine, Failure, NoQuote, Quote, Seen, Wish,
    failure::Refused,
    handle::{ATTEMPTS, Change, Loaded, holds},
    rehearse::rehearse,
};

/// An order as it was quoted, and the request it answers.
pub(crate) struct Intent<'a> {
    pub(crate) order: Order,
    pub(crate) payment: Option<PaymentTerms>,
    pub(crate) buy: &'a Buy,
}

/// What became of the attempt to write it down.
pub(crate) enum Start {
    Written(Box<Loaded<Purchase>>),
    Claimed(Seen),
}

impl Engine {
    /// What can be known to be wrong before anything is written or anybody is asked.
    pub(crate) async fn quote_for(&self, purchase: &PurchaseId, buy: &Buy) -> Result<Quote, BuyProblem> {
        let at = self.host().now();
        let user = self.user(&buy.user).await?;
        let quote = self.quote(&buy.app, user.state(), &buy.wish, at)?;
        let wallet = self.wallet(&buy.user).await?;
        check_seen(wallet.state(), buy.seen)?;
        if user
            .state()
            .and_then(|user| user.purchase_in_progress(at))
            .is_some()
        {
            return Err(BuyProblem::PurchaseInProgress);
        }
        let order = quote.clone().into_order(
            purchase.clone(),
            buy.app.clone(),
            buy.user.clone(),
            buy.at_once.clone(),
        );
        let caps = self.caps_on_order(&order, at);
        rehearse(&order, wallet, caps, at)?;
        Ok(quote)
    }

    /// Writes the intent: the purchase with all its keys, the rider's hold, the claim, and as conditions the versions of
    /// the wallet and of the catalog, in one commit. Of two devices that saw the same wallet, one gets through; and
    /// nobody is charged by a catalog that was replaced before the intent was written.
    pub(crate) async fn start(
        &self,
        context: &Context,
        intent: Intent<'_>,
        claim: Option<&Claim>,
    ) -> Result<Start, BuyProblem> {
        let purchase = intent.order.purchase.clone();
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
            let catalog = self.catalog_as_seen(&intent.order.operator, attempt > 0).await?;
            let user: Loaded<User> = self.user(&intent.order.user).await?;
            self.check_prices(&intent, user.state(), at)?;
            let wallet: Loaded<Wallet> = self.wallet(&intent.order.user).await?;
            check_seen(wallet.state(), intent.buy.seen)?;
            let opened = hold(user, &purchase, at)?;
            let caps = self.caps_on_order(&intent.order, at);
            rehearse(&intent.order, wallet.clone(), caps, at)?;
            let started = begin(fresh, &intent, at)?;
            let writes = [started.write(), opened.write(), wallet.unchanged().write()];
            let writes: Result<Vec<_>, _> = writes.into_iter().collect();
            let mut writes = writes.map_err(Failure::from)?;
            writes.push(catalog);
            let records: Vec<RecordWrite> = claim
                .map(|claim| claim.claimed(purchase.as_str(), None))
                .into_iter()
                .collect();
            let stored = self.repository().commit(context, at, writes, records).await;
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

    /// The condition that the catalog has no events but those that are seen here. What was in the way of an attempt may
    /// be one that is not, and has to be waited for.
    pub(crate) async fn catalog_as_seen(
        &self,
        operator: &OperatorId,
        again: bool,
    ) -> Result<StreamWrite, Failure> {
        let seen = || self.directory().catalog_stream_version(operator);
        if again {
            let newest = self.repository().newest::<Catalog>(operator.as_str(), seen());
            if let Some(position) = newest.await? {
                self.directory().reach(position).await?;
            }
        }
        Ok(holds::<Catalog>(operator.as_str(), seen())?)
    }

    /// Keeping a card takes its time, in which prices may have changed. Then nothing is charged, neither the old price
    /// nor the new one: the rider has agreed to neither.
    fn check_prices(
        &self,
        intent: &Intent<'_>,
        user: Option<&User>,
        at: DateTime<Utc>,
    ) -> Result<(), NoQuote> {
        let wish = &intent.buy.wish;
        let now = self.quote(&intent.buy.app, user, wish, at)?;
        if now.items == intent.order.items {
            return Ok(());
        }
        Err(match wish {
            Wish::Fares { .. } => NoQuote::FaresOutOfDate,
            Wish::Cart(_) => NoQuote::StaleCart,
        })
    }
}

fn begin(
    fresh: Loaded<Purchase>,
    intent: &Intent<'_>,
    at: DateTime<Utc>,
) -> Result<Change<Purchase>, BuyProblem> {
    let purchase = &intent.order.purchase;
    let command = PurchaseCommand::Start {
        order: Box::new(intent.order.clone()),
        payment: intent.payment.clone().map(Box::new),
        at,
    };
    let started = fresh.decide(command).map_err(Failure::from)?;
    Ok(started.map_err(|rejection| Failure::Corrupt(format!("{purchase}: {rejection}")))?)
}

/// The rider's hold.
fn hold(user: Loaded<User>, purchase: &PurchaseId, at: DateTime<Utc>) -> Result<Change<User>, BuyProblem> {
    let open = UserCommand::OpenPurchase {
        purchase: purchase.clone(),
        at,
    };
    match user.decide(open).map_err(Failure::from)? {
        Ok(change) => Ok(change),
        Err(UserRejection::PurchaseInProgress { .. }) => Err(BuyProblem::PurchaseInProgress),
        Err(rejection) => Err(Failure::Corrupt(format!("{purchase}: {rejection}")).into()),
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
