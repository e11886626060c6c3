//! From how a Stripe call ended to what the purchase is told. Pure, and the one place where that is decided.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{
    Money,
    purchase::{
        ChargeFacts, Decline, DerivedCredential, PlannedCall, Purchase, PurchaseCommand, Step, UnknownReason,
        VoidReason,
    },
};
use payments::{
    Outcome, PaymentFacts, PaymentStatus, Postponed, Reason, Refusal, RefusalKind, RetryAdvice, StepResult,
};

/// What follows from a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A fact to record.
    Tell(Box<PurchaseCommand>),
    /// A single-use token to seal and record.
    Token(payments::SingleUseToken),
    /// Ask again under the same key; the reason is recorded unless it is certain that nothing was executed.
    Again {
        /// Why we do not know, if something may have happened.
        unknown: Option<UnknownReason>,
        /// How long Stripe wants us to wait.
        after: Option<Duration>,
    },
    /// Only Stripe's own books can tell.
    LookUp(Absent),
    /// Money and record contradict each other; a person must look.
    Review(&'static str),
}

/// What it means if Stripe's books show no payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// The only call that could make one has just been refused: nothing was taken and nothing will be.
    Refused,
    /// Nothing yet: a call may still be on its way.
    Open,
}

/// Judges the answer to a step of a purchase. `first_attempt` says that this call was not made before as far as this
/// process can know: only then does a refusal prove that nothing happened.
pub(crate) fn judge(
    purchase: &Purchase,
    call: &PlannedCall,
    outcome: &Outcome<StepResult>,
    first_attempt: bool,
    now: DateTime<Utc>,
    age: Duration,
) -> Verdict {
    match outcome {
        Outcome::Done(done) => match &done.value {
            StepResult::PaymentMethod(id) => tell(PurchaseCommand::RecordCredential {
                generation: call.generation,
                credential: DerivedCredential::PaymentMethod(id.clone()),
            }),
            StepResult::Token(token) => Verdict::Token(token.clone()),
            StepResult::Payment(facts) => payment(purchase, facts, now),
            StepResult::Refund(_) => Verdict::Review("a refund answered a step that is none"),
        },
        Outcome::Refused(refusal) => refused(call, refusal, first_attempt, now),
        Outcome::NotExecuted(postponed) => postponed_step(call.step, outcome.advice(age), None, postponed),
        Outcome::Unknown(postponed) => {
            postponed_step(call.step, outcome.advice(age), Some(why(postponed)), postponed)
        }
    }
}

/// A credential costs nothing, however often it is made; a charge that must not be sent again is looked for.
fn postponed_step(
    step: Step,
    advice: RetryAdvice,
    unknown: Option<UnknownReason>,
    postponed: &Postponed,
) -> Verdict {
    let after = postponed.retry_after;
    // What Stripe stored it will only repeat. That call is over, so that its own books can tell what it left.
    let stored = postponed.replayed && postponed.reason == Reason::ServerError;
    match (step, advice) {
        (Step::Charge | Step::Cancel, _) if stored => Verdict::LookUp(Absent::Open),
        (Step::Charge | Step::Cancel, RetryAdvice::LookUp) => Verdict::LookUp(Absent::Open),
        (Step::DeriveCredential, _)
        | (_, RetryAdvice::SameKey { .. } | RetryAdvice::Never | RetryAdvice::NewGeneration) => {
            Verdict::Again { unknown, after }
        }
    }
}

/// Judges a payment as Stripe shows it, by reply, look-up or webhook.
pub(crate) fn payment(purchase: &Purchase, facts: &PaymentFacts, now: DateTime<Utc>) -> Verdict {
    match &facts.status {
        PaymentStatus::Succeeded => succeeded(purchase, facts, now),
        PaymentStatus::Processing => Verdict::Again {
            unknown: Some(UnknownReason::Processing),
            after: None,
        },
        PaymentStatus::RequiresAction | PaymentStatus::RequiresConfirmation => match &facts.payment_intent {
            Some(intent) => tell(PurchaseCommand::RecordActionRequired {
                payment_intent: intent.clone(),
                at: now,
            }),
            None => Verdict::Review("a payment waits for the rider and has no name"),
        },
        PaymentStatus::RequiresPaymentMethod => tell(PurchaseCommand::RecordDecline {
            decline: Decline {
                code: facts
                    .problem
                    .as_ref()
                    .and_then(|problem| problem.code.clone())
                    .unwrap_or_else(|| "card_declined".to_owned()),
                decline_code: facts
                    .problem
                    .as_ref()
                    .and_then(|problem| problem.decline_code.clone()),
                payment_intent: facts.payment_intent.clone(),
            },
            at: now,
        }),
        PaymentStatus::Canceled => tell(PurchaseCommand::Void {
            reason: VoidReason::ActionRequired,
            at: now,
        }),
        PaymentStatus::RequiresCapture | PaymentStatus::Other(_) => {
            Verdict::Review("the payment is in a state that we never ask for")
        }
    }
}

fn succeeded(purchase: &Purchase, facts: &PaymentFacts, now: DateTime<Utc>) -> Verdict {
    let Some(charge) = facts.charge.clone() else {
        return Verdict::Review("a payment succeeded and names no charge");
    };
    let order = purchase.order();
    let (amount, engine_fee) = match facts.amount {
        // Where Stripe shows the amount it shows the fee, too, unless there is none.
        Some(amount) => (amount, facts.fee.unwrap_or_else(|| Money::zero(amount.currency))),
        None => (order.total, facts.fee.unwrap_or(order.engine_fee)),
    };
    tell(PurchaseCommand::RecordCharge {
        facts: ChargeFacts {
            payment_intent: facts.payment_intent.clone(),
            charge,
            amount,
            engine_fee,
        },
        at: now,
    })
}

fn refused(call: &PlannedCall, refusal: &Refusal, first_attempt: bool, now: DateTime<Utc>) -> Verdict {
    match (call.step, refusal.kind) {
        // The PaymentIntent cannot be cancelled: it went on meanwhile, so its own state decides.
        (Step::Cancel, _) => Verdict::LookUp(Absent::Open),
        (Step::DeriveCredential | Step::Charge, RefusalKind::Card)
            if refusal.payment_status == Some(PaymentStatus::RequiresAction) =>
        {
            match refusal.payment_intent.clone() {
                Some(payment_intent) => tell(PurchaseCommand::RecordActionRequired {
                    payment_intent,
                    at: now,
                }),
                None => Verdict::Review("a payment waits for the rider and has no name"),
            }
        }
        (Step::DeriveCredential | Step::Charge, RefusalKind::Card) => {
            let decline = Decline {
                code: refusal.code.clone().unwrap_or_else(|| "card_declined".to_owned()),
                decline_code: refusal.decline_code.clone(),
                payment_intent: refusal.payment_intent.clone(),
            };
            declined(call, decline, now)
        }
        // No money moves before the charge step, so a refusal of the step before it ends the purchase safely.
        (
            Step::DeriveCredential,
            RefusalKind::InvalidRequest
            | RefusalKind::NotFound
            | RefusalKind::Authentication
            | RefusalKind::Permission,
        ) => void(VoidReason::RefusedByStripe, now),
        (Step::DeriveCredential, RefusalKind::Idempotency) => void(VoidReason::KeyReused, now),
        (Step::DeriveCredential, RefusalKind::Other) => void(VoidReason::Undocumented, now),
        (Step::Charge, kind) => refused_charge(kind, refusal.replayed, first_attempt, now),
    }
}

/// A refusal tells nothing of an earlier attempt unless Stripe repeats it from its record of that attempt: it may
/// look at keys, accounts and parameters before it looks whether it has seen the request.
fn refused_charge(kind: RefusalKind, replayed: bool, first_attempt: bool, now: DateTime<Utc>) -> Verdict {
    match kind {
        RefusalKind::InvalidRequest | RefusalKind::NotFound if first_attempt || replayed => {
            void(VoidReason::RefusedByStripe, now)
        }
        RefusalKind::InvalidRequest | RefusalKind::NotFound => Verdict::LookUp(Absent::Refused),
        RefusalKind::Authentication | RefusalKind::Permission if first_attempt => {
            void(VoidReason::RefusedByStripe, now)
        }
        // The key was used for something else, or we may not ask at this moment: who asked before is not known.
        RefusalKind::Authentication
        | RefusalKind::Permission
        | RefusalKind::Idempotency
        | RefusalKind::Other
        | RefusalKind::Card => Verdict::LookUp(Absent::Open),
    }
}

fn why(postponed: &Postponed) -> UnknownReason {
    match postponed.reason {
        Reason::InProgress | Reason::LockTimeout => UnknownReason::InProgress,
        Reason::ServerError | Reason::StripeSaysRetry | Reason::UnexpectedStatus => {
            UnknownReason::ServerError
        }
        Reason::NotJson | Reason::Incomplete | Reason::TooLarge | Reason::TooManyPages => {
            UnknownReason::Unreadable
        }
        Reason::Unsendable
        | Reason::NameLookup
        | Reason::NotConnected
        | Reason::ConnectTimeout
        | Reason::RateLimited
        | Reason::Deadline
        | Reason::ConnectionLost
        | Reason::CircuitOpen
        | Reason::RetryBudget
        | Reason::Crowded => UnknownReason::ReplyLost,
    }
}

/// A decline is final unless it passes by itself; of the steps, only the charge is made anew for it.
fn declined(call: &PlannedCall, decline: Decline, now: DateTime<Utc>) -> Verdict {
    let at = now;
    if call.step == Step::Charge && decline.may_be_retried(call.generation) {
        let generation = call.generation;
        return tell(PurchaseCommand::RecordPassingDecline {
            generation,
            decline,
            at,
        });
    }
    tell(PurchaseCommand::RecordDecline { decline, at })
}

fn void(reason: VoidReason, now: DateTime<Utc>) -> Verdict {
    tell(PurchaseCommand::Void { reason, at: now })
}

fn tell(command: PurchaseCommand) -> Verdict {
    Verdict::Tell(Box::new(command))
}

#[cfg(test)]
mod tests;
