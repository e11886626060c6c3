//! What an operator that charges by itself asks and tells: what there is to charge, the token, once, and what came of
//! it.

use domain::{
    ChargeId, OperatorId, PurchaseId,
    purchase::{
        Decline, Delivery, DerivedCredential, Purchase, PurchaseCommand, PurchaseRejection, Route, Stage,
    },
};
use event_log::Answer;
use payments::{Outcome, PaymentFacts};
use projector::Unfinished;

use crate::{
    Claim, Context, Engine, Failure,
    drive::Drive,
    handle::{ATTEMPTS, Loaded},
    look_up::look_from,
    once::KeyProblem,
    up_to_date::unavailable,
};

/// What the operator says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeReport {
    /// It charged.
    Charged(ChargeId),
    /// It could not, for this reason.
    Failed(String),
}

/// Why nothing was done, in the order in which the reasons are looked for.
#[derive(Debug, thiserror::Error)]
pub enum ChargeRequestProblem {
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The operator was never to charge such a purchase.
    #[error("no such charge request")]
    NotKnown,
    /// Who was given no token cannot have failed to charge it.
    #[error("the token was not given out")]
    NotGivenOut,
    /// The rules say no.
    #[error(transparent)]
    Refused(PurchaseRejection),
    /// The rider was erased, and the token with them.
    #[error("the token cannot be opened any more")]
    Gone,
    /// Stripe could not be asked.
    #[error("Stripe could not be asked")]
    Unanswered,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<KeyProblem> for ChargeRequestProblem {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Reused => Self::KeyReused,
            KeyProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// Renders a charge request as it stands, with the token where it is given out.
pub type RenderChargeRequest<'a> = &'a (dyn Fn(&Purchase, Option<&str>) -> Answer + Send + Sync);

impl Engine {
    /// What an operator may charge at this moment, the oldest first.
    pub async fn open_charge_requests(&self, operator: &OperatorId) -> Result<Vec<Purchase>, Failure> {
        self.taken_in_by::<Unfinished>().await?;
        let offers = Unfinished::offers(self.views()?).await.map_err(unavailable)?;
        let mut open = Vec::new();
        for offer in offers {
            let loaded: Loaded<Purchase> = self.repository().load(offer.stream.id()).await?;
            let purchase = loaded.state().filter(|purchase| {
                purchase.order().operator == *operator && matches!(purchase.stage(), Stage::HandedOver { .. })
            });
            open.extend(purchase.cloned());
        }
        Ok(open)
    }

    /// One that an operator charges or charged by itself, however it stands.
    pub async fn charge_request(
        &self,
        operator: &OperatorId,
        purchase: &PurchaseId,
    ) -> Result<Purchase, ChargeRequestProblem> {
        let loaded = self.request_of(operator, purchase).await?;
        loaded.state().cloned().ok_or(ChargeRequestProblem::NotKnown)
    }

    async fn request_of(
        &self,
        operator: &OperatorId,
        purchase: &PurchaseId,
    ) -> Result<Loaded<Purchase>, ChargeRequestProblem> {
        let loaded: Loaded<Purchase> = self
            .repository()
            .load(purchase.as_str())
            .await
            .map_err(Failure::from)?;
        let is_its = loaded.state().is_some_and(|known| {
            let route = known.payment().map(|terms| terms.route);
            known.order().operator == *operator
                && route == Some(Route::TokenHandedOver)
                && known.charge_before().is_some()
        });
        match is_its {
            true => Ok(loaded),
            false => Err(ChargeRequestProblem::NotKnown),
        }
    }

    /// Gives the token out, to one caller. That it was is in the log with the answer, in one commit: whoever repeats
    /// the request under its key gets the same answer, and nobody else gets any.
    pub async fn claim_charge_request(
        &self,
        context: &Context,
        (operator, purchase): (&OperatorId, &PurchaseId),
        claim: &Claim,
        render: RenderChargeRequest<'_>,
    ) -> Result<Answer, ChargeRequestProblem> {
        let _alone = self.alone(Some(claim)).await;
        let context = context.correlated(purchase.as_str());
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered(Some(claim)).await? {
                return Ok(answer);
            }
            let loaded = self.request_of(operator, purchase).await?;
            let known = loaded.state().ok_or(ChargeRequestProblem::NotKnown)?;
            let token = self.token_of(known).await?;
            let at = self.host().now();
            let by = Delivery::Pull;
            let given = loaded.decide(PurchaseCommand::RecordDelivery { by, at });
            let given = given
                .map_err(Failure::from)?
                .map_err(ChargeRequestProblem::Refused)?;
            let after = given.after().ok_or(ChargeRequestProblem::NotKnown)?;
            let token = token.ok_or(ChargeRequestProblem::Gone)?;
            let answer = render(after, Some(&token));
            let writes = vec![given.write().map_err(Failure::from)?];
            let name = purchase.as_str();
            if self
                .store(&context, at, writes, Some(claim), name, &answer)
                .await?
            {
                return Ok(answer);
            }
        }
        Err(Failure::Contended.into())
    }

    /// The token that stands sealed in a purchase; nothing once its rider was erased.
    pub(crate) async fn token_of(&self, purchase: &Purchase) -> Result<Option<String>, Failure> {
        match purchase.derived() {
            Some(DerivedCredential::Token(sealed)) => self.unseal(&purchase.order().user, sealed).await,
            Some(DerivedCredential::PaymentMethod(_)) | None => Ok(None),
        }
    }

    /// Takes in what the operator says, and holds it against Stripe's books at once. What cannot be verified now is
    /// kept, and the answer says that it is still open.
    pub async fn report_charge(
        &self,
        context: &Context,
        (operator, purchase): (&OperatorId, &PurchaseId),
        report: &ChargeReport,
        claim: Option<&Claim>,
        render: RenderChargeRequest<'_>,
    ) -> Result<Answer, ChargeRequestProblem> {
        let _alone = self.alone(claim).await;
        if let Some(answer) = self.answered(claim).await? {
            return Ok(answer);
        }
        let context = context.correlated(purchase.as_str());
        let loaded = self.request_of(operator, purchase).await?;
        match report {
            ChargeReport::Charged(charge) => self.take_report(&context, loaded, charge).await?,
            ChargeReport::Failed(code) => self.take_failure(&context, loaded, code).await?,
        }
        let after = self.charge_request(operator, purchase).await?;
        let answer = render(&after, None);
        let claim = claim.filter(|_| after.report_to_verify().is_none());
        Ok(self.keep_answer(&context, claim, answer).await?)
    }

    /// A charge that Stripe itself told of counts as reported, if it is of a purchase that its operator charges. Whether
    /// it was.
    pub(crate) async fn hear_of_charge(
        &self,
        context: &Context,
        purchase: &PurchaseId,
        account: &domain::StripeAccountId,
        charge: &ChargeId,
    ) -> Result<bool, Failure> {
        let loaded: Loaded<Purchase> = self.repository().load(purchase.as_str()).await?;
        let terms = loaded.state().and_then(Purchase::payment);
        let is_its =
            terms.is_some_and(|terms| terms.route == Route::TokenHandedOver && terms.account == *account);
        if !is_its {
            return Ok(false);
        }
        let context = context.correlated(purchase.as_str());
        match self.take_report(&context, loaded, charge).await {
            Ok(()) => Ok(true),
            Err(ChargeRequestProblem::Failure(failure)) => Err(failure),
            Err(problem) => {
                tracing::warn!(%purchase, %problem, "a charge that Stripe told of was not taken in");
                Ok(true)
            }
        }
    }

    async fn take_report(
        &self,
        context: &Context,
        loaded: Loaded<Purchase>,
        charge: &ChargeId,
    ) -> Result<(), ChargeRequestProblem> {
        let mut drive = self.drive_on(context, loaded)?;
        let at = self.host().now();
        let charge = charge.clone();
        let noted = drive.note(PurchaseCommand::ReportCharge { charge, at }).await;
        if let Err(ChargeRequestProblem::Refused(PurchaseRejection::TooManyReports)) = noted {
            // One of those that are looked into no more may have taken money.
            drive
                .review("more charges were reported than are looked into")
                .await?;
        }
        noted?;
        drive.run().await?;
        Ok(())
    }

    /// An operator's word that nothing was taken does not outweigh Stripe's books.
    async fn take_failure(
        &self,
        context: &Context,
        loaded: Loaded<Purchase>,
        code: &str,
    ) -> Result<(), ChargeRequestProblem> {
        let known = loaded.state().ok_or(ChargeRequestProblem::NotKnown)?;
        match known.stage() {
            Stage::HandedOver { .. } if known.delivered().is_none() => {
                return Err(ChargeRequestProblem::NotGivenOut);
            }
            Stage::Declined { .. } | Stage::Voided { .. } => return Ok(()),
            Stage::HandedOver { .. } => {}
            Stage::Started
            | Stage::CredentialReady
            | Stage::ActionRequired { .. }
            | Stage::Charged
            | Stage::Completed { .. } => {
                return Err(ChargeRequestProblem::Refused(PurchaseRejection::Over));
            }
        }
        match self
            .payment_at_stripe(known)
            .await?
            .and_then(|facts| facts.charge)
        {
            Some(charge) => self.take_report(context, loaded, &charge).await,
            None => {
                let mut drive = self.drive_on(context, loaded)?;
                let decline = Decline {
                    code: code.to_owned(),
                    // Operators may have either of Stripe's two words for it.
                    decline_code: Some(code.to_owned()),
                    payment_intent: None,
                };
                let at = self.host().now();
                drive.tell(PurchaseCommand::RecordDecline { decline, at }).await?;
                Ok(())
            }
        }
    }

    async fn payment_at_stripe(
        &self,
        purchase: &Purchase,
    ) -> Result<Option<PaymentFacts>, ChargeRequestProblem> {
        let order = purchase.order();
        let terms = purchase.payment().ok_or(ChargeRequestProblem::NotKnown)?;
        let platform = self.platform_on(&order.app, &terms.platform);
        let platform = platform.ok_or(ChargeRequestProblem::Unanswered)?;
        let since = look_from(purchase.started_at(), self.host().now());
        let gateway = self.gateway();
        match gateway
            .find_payment(&platform, &terms.account, &order.purchase, since)
            .await
        {
            Outcome::Done(done) => Ok(done.value),
            Outcome::Refused(_) | Outcome::NotExecuted(_) | Outcome::Unknown(_) => {
                Err(ChargeRequestProblem::Unanswered)
            }
        }
    }

    fn drive_on(
        &self,
        context: &Context,
        loaded: Loaded<Purchase>,
    ) -> Result<Drive<'_>, ChargeRequestProblem> {
        let known = loaded.state().ok_or(ChargeRequestProblem::NotKnown)?;
        let id = known.order().purchase.clone();
        let patience = self.settings().request_patience;
        Ok(Drive::new(self, context.clone(), id, loaded, None, patience))
    }
}

impl Drive<'_> {
    /// Records what somebody says, and gives their rule's refusal back to them.
    async fn note(&mut self, command: PurchaseCommand) -> Result<(), ChargeRequestProblem> {
        for _ in 0..ATTEMPTS {
            let decided = self.loaded.clone().decide(command.clone());
            let change = decided
                .map_err(Failure::from)?
                .map_err(ChargeRequestProblem::Refused)?;
            if change.is_empty() || self.store_alone(&change).await? {
                self.loaded = match change.is_empty() {
                    true => self.loaded.clone(),
                    false => change.stored(),
                };
                return Ok(());
            }
            self.reload().await?;
        }
        Err(Failure::Contended.into())
    }
}
