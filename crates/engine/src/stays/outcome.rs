//! The commits in which the purchase of a stay ends: paid, or owed.

use chrono::{DateTime, Utc};
use domain::{
    PurchaseId, User,
    parking::{ParkingCommand, ParkingSession},
    purchase::{ParkedStay, PurchaseCommand},
    user::UserCommand,
};

use super::{bill::known, end::contradiction, rider::of_rider};
use crate::{
    Failure,
    drive::{Drive, Flow},
    failure::Refused,
    handle::Change,
};

/// What a purchase that failed leaves behind.
pub(crate) struct Owed {
    pub(crate) parking: Change<ParkingSession>,
    pub(crate) user: Change<User>,
}

impl Drive<'_> {
    /// Notes that a stay is paid: the purchase completed, the stay paid, and what was owed for it settled, in one commit.
    pub(crate) async fn pay_for(&mut self, parked: &ParkedStay) -> Result<Flow, Failure> {
        let at = self.engine.host().now();
        let Ok(completed) = self.loaded.clone().decide(PurchaseCommand::Complete { at })? else {
            return self.review("what was charged cannot be completed").await;
        };
        let loaded = self.engine.parking(&parked.session).await?;
        let session = known(&loaded, &parked.session)?;
        let purchase = self.id.clone();
        let Ok(paid) = loaded.decide(ParkingCommand::RecordPaid { purchase, at })? else {
            return self.refund_all("the stay was paid already").await;
        };
        let mut writes = vec![completed.write()?, paid.write()?];
        if let Some(debt) = session.bill().and_then(|bill| bill.debt.clone()) {
            let user = self.engine.user(&session.stay().user).await?;
            let settle = UserCommand::SettleDebt { purchase: debt, at };
            writes.push(of_rider(user.unchanged(), settle, &parked.session)?.write()?);
        }
        let stored = self
            .engine
            .repository()
            .commit(&self.context, at, writes, Vec::new())
            .await;
        match stored.map_err(Refused::from) {
            Ok(_) => {
                metrics::counter!("purchases_total", "end" => "completed").increment(1);
                self.loaded = completed.stored();
                Ok(Flow::On)
            }
            Err(Refused::Failed(failure)) => Err(failure),
            Err(Refused::Stale | Refused::Claimed(_)) => {
                self.reload().await?;
                Ok(Flow::Overtaken)
            }
        }
    }

    /// That the rider owes the stay, to be stored with the end of its purchase.
    pub(crate) async fn owed(
        &self,
        parked: &ParkedStay,
        command: &PurchaseCommand,
        at: DateTime<Utc>,
    ) -> Result<Owed, Failure> {
        let loaded = self.engine.parking(&parked.session).await?;
        let session = known(&loaded, &parked.session)?;
        let purchase = self.id.clone();
        let owed_by: PurchaseId = session
            .bill()
            .and_then(|bill| bill.debt.clone())
            .unwrap_or_else(|| purchase.clone());
        let failed = ParkingCommand::RecordPaymentFailed {
            purchase,
            code: code_of(command),
            at,
        };
        let parking = loaded.decide(failed)?;
        let parking = parking.map_err(|rejection| contradiction(&parked.session, &rejection))?;
        let owe = UserCommand::RecordDebt {
            operator: session.stay().operator.clone(),
            purchase: owed_by,
            amount: parked.calculation.total,
            at,
        };
        let user = self.engine.user(&session.stay().user).await?.unchanged();
        let user = of_rider(user, owe, &parked.session)?;
        Ok(Owed { parking, user })
    }
}

/// Stripe's code, or the reason why the purchase was given up.
fn code_of(command: &PurchaseCommand) -> String {
    match command {
        PurchaseCommand::RecordDecline { decline, .. } => decline.code.clone(),
        PurchaseCommand::Void { reason, .. } => reason.as_str().to_owned(),
        _ => "failed".to_owned(),
    }
}
