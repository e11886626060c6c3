//! Payments that Stripe tells of: which of them are news, whose they are, and having their purchase go on.

use std::time::Duration;

use domain::{
    ChargeId, PaymentIntentId, PurchaseId, StripeAccountId,
    notification::{Handling, Notification, Told},
    purchase::{Purchase, Route, Stage},
};
use payments::{MetadataKey, Outcome, PaymentFacts, PaymentStatus, Platform, RefusalKind};
use projector::Sales;

use crate::{
    Context, Engine, Failure, drive::Drive, flights::seat_of, handle::Loaded, notify::Subject,
    up_to_date::unavailable,
};

/// How long an event waits for a request that is being answered with the same news. Stripe waits much longer.
const STANDING_BY: Duration = Duration::from_secs(3);

/// Whose an event is.
enum Whose {
    /// This purchase's.
    Purchase(PurchaseId),
    /// Nobody's here.
    Nobody,
    /// Only Stripe could tell, and did not.
    Unanswered,
}

/// What came of looking at a payment that took its money.
enum Looked {
    /// The purchase has it.
    Taken,
    /// Stripe shows another purchase's.
    NotIts,
    /// Nothing could be seen now.
    Unanswered,
}

impl Engine {
    /// Whether anything may follow from an event. What an account does without us is none of ours, and most of what is
    /// told of our own payments was answered to us already.
    pub(crate) async fn is_news(&self, subject: Subject, told: &Told) -> Result<bool, Failure> {
        let Some(account) = told.account.as_ref() else {
            return Ok(matches!(subject, Subject::Account | Subject::Permission(_)));
        };
        match (subject, &told.purchase) {
            // Whoever gives back on Stripe's dashboard writes no metadata.
            (Subject::Account | Subject::Permission(_) | Subject::Dispute, _) | (Subject::Refunds, None) => {
                Ok(true)
            }
            (Subject::Charged | Subject::Payment, None) => Ok(false),
            (Subject::Charged | Subject::Payment | Subject::Refunds, Some(id)) => {
                self.stand_by(id).await;
                let loaded: Loaded<Purchase> = self.repository().load(id.as_str()).await?;
                let Some(purchase) = loaded.state() else {
                    return Ok(false);
                };
                if !is_on(purchase, account) {
                    tracing::warn!(purchase = %id, %account, "told of on an account that is not its own");
                    return Ok(false);
                }
                Ok(match subject {
                    Subject::Charged => !is_paid_by(purchase, told),
                    Subject::Payment => is_being_paid(purchase),
                    _ => true,
                })
            }
        }
    }

    /// Lets whoever is at work on the purchase in this process come to a rest first, within reason.
    async fn stand_by(&self, purchase: &PurchaseId) {
        tokio::select! {
            biased;
            seat = self.flights().board(seat_of(purchase)) => drop(seat),
            () = self.host().sleep(STANDING_BY) => {}
        }
    }

    /// Has the purchase that an event is about take in what Stripe shows. Nothing as long as Stripe shows nothing.
    pub(crate) async fn follow_purchase(
        &self,
        context: &Context,
        known: &Notification,
        subject: Subject,
    ) -> Result<Option<Handling>, Failure> {
        let id = match self.whose(known).await? {
            Whose::Purchase(id) => id,
            Whose::Nobody => return Ok(Some(Handling::Irrelevant)),
            Whose::Unanswered => return Ok(None),
        };
        let context = context.correlated(id.as_str());
        self.stand_by(&id).await;
        let _seat = self.flights().try_board(seat_of(&id));
        let mut drive = self.drive_told(&context, &id).await?;
        // Whatever is told of a charge says that there is one.
        let shows_charge = match subject {
            Subject::Payment => false,
            Subject::Charged => true,
            _ => drive.purchase()?.charge().is_none(),
        };
        if shows_charge {
            match drive.look_at_charge(known).await? {
                Looked::Taken => {}
                Looked::NotIts => return Ok(Some(Handling::Irrelevant)),
                Looked::Unanswered => return Ok(None),
            }
        }
        drive.run().await?;
        match subject {
            Subject::Refunds => self.follow_refunds(&context, &id).await,
            Subject::Dispute => self.follow_dispute(&context, &id, known).await,
            Subject::Account | Subject::Permission(_) | Subject::Charged | Subject::Payment => {
                Ok(Some(Handling::Applied))
            }
        }
    }

    /// One go at what is due, without waiting: the resolver has the patience.
    pub(crate) async fn drive_told(&self, context: &Context, id: &PurchaseId) -> Result<Drive<'_>, Failure> {
        let loaded: Loaded<Purchase> = self.repository().load(id.as_str()).await?;
        Ok(Drive::new(
            self,
            context.clone(),
            id.clone(),
            loaded,
            None,
            Duration::ZERO,
        ))
    }

    /// By our own metadata, by the charge, and last by the metadata that Stripe has of the charge.
    async fn whose(&self, known: &Notification) -> Result<Whose, Failure> {
        let Some(account) = known.account() else {
            return Ok(Whose::Nobody);
        };
        if let Some(id) = known.purchase() {
            return self.its_own(id.clone(), account).await;
        }
        let Some(charge) = known.charge() else {
            return Ok(Whose::Nobody);
        };
        if let Ok(views) = self.views() {
            self.sales_seen().await?;
            let paid = Sales::paid_by(views, charge.as_str())
                .await
                .map_err(unavailable)?;
            if let Some(id) = paid.and_then(|id| PurchaseId::parse(id).ok()) {
                return self.its_own(id, account).await;
            }
        }
        let mut unanswered = false;
        for platform in self.platforms_on(account) {
            match self.gateway().retrieve_charge(&platform, account, charge).await {
                Outcome::Done(done) => {
                    return match named(&done.value) {
                        Some(id) => self.its_own(id, account).await,
                        None => Ok(Whose::Nobody),
                    };
                }
                Outcome::Refused(_) => {}
                Outcome::NotExecuted(_) | Outcome::Unknown(_) => unanswered = true,
            }
        }
        Ok(match unanswered {
            true => Whose::Unanswered,
            false => Whose::Nobody,
        })
    }

    /// A purchase is told of on the account that it was to be paid on, and on no other.
    async fn its_own(&self, id: PurchaseId, account: &StripeAccountId) -> Result<Whose, Failure> {
        let loaded: Loaded<Purchase> = self.repository().load(id.as_str()).await?;
        Ok(match loaded.state() {
            Some(purchase) if is_on(purchase, account) => Whose::Purchase(id),
            Some(_) => {
                tracing::warn!(purchase = %id, %account, "told of on an account that is not its own");
                Whose::Nobody
            }
            None => Whose::Nobody,
        })
    }

    /// The platforms that may act for an account, as far as this process has their keys.
    pub(crate) fn platforms_on(&self, account: &StripeAccountId) -> Vec<Platform> {
        let operators = self.directory().operators_paid_on(account);
        let known = operators.iter().filter_map(|it| self.directory().operator(it));
        known
            .flat_map(|operator| {
                let apps: Vec<_> = operator.links().map(|link| link.app.clone()).collect();
                apps
            })
            .filter_map(|app| self.platform(&app))
            .collect()
    }
}

impl Drive<'_> {
    /// Looks at the payment that was told of, under its own id.
    async fn look_at_charge(&mut self, known: &Notification) -> Result<Looked, Failure> {
        let purchase = self.purchase()?;
        let Some(terms) = purchase.payment() else {
            return Ok(Looked::NotIts);
        };
        // Whoever charges by itself is believed for what it reports, and told of that charge by charge.
        if terms.route == Route::TokenHandedOver {
            return Ok(Looked::Taken);
        }
        let Some(platform) = self.platform()? else {
            self.without_key();
            return Ok(Looked::Unanswered);
        };
        let gateway = self.engine.gateway();
        let intent = known
            .object()
            .and_then(|object| PaymentIntentId::parse(object).ok());
        let shown = match (&intent, known.charge()) {
            (Some(intent), _) => {
                gateway
                    .retrieve_payment_intent(&platform, &terms.account, intent)
                    .await
            }
            (None, Some(charge)) => gateway.retrieve_charge(&platform, &terms.account, charge).await,
            (None, None) => return Ok(Looked::NotIts),
        };
        match shown {
            Outcome::Done(done) if named(&done.value).as_ref() != Some(&self.id) => Ok(Looked::NotIts),
            Outcome::Done(done) => {
                if done.value.status == PaymentStatus::Succeeded {
                    self.found(&done.value).await?;
                }
                Ok(Looked::Taken)
            }
            Outcome::Refused(refusal) if refusal.kind == RefusalKind::NotFound => Ok(Looked::NotIts),
            // Driving it looks it up as well, and has a person look where that is refused, too.
            Outcome::Refused(_) => Ok(Looked::Taken),
            Outcome::NotExecuted(_) | Outcome::Unknown(_) => Ok(Looked::Unanswered),
        }
    }
}

fn named(facts: &PaymentFacts) -> Option<PurchaseId> {
    let id = facts.metadata.get(MetadataKey::Purchase.as_str())?;
    PurchaseId::parse(id.clone()).ok()
}

fn is_on(purchase: &Purchase, account: &StripeAccountId) -> bool {
    purchase.payment().is_some_and(|terms| terms.account == *account)
}

/// Whether the purchase has the very payment that is told of.
fn is_paid_by(purchase: &Purchase, told: &Told) -> bool {
    let Some(known) = purchase.charge() else {
        return false;
    };
    let object = told.object.as_deref();
    let intent = known.payment_intent.as_ref().map(PaymentIntentId::as_str);
    told.charge.as_ref().map(ChargeId::as_str) == Some(known.charge.as_str())
        || (object.is_some() && object == intent)
}

/// Whether what becomes of a payment may still lead on. A card that was refused for now is the rider's to try again.
fn is_being_paid(purchase: &Purchase) -> bool {
    let is_open = matches!(
        purchase.stage(),
        Stage::Started | Stage::CredentialReady | Stage::ActionRequired { .. } | Stage::HandedOver { .. }
    );
    is_open && purchase.declined_for_now().is_none()
}
