//! Trying what is owed once more without anybody asking: when the rule says that it is time, and when a rider saves
//! another card.

use std::{future::ready, time::Duration};

use chrono::{DateTime, Utc};
use domain::{
    ParkingSessionId, User, UserId,
    parking::{Bill, ParkingSession, Payment},
    purchase::{Purchase, Stage},
};
use event_log::Store;
use futures::{StreamExt, stream};
use projector::{ParkingStays, StayRow};

use super::problem::StayProblem;
use crate::{Context, Engine, Failure, handle::Loaded, up_to_date::unavailable};

/// How many debts are listed at once. A round goes through all that are due.
const PAGE: usize = 256;

/// How many are tried at once.
const AT_ONCE: usize = 8;

/// How often it is looked for debts at most and at least.
const OFTEN: Duration = Duration::from_millis(500);
const SELDOM: Duration = Duration::from_mins(1);

impl Engine {
    /// A small part of the shortest wait: nobody notices whether a card is asked a minute later.
    pub(crate) fn look_for_debts_every(&self) -> Duration {
        let waits = self.settings().debt_retries.steps();
        let shortest = waits.filter_map(|(_, wait)| wait.to_std().ok()).min();
        (shortest.unwrap_or(SELDOM) / 60).clamp(OFTEN, SELDOM)
    }

    /// Tries everything once more that is owed and due. What fails is left for the next round and keeps nothing else
    /// from its turn.
    pub(crate) async fn retry_debts(
        &self,
        views: &Store,
        is_over: &(dyn Fn() -> bool + Send + Sync),
    ) -> Result<(), Failure> {
        for (attempts, wait) in self.settings().debt_retries.steps() {
            let Some(until) = self.host().now().checked_sub_signed(wait) else {
                continue;
            };
            let mut last: Option<StayRow> = None;
            loop {
                let page = ParkingStays::owed(views, attempts, until, last.as_ref(), PAGE);
                let page = page.await.map_err(unavailable)?;
                let is_last = page.len() < PAGE;
                last = page.last().cloned();
                let tried = stream::iter(page)
                    .take_while(|_| ready(!is_over()))
                    .map(|row| self.retry_debt(row))
                    .buffer_unordered(AT_ONCE);
                tried.for_each(|()| ready(())).await;
                if is_last || is_over() {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn retry_debt(&self, row: StayRow) {
        let context = Context::of_resolver(Some(row.app.clone()), row.session.as_str());
        let tried = match row.last_attempt_at {
            Some(last) => self.try_if_due(&context, &row.session, last).await,
            None => Ok(()),
        };
        if let Err(failure) = tried {
            tracing::warn!(session = %row.session, %failure, "what is owed is tried again later");
        }
    }

    /// The row may be older than what others did since, so the streams decide.
    async fn try_if_due(
        &self,
        context: &Context,
        session: &ParkingSessionId,
        last_attempt_at: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let loaded = self.parking(session).await?;
        let Some((stay, bill)) = loaded.state().and_then(|it| Some((it.stay(), it.bill()?))) else {
            return Ok(());
        };
        let rule = self.settings().debt_retries;
        if !rule.is_due(bill, last_attempt_at, self.host().now()) {
            return Ok(());
        }
        let user = self.user(&stay.user).await?;
        match user.state() {
            Some(rider) if self.may_ask_for(rider, bill).await? => {
                self.try_once(context, session, bill.attempts).await
            }
            _ => Ok(()),
        }
    }

    /// Tries everything that a rider owes with the card that was saved a moment ago. Saving it succeeded whatever comes
    /// of this.
    pub(crate) async fn pay_debts_of(&self, context: &Context, user: &UserId) {
        if let Err(failure) = self.try_debts_of(context, user).await {
            tracing::warn!(%user, %failure, "what is owed is not paid with the new card yet");
        }
    }

    async fn try_debts_of(&self, context: &Context, user: &UserId) -> Result<(), Failure> {
        let loaded = self.user(user).await?;
        let Some(rider) = loaded.state() else {
            return Ok(());
        };
        let mut open = rider.debts().count();
        for session in rider.stays().rev() {
            if open == 0 {
                break;
            }
            let stay = self.parking(session).await?;
            let Some(bill) = stay.state().and_then(ParkingSession::bill) else {
                continue;
            };
            let is_open = bill.debt.as_ref().is_some_and(|debt| rider.debt(debt).is_some());
            open -= usize::from(is_open);
            if is_open && bill.payment == Payment::Owed && self.may_ask_for(rider, bill).await? {
                self.try_once(context, session, bill.attempts).await?;
            }
        }
        Ok(())
    }

    /// Whether the rider has a card, and it is not the one of which Stripe said that it must not be asked again.
    async fn may_ask_for(&self, rider: &User, bill: &Bill) -> Result<bool, Failure> {
        let Some(card) = self.card_of(rider) else {
            return Ok(false);
        };
        let last: Loaded<Purchase> = self.repository().load(bill.purchase.as_str()).await?;
        let Some(last) = last.state() else { return Ok(true) };
        let is_forbidden = match last.stage() {
            Stage::Declined { decline } => decline.forbids_retry(),
            Stage::Started
            | Stage::CredentialReady
            | Stage::ActionRequired { .. }
            | Stage::HandedOver { .. }
            | Stage::Charged
            | Stage::Completed { .. }
            | Stage::Voided { .. } => false,
        };
        let is_the_same = last
            .payment()
            .is_some_and(|terms| terms.credential == card.credential);
        Ok(!(is_forbidden && is_the_same))
    }

    /// Whatever refuses it is no failure: it is owed as before.
    async fn try_once(
        &self,
        context: &Context,
        session: &ParkingSessionId,
        seen: u32,
    ) -> Result<(), Failure> {
        match self.try_debt(context, session, Some(seen)).await {
            Ok(shown) => {
                let is_paid = shown
                    .session
                    .bill()
                    .is_some_and(|bill| bill.payment == Payment::Paid);
                let end = if is_paid { "paid" } else { "not_paid" };
                metrics::counter!("debts_retried_total", "end" => end).increment(1);
                Ok(())
            }
            Err(StayProblem::Failure(failure)) => Err(failure),
            Err(problem) => {
                tracing::debug!(%session, %problem, "what is owed cannot be tried now");
                Ok(())
            }
        }
    }
}
