//! Buying: the intent is written first, then driven to rest.

use domain::{
    AppId, PurchaseId, StripeAccountId, UserId,
    operator::Charging,
    purchase::{AtOnce, PaymentTerms, Purchase, PurchaseCommand, Route, SavedCredential},
    wallet::WalletRejection,
};
use event_log::Answer;
use payments::Credential;

use crate::{
    CardProblem, Claim, Context, Engine, Failure, KeptCard, NoQuote, Render, Seen, Wish,
    drive::{Drive, Ending, Rest},
    handle::Loaded,
    start::{Intent, Start},
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
    /// Whether, and on which device, the pass is to be active at once. Only one pass can.
    pub at_once: Option<AtOnce>,
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
    /// A book has many passes, of which none is meant.
    #[error("a pass book cannot be active at once")]
    NotOnePass,
    /// The device has a pass of the operator that is active.
    #[error("a pass is active on the device already")]
    ActiveOnDevice,
    /// The pass could not be activated now.
    #[error("the pass cannot be active at once: {0}")]
    NotActivatable(WalletRejection),
    /// There is something to pay and nothing to pay with.
    #[error("no card was given")]
    NoCard,
    /// The operator charges by itself, for which it needs a token, and no token can be made of a PaymentMethod.
    #[error("the operator needs a card that tokens can be made of")]
    NotTokenizable,
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
        let purchase = PurchaseId::from_uuid(self.host().fresh_id());
        let quote = self.quote_for(&purchase, &buy).await?;
        let card = match (quote.total.is_positive(), &buy.card) {
            (false, _) => None,
            (true, None) => return Err(BuyProblem::NoCard),
            (true, Some(Credential::PaymentMethod(_))) if quote.charging != Charging::Engine => {
                return Err(BuyProblem::NotTokenizable);
            }
            (true, Some(card)) => Some(self.keep_card(context, &buy.app, &buy.user, card).await?),
        };
        let context = context.correlated(purchase.as_str());
        let payment = card
            .map(|card| payment_terms(&purchase, quote.account.clone(), &quote.charging, card))
            .transpose()?;
        let intent = Intent {
            order: quote.into_order(
                purchase.clone(),
                buy.app.clone(),
                buy.user.clone(),
                buy.at_once.clone(),
            ),
            payment,
            buy: &buy,
        };
        match self.start(&context, intent, claim).await? {
            Start::Written(loaded) => {
                let patience = self.settings().request_patience;
                let drive = Drive::new(self, context, purchase, *loaded, Some(ending), patience);
                rested(drive.run().await?)
            }
            Start::Claimed(seen) => self.again(&context, seen, ending).await,
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

/// The route follows from what is stored, never from trial.
pub(crate) fn payment_terms(
    purchase: &PurchaseId,
    account: StripeAccountId,
    charging: &Charging,
    card: KeptCard,
) -> Result<PaymentTerms, BuyProblem> {
    let route = match (charging, &card.credential) {
        (Charging::Engine, SavedCredential::PaymentMethod(_)) => Route::PaymentMethod,
        (Charging::Engine, SavedCredential::Source(_)) => Route::Token,
        (Charging::Operator { .. }, SavedCredential::Source(_)) => Route::TokenHandedOver,
        (Charging::Operator { .. }, SavedCredential::PaymentMethod(_)) => {
            return Err(BuyProblem::NotTokenizable);
        }
    };
    Ok(PaymentTerms {
        route,
        platform: card.platform,
        account,
        customer: card.customer,
        credential: card.credential,
        calls: PurchaseCommand::planned_calls(purchase, route),
    })
}
