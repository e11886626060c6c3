//! Drives a purchase to rest. Live requests and the resolver both come through here, and so does everything that is
//! ever asked of Stripe for a purchase.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{
    PurchaseId,
    purchase::{
        DerivedCredential, Next, PlannedCall, Purchase, PurchaseCommand, Stage, Step, UnknownReason,
        VoidReason,
    },
};
use event_log::Answer;
use futures::future::BoxFuture;
use payments::{Outcome, Platform, SingleUseToken, StepResult, execute};

use crate::{
    Claim, Context, Engine, Failure, Render, Settled,
    flights::seat_of,
    handle::{ATTEMPTS, Loaded},
    patience::Patience,
    verdict::{self, Absent, Verdict},
    work,
};

/// More than any purchase takes, retries included. What is not at rest then is left to the next round.
const MOST_STEPS: usize = 64;

/// How far the clock may lie behind what is recorded before it is not believed any more.
const CLOCK_SLACK: Duration = Duration::from_mins(10);

/// How a drive ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rest {
    /// The purchase is over; this is the answer, where one was wanted.
    Settled(Option<Answer>),
    /// It is not over, and more patience is needed than there was.
    Pending,
    /// The card was refused for now; whoever asks again has it tried again.
    DeclinedForNow,
    /// Stripe is at work on the same call for somebody else.
    InUse,
    /// A person must look before it can go on.
    ForReview,
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
    /// This drive recorded the credential and has not asked for a charge since.
    charge_is_first: bool,
    /// The card was refused for now when this drive began, and somebody waits for the answer of another go.
    pub(crate) is_asked_again: bool,
    /// Somebody else was faster since this was last looked at, or it is not known whether we were stored.
    pub(crate) overtaken: bool,
    /// What was committed by this drive and answers its request.
    pub(crate) answer: Option<Answer>,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Something was recorded.
    On,
    /// Nothing was, since somebody else was faster: what is next has to be asked anew.
    Overtaken,
    /// Nothing can be done now.
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
        let refused = |purchase: &Purchase| purchase.declined_for_now().is_some();
        let is_asked_again = ending.is_some() && loaded.state().is_some_and(refused);
        Self {
            engine,
            context,
            id,
            loaded,
            ending,
            patience,
            charge_is_first: false,
            is_asked_again,
            overtaken: false,
            answer: None,
        }
    }

    /// Does what is next until nothing is, or patience ends. On the heap, since it is large and everybody waits for it.
    pub(crate) fn run(self) -> BoxFuture<'a, Result<Rest, Failure>> {
        Box::pin(self.finish_all())
    }

    async fn finish_all(mut self) -> Result<Rest, Failure> {
        // What Stripe tells meanwhile is most likely what it is about to answer: whoever hears of it waits for that.
        let _seat = self.engine.flights().try_board(seat_of(&self.id));
        let mut overtaken = 0;
        for _ in 0..MOST_STEPS {
            if self.is_answerable()? {
                return self.rest().await;
            }
            let flow = match self.purchase()?.next() {
                Next::Call { call, planned_at } => self.call(&call, planned_at).await?,
                Next::Issue => self.issue().await?,
                Next::RefundAll => {
                    self.refund_all("the charge came after the purchase had ended")
                        .await?
                }
                Next::Refund { refund } => self.refund(&refund).await?,
                Next::AwaitRetry { until } => self.await_retry(until).await?,
                Next::HandOver => self.offer().await?,
                Next::AwaitOperator { charge_before } => self.await_operator(charge_before).await?,
                Next::Verify { charge } => self.verify(&charge).await?,
                Next::Nothing => return self.rest().await,
            };
            match flow {
                Flow::On => {}
                Flow::Pause => return self.waits_for(),
                Flow::Overtaken => overtaken += 1,
            }
            if overtaken >= ATTEMPTS {
                return Err(Failure::Contended);
            }
        }
        Ok(Rest::Pending)
    }

    /// Whoever waits for how it ended need not wait for a refund that was asked for since.
    fn is_answerable(&self) -> Result<bool, Failure> {
        let ended = matches!(
            self.purchase()?.stage(),
            Stage::Completed { .. } | Stage::Declined { .. } | Stage::Voided { .. }
        );
        Ok(ended && self.ending.is_some())
    }

    pub(crate) fn purchase(&self) -> Result<&Purchase, Failure> {
        self.loaded
            .state()
            .ok_or_else(|| Failure::Corrupt(format!("{} was never started", self.id)))
    }

    async fn call(&mut self, call: &PlannedCall, planned_at: DateTime<Utc>) -> Result<Flow, Failure> {
        let Some(age) = self.age(planned_at) else {
            tracing::error!(purchase = %self.id, "the clock is far behind the record; nothing is charged by it");
            return self.look_up(Absent::Open, Duration::ZERO).await;
        };
        // Giving up a payment is never too late, and what Stripe is working on its key would only repeat.
        let too_old = call.step != Step::Cancel && age >= self.engine.settings().stale_after;
        let processing = self.purchase()?.unknown_call() == Some((Step::Charge, UnknownReason::Processing));
        if too_old || processing {
            return self.give_up_or_look_up(call.step, age).await;
        }
        let Some(platform) = self.platform()? else {
            return Ok(self.without_key());
        };
        let token = self.token(call.step).await?;
        let purchase = self.purchase()?;
        let account = purchase.payment().map(|terms| terms.account.clone());
        let (Some(account), Ok(step)) = (account, work::work_for(purchase, call, token)) else {
            return self
                .review("the purchase does not hold what its next call needs")
                .await;
        };
        let first = call.step == Step::Charge && self.charge_is_first;
        let outcome = execute(self.engine.gateway(), &platform, &account, &step).await;
        // What was certainly not executed leaves the next attempt the first.
        self.charge_is_first = first && matches!(outcome, Outcome::NotExecuted(_));
        log_outcome(&self.id, call, &outcome);
        let now = self.engine.host().now();
        let verdict = verdict::judge(self.purchase()?, call, &outcome, first, now, age);
        self.follow(call, verdict, age).await
    }

    /// How long ago that was; nothing when the clock cannot be right.
    pub(crate) fn age(&self, since: DateTime<Utc>) -> Option<Duration> {
        let age = self.engine.host().now() - since;
        match age.to_std() {
            Ok(age) => Some(age),
            Err(_) if age.abs().to_std().is_ok_and(|ahead| ahead <= CLOCK_SLACK) => Some(Duration::ZERO),
            Err(_) => None,
        }
    }

    async fn follow(&mut self, call: &PlannedCall, verdict: Verdict, age: Duration) -> Result<Flow, Failure> {
        match verdict {
            Verdict::Tell(command) if matches!(*command, PurchaseCommand::RecordCredential { .. }) => {
                self.credential(*command).await
            }
            Verdict::Tell(command) => self.tell(self.for_whoever_asks(*command)).await,
            Verdict::Token(token) => {
                let user = self.purchase()?.order().user.clone();
                let sealed = self.engine.seal(&user, token.expose()).await?;
                self.credential(PurchaseCommand::RecordCredential {
                    generation: call.generation,
                    credential: DerivedCredential::Token(sealed),
                })
                .await
            }
            Verdict::Again { unknown, after } => {
                if let Some(reason) = unknown {
                    self.not_known(call.step, reason).await?;
                }
                if unknown == Some(UnknownReason::Processing) {
                    return Ok(Flow::Pause);
                }
                self.wait(after).await
            }
            Verdict::LookUp(absent) => self.look_up(absent, age).await,
            Verdict::Review(reason) => self.review(reason).await,
        }
    }

    /// The first charge is ours to make only if it was us who recorded what to charge.
    async fn credential(&mut self, command: PurchaseCommand) -> Result<Flow, Failure> {
        self.overtaken = false;
        let flow = self.tell(command).await?;
        self.charge_is_first = flow == Flow::On && !self.overtaken;
        Ok(flow)
    }

    /// Notes that a call's outcome is not known: once, however often and for however many reasons it is asked.
    pub(crate) async fn not_known(&mut self, step: Step, reason: UnknownReason) -> Result<(), Failure> {
        let known = self.purchase()?.unknown_call();
        let told = known.is_some_and(|(known, _)| known == step) && reason != UnknownReason::Processing;
        if !told {
            self.tell(PurchaseCommand::RecordUnknown { step, reason }).await?;
        }
        Ok(())
    }

    pub(crate) async fn wait(&mut self, asked: Option<Duration>) -> Result<Flow, Failure> {
        if !self.patience.wait(asked).await {
            return Ok(Flow::Pause);
        }
        // Stripe may have told meanwhile what its reply would have.
        let loaded: Loaded<Purchase> = self.engine.repository().load(self.id.as_str()).await?;
        if loaded.version() != self.loaded.version() {
            self.loaded = loaded;
            self.overtaken = true;
        }
        Ok(Flow::On)
    }

    /// A step that is too old to be made. Before the credential there was no charge; after it only Stripe knows.
    async fn give_up_or_look_up(&mut self, step: Step, age: Duration) -> Result<Flow, Failure> {
        match step {
            Step::DeriveCredential => {
                let (reason, at) = (VoidReason::NeverCharged, self.engine.host().now());
                self.tell(PurchaseCommand::Void { reason, at }).await
            }
            Step::Charge | Step::Cancel => self.look_up(Absent::Open, age).await,
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

    /// The key that Stripe is asked with, if it is the key of the account that the purchase was made on.
    pub(crate) fn platform(&self) -> Result<Option<Platform>, Failure> {
        let purchase = self.purchase()?;
        let terms = purchase.payment();
        Ok(terms.and_then(|terms| self.engine.platform_on(&purchase.order().app, &terms.platform)))
    }

    /// Nothing is wrong with the purchase, so nothing is recorded: another server may have the key.
    pub(crate) fn without_key(&self) -> Flow {
        tracing::error!(purchase = %self.id, "there is no key for the platform account of this purchase");
        Flow::Pause
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
