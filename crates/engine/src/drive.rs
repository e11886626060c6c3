//! Drives a purchase to rest. Live requests and the resolver both come through here, and so does everything that is
//! ever asked of Stripe for a purchase.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{
    PurchaseId,
    purchase::{
        DerivedCredential, Next, PlannedCall, Purchase, PurchaseCommand, PurchaseRejection, Stage, Step,
    },
    purchase::{UnknownReason, VoidReason},
};
use event_log::Answer;
use payments::{Outcome, Platform, SingleUseToken, StepResult, execute};

use crate::{
    Claim, Context, Engine, Failure, Render, Settled,
    failure::Refused,
    handle::{ATTEMPTS, Loaded},
    patience::Patience,
    verdict::{self, Verdict},
    work,
};

/// How a drive ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rest {
    /// The purchase is over; this is the answer, where one was wanted.
    Settled(Option<Answer>),
    /// It is not over, and more patience is needed than there was.
    Pending,
}

/// The answer to give, and the key it is kept under.
#[derive(Clone, Copy)]
pub(crate) struct Ending<'a> {
    pub(crate) claim: Option<&'a Claim>,
    pub(crate) render: Render<'a>,
}

/// One purchase under way.
pub(crate) struct Drive<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) context: Context,
    pub(crate) id: PurchaseId,
    pub(crate) loaded: Loaded<Purchase>,
    pub(crate) ending: Option<Ending<'a>>,
    pub(crate) patience: Patience<'a>,
    /// The credential was derived under our eyes and no charge has been asked for since.
    charge_is_first: bool,
    /// What was committed by this drive and answers its request.
    pub(crate) answer: Option<Answer>,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    On,
    Pause,
}

impl<'a> Drive<'a> {
    pub(crate) fn new(
        engine: &'a Engine,
        context: Context,
        id: PurchaseId,
        loaded: Loaded<Purchase>,
        ending: Option<Ending<'a>>,
        patience: Duration,
    ) -> Self {
        let patience = Patience::new(engine.host(), patience);
        Self {
            engine,
            context,
            id,
            loaded,
            ending,
            patience,
            charge_is_first: false,
            answer: None,
        }
    }

    /// Does what is next until nothing is, or patience ends.
    pub(crate) async fn run(mut self) -> Result<Rest, Failure> {
        loop {
            let flow = match self.purchase()?.next() {
                Next::Call { call, planned_at } => self.call(&call, planned_at).await?,
                Next::Issue => self.issue().await?,
                Next::RefundAll => self.refund_all().await?,
                Next::Refund { refund } => self.refund(&refund).await?,
                Next::HandOver | Next::AwaitOperator { .. } => Flow::Pause,
                Next::Nothing => return self.rest().await,
            };
            if flow == Flow::Pause {
                return Ok(Rest::Pending);
            }
        }
    }

    pub(crate) fn purchase(&self) -> Result<&Purchase, Failure> {
        self.loaded
            .state()
            .ok_or_else(|| Failure::Corrupt(format!("{} was never started", self.id)))
    }

    async fn call(&mut self, call: &PlannedCall, planned_at: DateTime<Utc>) -> Result<Flow, Failure> {
        let age = (self.engine.host().now() - planned_at)
            .to_std()
            .unwrap_or(Duration::ZERO);
        if age >= self.engine.settings().stale_after {
            return self.give_up_or_look_up(call.step).await;
        }
        let Some(platform) = self.platform()? else {
            return self.review("the app's platform key is missing").await;
        };
        let token = self.token(call.step).await?;
        let purchase = self.purchase()?;
        let account = purchase.payment().map(|terms| terms.account.clone());
        let (Some(account), Ok(step)) = (account, work::work_for(purchase, call, token)) else {
            return self
                .review("the purchase does not hold what its next call needs")
                .await;
        };
        let first = call.step == Step::Charge && std::mem::take(&mut self.charge_is_first);
        let outcome = execute(self.engine.gateway(), &platform, &account, &step).await;
        log_outcome(&self.id, call, &outcome);
        let verdict = verdict::judge(
            self.purchase()?,
            call,
            &outcome,
            first,
            self.engine.host().now(),
            age,
        );
        self.follow(call, verdict).await
    }

    async fn follow(&mut self, call: &PlannedCall, verdict: Verdict) -> Result<Flow, Failure> {
        match verdict {
            Verdict::Tell(command) => {
                self.charge_is_first = matches!(*command, PurchaseCommand::RecordCredential { .. });
                self.tell(*command).await
            }
            Verdict::Token(token) => {
                let user = self.purchase()?.order().user.clone();
                let sealed = self.engine.seal(&user, token.expose()).await?;
                let credential = DerivedCredential::Token(sealed);
                self.charge_is_first = true;
                self.tell(PurchaseCommand::RecordCredential {
                    generation: call.generation,
                    credential,
                })
                .await
            }
            Verdict::Again { unknown, after } => {
                if let Some(reason) = unknown {
                    self.tell(PurchaseCommand::RecordUnknown {
                        step: call.step,
                        reason,
                    })
                    .await?;
                }
                if unknown == Some(UnknownReason::Processing) && call.step == Step::Charge {
                    return Ok(Flow::Pause);
                }
                Ok(if self.patience.wait(after).await {
                    Flow::On
                } else {
                    Flow::Pause
                })
            }
            Verdict::LookUp => self.look_up(call.step).await,
            Verdict::Review(reason) => self.review(reason).await,
        }
    }

    /// A step that is too old to be made. Before the credential there was no charge; after it only Stripe knows.
    async fn give_up_or_look_up(&mut self, step: Step) -> Result<Flow, Failure> {
        if step == Step::DeriveCredential {
            let at = self.engine.host().now();
            return self
                .tell(PurchaseCommand::Void {
                    reason: VoidReason::NeverCharged,
                    at,
                })
                .await;
        }
        self.look_up(step).await
    }

    /// Asks Stripe's own books what became of the payment. Never charges.
    async fn look_up(&mut self, step: Step) -> Result<Flow, Failure> {
        let Some(platform) = self.platform()? else {
            return self.review("the app's platform key is missing").await;
        };
        let purchase = self.purchase()?;
        let Some(terms) = purchase.payment() else {
            return self.review("a free purchase was charged").await;
        };
        let since = purchase.started_at();
        let found = self
            .engine
            .gateway()
            .find_payment(&platform, &terms.account, &self.id, since)
            .await;
        let now = self.engine.host().now();
        match found {
            Outcome::Done(done) => {
                let verdict = match &done.value {
                    Some(facts) => verdict::payment(purchase, facts, now),
                    None => Verdict::Tell(Box::new(PurchaseCommand::Void {
                        reason: VoidReason::NeverCharged,
                        at: now,
                    })),
                };
                match verdict {
                    Verdict::Tell(command) => self.tell(*command).await,
                    Verdict::Review(reason) => self.review(reason).await,
                    Verdict::Again { .. } | Verdict::Token(_) | Verdict::LookUp => Ok(Flow::Pause),
                }
            }
            Outcome::Refused(refusal) => {
                tracing::warn!(purchase = %self.id, code = refusal.code, "Stripe would not let us look");
                self.review("Stripe would not let us look the payment up").await
            }
            Outcome::NotExecuted(_) | Outcome::Unknown(_) => {
                tracing::info!(purchase = %self.id, ?step, "the payment could not be looked up yet");
                Ok(Flow::Pause)
            }
        }
    }

    async fn token(&self, step: Step) -> Result<Option<SingleUseToken>, Failure> {
        let purchase = self.purchase()?;
        let Some(DerivedCredential::Token(sealed)) = purchase.derived().filter(|_| step == Step::Charge)
        else {
            return Ok(None);
        };
        let opened = self.engine.unseal(&purchase.order().user, sealed).await?;
        Ok(opened.and_then(|text| SingleUseToken::parse(text).ok()))
    }

    pub(crate) fn platform(&self) -> Result<Option<Platform>, Failure> {
        Ok(self.engine.platform(&self.purchase()?.order().app))
    }

    /// Records a fact. Where it ends the purchase, the rider's hold ends and the request is answered in one commit.
    pub(crate) async fn tell(&mut self, command: PurchaseCommand) -> Result<Flow, Failure> {
        if matches!(
            command,
            PurchaseCommand::RecordDecline { .. } | PurchaseCommand::Void { .. }
        ) {
            return self.end(command).await;
        }
        for _ in 0..ATTEMPTS {
            let change = match self.loaded.clone().decide(command.clone())? {
                Ok(change) => change,
                Err(rejection) => return self.contradicted(&rejection).await,
            };
            if change.is_empty() {
                return Ok(Flow::On);
            }
            let now = self.engine.host().now();
            let stored = self
                .engine
                .repository()
                .commit(&self.context, now, vec![change.write()?], vec![])
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => {
                    self.loaded = change.stored();
                    return Ok(Flow::On);
                }
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => self.reload().await?,
            }
        }
        Err(Failure::Contended)
    }

    pub(crate) async fn reload(&mut self) -> Result<(), Failure> {
        self.loaded = self.engine.repository().load(self.id.as_str()).await?;
        Ok(())
    }

    /// Stripe tells what the record excludes. Nothing is dropped: it is written down for a person to look at.
    pub(crate) async fn contradicted(&mut self, rejection: &PurchaseRejection) -> Result<Flow, Failure> {
        tracing::error!(purchase = %self.id, %rejection, "Stripe contradicts the record");
        let reason = match rejection {
            PurchaseRejection::ChargedAlready => "a second charge exists for this purchase",
            PurchaseRejection::AmountDiffers => "Stripe charged another amount than was ordered",
            _ => "Stripe reports what cannot follow from the record",
        };
        self.review(reason).await
    }

    pub(crate) async fn review(&mut self, reason: &str) -> Result<Flow, Failure> {
        metrics::counter!("purchases_for_review_total").increment(1);
        tracing::error!(purchase = %self.id, reason, "a person must look at this purchase");
        for _ in 0..ATTEMPTS {
            let at = self.engine.host().now();
            let command = PurchaseCommand::RequestReview {
                reason: reason.to_owned(),
                at,
            };
            let Ok(change) = self.loaded.clone().decide(command)? else {
                return Ok(Flow::Pause);
            };
            if change.is_empty() {
                return Ok(Flow::Pause);
            }
            let stored = self
                .engine
                .repository()
                .commit(&self.context, at, vec![change.write()?], vec![])
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => {
                    self.loaded = change.stored();
                    return Ok(Flow::Pause);
                }
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => self.reload().await?,
            }
        }
        Err(Failure::Contended)
    }

    /// The purchase is over. What this drive committed answers its request; where others ended it, the answer is
    /// rendered from how things stand and kept if nobody was first.
    async fn rest(mut self) -> Result<Rest, Failure> {
        let Some(ending) = self.ending else {
            return Ok(Rest::Settled(None));
        };
        if let Some(answer) = self.answer.take() {
            return Ok(Rest::Settled(Some(answer)));
        }
        let purchase = self.purchase()?;
        let completed = matches!(purchase.stage(), Stage::Completed { .. });
        let wallet = match completed {
            true => Some(self.engine.wallet(&purchase.order().user).await?),
            false => None,
        };
        let answer = (ending.render)(Settled {
            purchase,
            wallet: wallet.as_ref().and_then(Loaded::state),
        });
        let answer = match ending.claim {
            Some(claim) => self.engine.settle(&self.context, claim, answer).await?,
            None => answer,
        };
        Ok(Rest::Settled(Some(answer)))
    }
}

fn log_outcome(id: &PurchaseId, call: &PlannedCall, outcome: &Outcome<StepResult>) {
    let (step, result, stripe_request) = (call.step.as_str(), outcome.label(), outcome.request_id());
    match outcome {
        Outcome::Refused(refusal) => {
            tracing::info!(purchase = %id, step, result, stripe_request, code = refusal.code, "Stripe refused");
        }
        Outcome::Done(_) => tracing::debug!(purchase = %id, step, result, stripe_request, "Stripe answered"),
        Outcome::NotExecuted(postponed) | Outcome::Unknown(postponed) => {
            let reason = postponed.reason.as_str();
            tracing::warn!(purchase = %id, step, result, reason, stripe_request, "Stripe gave no answer");
        }
    }
}
