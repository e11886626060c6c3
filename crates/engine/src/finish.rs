//! The commits in which a purchase ends: with passes, or without.

use chrono::{DateTime, Utc};
use domain::{
    PassId, User, UserId,
    purchase::{AtOnce, PurchaseCommand},
    user::UserCommand,
    wallet::{IssueCause, Wallet, WalletCommand, issued_items},
};
use event_log::{Answer, RecordWrite};

use crate::{
    Engine, Failure, Settled,
    drive::{Drive, Flow},
    failure::Refused,
    handle::{ATTEMPTS, Change, Loaded},
};

impl Drive<'_> {
    /// Issues what was bought: the purchase completed, the passes in the wallet, the rider's hold ended and the
    /// request answered, in one commit. Whoever is overtaken asks anew what is next: deciding the same again upon what
    /// others made of the purchase could take back what they have issued.
    pub(crate) async fn issue(&mut self) -> Result<Flow, Failure> {
        if let Some(parked) = self.purchase()?.order().parked.clone() {
            return self.pay_for(&parked).await;
        }
        let at = self.engine.host().now();
        let user_id = self.purchase()?.order().user.clone();
        let Ok(completed) = self.loaded.clone().decide(PurchaseCommand::Complete { at })? else {
            return self.review("what was charged cannot be completed").await;
        };
        let wallet = self.engine.wallet(&user_id).await?;
        let Some(issued) = self.issue_into(wallet, at)? else {
            return self.cannot_issue().await;
        };
        let closed = self.close(&user_id).await?;
        let mut writes = vec![completed.write()?, issued.write()?];
        if let Some(closed) = &closed {
            writes.push(closed.write()?);
        }
        let (answer, records) = self.answer_to(&completed, issued.after());
        let stored = self
            .engine
            .repository()
            .commit(&self.context, at, writes, records)
            .await;
        match stored.map_err(Refused::from) {
            Ok(_) => {
                metrics::counter!("purchases_total", "end" => "completed").increment(1);
                self.loaded = completed.stored();
                self.answer = answer;
                Ok(Flow::On)
            }
            Err(Refused::Failed(failure)) => Err(failure),
            Err(Refused::Stale | Refused::Claimed(_)) => {
                self.reload().await?;
                Ok(Flow::Overtaken)
            }
        }
    }

    fn issue_into(
        &self,
        wallet: Loaded<Wallet>,
        at: DateTime<Utc>,
    ) -> Result<Option<Change<Wallet>>, Failure> {
        let purchase = self.purchase()?;
        let order = purchase.order();
        let cause = IssueCause::Purchase {
            purchase: order.purchase.clone(),
            stripe_source: purchase
                .payment()
                .map(|terms| terms.credential.as_str().to_owned()),
        };
        let items = issued_items(&order.purchase, &order.items);
        match wallet.decide(WalletCommand::Issue { cause, items, at })? {
            Ok(issued) => Ok(Some(self.activated_too(issued, at)?)),
            Err(rejection) => {
                tracing::error!(purchase = %self.id, %rejection, "what was bought cannot be issued");
                Ok(None)
            }
        }
    }

    /// Activates what was to be active at once, with the same commit. What cannot be activated any more, or comes too
    /// late, is the rider's all the same, and waits.
    fn activated_too(&self, issued: Change<Wallet>, at: DateTime<Utc>) -> Result<Change<Wallet>, Failure> {
        let purchase = self.purchase()?;
        let order = purchase.order();
        let Some(AtOnce { device }) = purchase.activation_due(at) else {
            return Ok(issued);
        };
        if self.engine.rides_are_free(&order.operator, at) {
            return Ok(issued);
        }
        let activate = WalletCommand::Activate {
            pass: PassId::bought(&order.purchase, 1),
            device,
            seen: None,
            caps: self.engine.caps_on_order(order, at),
            at,
        };
        match issued.clone().and(activate)? {
            Ok(activated) => Ok(activated),
            Err(rejection) => {
                tracing::warn!(purchase = %self.id, %rejection, "what was bought is not activated with it");
                Ok(issued)
            }
        }
    }

    /// What was charged and cannot be issued goes back.
    async fn cannot_issue(&mut self) -> Result<Flow, Failure> {
        if self.purchase()?.charge().is_none() {
            let at = self.engine.host().now();
            let reason = domain::purchase::VoidReason::NeverCharged;
            return self.tell(PurchaseCommand::Void { reason, at }).await;
        }
        self.refund_all("what was paid for could not be issued").await
    }

    /// Ends a purchase without passes, frees the rider and answers the request, in one commit. A decline is a fact and
    /// is told until it is stored; that nothing was charged is a conclusion, which others may have made untrue.
    pub(crate) async fn end(&mut self, command: PurchaseCommand) -> Result<Flow, Failure> {
        for _ in 0..ATTEMPTS {
            let at = self.engine.host().now();
            let user_id = self.purchase()?.order().user.clone();
            let ended = match self.loaded.clone().decide(command.clone())? {
                Ok(change) if change.is_empty() => return Ok(Flow::On),
                Ok(change) => change,
                Err(rejection) => return self.contradicted(&rejection).await,
            };
            let mut writes = vec![ended.write()?];
            match self.purchase()?.order().parked.clone() {
                Some(parked) => {
                    let owed = self.owed(&parked, &command, at).await?;
                    writes.extend([owed.parking.write()?, owed.user.write()?]);
                }
                None => {
                    let closed = self.close(&user_id).await?;
                    writes.extend(closed.map(|closed| closed.write()).transpose()?);
                }
            }
            let (answer, records) = self.answer_to(&ended, None);
            match self
                .engine
                .repository()
                .commit(&self.context, at, writes, records)
                .await
                .map_err(Refused::from)
            {
                Ok(_) => {
                    metrics::counter!("purchases_total", "end" => "not_charged").increment(1);
                    self.loaded = ended.stored();
                    self.answer = answer;
                    return Ok(Flow::On);
                }
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => self.reload().await?,
            }
            if matches!(command, PurchaseCommand::Void { .. }) {
                return Ok(Flow::Overtaken);
            }
        }
        Err(Failure::Contended)
    }

    /// The end of the rider's hold, where it is still held.
    pub(crate) async fn close(&self, user: &UserId) -> Result<Option<Change<User>>, Failure> {
        let at = self.engine.host().now();
        let purchase = self.id.clone();
        let user: Loaded<User> = self.engine.user(user).await?;
        let change = user.decide(UserCommand::ClosePurchase { purchase, at })?.ok();
        Ok(change.filter(|change| !change.is_empty()))
    }

    fn answer_to(
        &self,
        ended: &Change<domain::Purchase>,
        wallet: Option<&Wallet>,
    ) -> (Option<Answer>, Vec<RecordWrite>) {
        let (Some(ending), Some(purchase)) = (self.ending, ended.after()) else {
            return (None, Vec::new());
        };
        let answer = (ending.render)(Settled { purchase, wallet });
        let records = ending
            .claim
            .map(|claim| claim.settled(answer.clone()))
            .into_iter()
            .collect();
        (Some(answer), records)
    }
}

impl Engine {
    pub(crate) async fn wallet(&self, user: &UserId) -> Result<Loaded<Wallet>, Failure> {
        Ok(self.repository().load(user.as_str()).await?)
    }

    pub(crate) async fn user(&self, user: &UserId) -> Result<Loaded<User>, Failure> {
        Ok(self.repository().load(user.as_str()).await?)
    }
}
