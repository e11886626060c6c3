//! Disputes as Stripe has them, and what becomes of the passes whose payment is disputed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    DisputeId, PurchaseId, UserId,
    notification::{Handling, Notification},
    operator::DisputedPasses,
    purchase::{Purchase, PurchaseCommand},
    wallet::{ItemId, Standing, WalletCommand, issued_items},
};
use payments::{DisputeFacts, DisputeStatus, Outcome};

use crate::{
    Context, Engine, Failure,
    drive::Drive,
    failure::Refused,
    handle::{ATTEMPTS, Change, Loaded},
    located::Wallets,
};

/// What becomes of the passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stay,
    Suspended,
    GivenBack,
    Void,
}

impl Fate {
    /// By what the dispute has come to and what the operator wants. What was taken away until it is decided is given
    /// back or void once it is, whatever the operator wants by then.
    const fn of(status: &DisputeStatus, policy: DisputedPasses) -> Self {
        match (status, policy) {
            (DisputeStatus::Open, DisputedPasses::Suspend) => Self::Suspended,
            (DisputeStatus::Lost, DisputedPasses::Suspend | DisputedPasses::VoidIfLost) => Self::Void,
            (DisputeStatus::Won | DisputeStatus::InquiryClosed, _)
            | (DisputeStatus::Lost, DisputedPasses::Keep) => Self::GivenBack,
            (DisputeStatus::Open, DisputedPasses::Keep | DisputedPasses::VoidIfLost)
            | (DisputeStatus::Inquiry | DisputeStatus::Other(_), _) => Self::Stay,
        }
    }
}

impl Engine {
    /// Asks Stripe how the dispute stands, and writes down what that changes. Nothing as long as Stripe does not answer.
    pub(crate) async fn follow_dispute(
        &self,
        context: &Context,
        id: &PurchaseId,
        known: &Notification,
    ) -> Result<Option<Handling>, Failure> {
        let mut drive = self.drive_told(context, id).await?;
        let purchase = drive.purchase()?;
        let dispute = known.object().and_then(|object| DisputeId::parse(object).ok());
        let (Some(dispute), Some(terms)) = (dispute, purchase.payment()) else {
            return Ok(Some(Handling::Irrelevant));
        };
        let Some(platform) = drive.platform()? else {
            drive.without_key();
            return Ok(None);
        };
        let told = self
            .gateway()
            .retrieve_dispute(&platform, &terms.account, &dispute)
            .await;
        let facts = match told {
            Outcome::Done(done) => done.value,
            Outcome::Refused(refusal) => {
                tracing::warn!(purchase = %id, %dispute, code = refusal.code, "Stripe would not show a dispute");
                drive
                    .review("Stripe would not show a dispute that it told of")
                    .await?;
                return Ok(Some(Handling::Irrelevant));
            }
            Outcome::NotExecuted(_) | Outcome::Unknown(_) => return Ok(None),
        };
        match purchase.charge() {
            Some(charge) if charge.charge == facts.charge => {
                self.take_dispute(context, id, drive, &facts).await?;
                Ok(Some(Handling::Applied))
            }
            Some(_) => {
                drive
                    .review("a charge was disputed that does not pay for this purchase")
                    .await?;
                Ok(Some(Handling::Applied))
            }
            // It is being found out what was charged.
            None => Ok(None),
        }
    }

    /// The dispute and the passes change in one commit.
    async fn take_dispute(
        &self,
        context: &Context,
        id: &PurchaseId,
        mut drive: Drive<'_>,
        facts: &DisputeFacts,
    ) -> Result<(), Failure> {
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded: Loaded<Purchase> = self.repository().load(id.as_str()).await?;
            let Some(command) = command_for(facts, at) else {
                drive
                    .review("a dispute is in a state that is not known here")
                    .await?;
                return Ok(());
            };
            let recorded = match loaded.decide(command)? {
                Ok(recorded) if recorded.is_empty() => return Ok(()),
                Ok(recorded) => recorded,
                Err(rejection) => {
                    drive.contradicted(&rejection).await?;
                    return Ok(());
                }
            };
            let mut writes = vec![recorded.write()?];
            if let Some(purchase) = recorded.after() {
                for wallet in self.passes_of_disputed(purchase, facts, at).await?.values() {
                    writes.push(wallet.write()?);
                }
            }
            let stored = self.repository().commit(context, at, writes, vec![]).await;
            match stored.map_err(Refused::from) {
                Ok(_) => {
                    metrics::counter!("disputes_total", "status" => label(&facts.status)).increment(1);
                    tracing::info!(purchase = %id, dispute = %facts.id, status = label(&facts.status), "a dispute");
                    return Ok(());
                }
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended)
    }

    /// What the dispute changes in whosever wallet the passes are by now.
    async fn passes_of_disputed(
        &self,
        purchase: &Purchase,
        facts: &DisputeFacts,
        at: DateTime<Utc>,
    ) -> Result<Wallets, Failure> {
        let order = purchase.order();
        let operator = self.directory().operator(&order.operator);
        let policy = operator.map_or_else(DisputedPasses::default, |it| it.disputed_passes());
        let fate = Fate::of(&facts.status, policy);
        let mut wallets = Wallets::new();
        if fate == Fate::Stay {
            return Ok(wallets);
        }
        let mut held: BTreeMap<UserId, Vec<ItemId>> = BTreeMap::new();
        for sold in issued_items(&order.purchase, &order.items) {
            if let Some(located) = self.locate(&mut wallets, &order.user, &sold.item).await? {
                held.entry(located.holder).or_default().push(located.item);
            }
        }
        // Who only passed them on has nothing that changes.
        wallets.retain(|holder, _| held.contains_key(holder));
        for (holder, mut items) in held {
            let Some(wallet) = wallets.remove(&holder) else {
                continue;
            };
            if fate == Fate::Void {
                items.retain(|item| counts(&wallet, item));
            }
            let Some(command) = fate_of(fate, facts, items, at) else {
                wallets.insert(holder, wallet);
                continue;
            };
            let changed = wallet.and(command)?;
            let changed =
                changed.map_err(|rejection| Failure::Corrupt(format!("{}: {rejection}", order.purchase)))?;
            wallets.insert(holder, changed);
        }
        Ok(wallets)
    }
}

fn counts(wallet: &Change<domain::Wallet>, item: &ItemId) -> bool {
    let standing = wallet.after().and_then(|wallet| wallet.standing(item));
    matches!(
        standing,
        Some(Standing::Good | Standing::Reserved { .. } | Standing::Suspended { .. })
    )
}

/// What a wallet is asked; nothing where there is nothing left that counts.
fn fate_of(fate: Fate, facts: &DisputeFacts, items: Vec<ItemId>, at: DateTime<Utc>) -> Option<WalletCommand> {
    let dispute = facts.id.clone();
    match fate {
        Fate::Suspended => Some(WalletCommand::Suspend { dispute, items, at }),
        Fate::GivenBack => Some(WalletCommand::Reinstate { dispute, at }),
        Fate::Void if !items.is_empty() => Some(WalletCommand::Invalidate {
            items,
            reason: format!("the payment was disputed and lost ({dispute})"),
            at,
        }),
        Fate::Void | Fate::Stay => None,
    }
}

/// What the purchase is told; nothing of a state that nobody knows yet.
fn command_for(facts: &DisputeFacts, at: DateTime<Utc>) -> Option<PurchaseCommand> {
    let (inquiry, won) = match &facts.status {
        DisputeStatus::Inquiry => (true, None),
        DisputeStatus::InquiryClosed => (true, Some(true)),
        DisputeStatus::Open => (false, None),
        DisputeStatus::Won => (false, Some(true)),
        DisputeStatus::Lost => (false, Some(false)),
        DisputeStatus::Other(_) => return None,
    };
    let (dispute, amount, reason) = (facts.id.clone(), facts.amount, facts.reason.clone());
    Some(match won {
        None => PurchaseCommand::RecordDispute {
            dispute,
            amount,
            inquiry,
            reason,
            at,
        },
        Some(won) => PurchaseCommand::RecordDisputeClosed {
            dispute,
            amount,
            inquiry,
            reason,
            won,
            at,
        },
    })
}

const fn label(status: &DisputeStatus) -> &'static str {
    match status {
        DisputeStatus::Inquiry => "inquiry",
        DisputeStatus::InquiryClosed => "inquiry_closed",
        DisputeStatus::Open => "open",
        DisputeStatus::Won => "won",
        DisputeStatus::Lost => "lost",
        DisputeStatus::Other(_) => "other",
    }
}
