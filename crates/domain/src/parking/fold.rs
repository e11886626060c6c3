//! Folding a stay's events, each checked again.

use super::{
    event::{EndedBy, ParkingEvent},
    state::{Bill, GivenUp, ParkingSession, Payment},
};
use crate::aggregate::{Aggregate, ImpossibleHistory};

impl ParkingSession {
    pub(super) fn fold(&mut self, event: &ParkingEvent) -> Result<(), ImpossibleHistory> {
        let over = self.ended_at.is_some() || self.given_up.is_some();
        match event {
            ParkingEvent::Started { .. } | ParkingEvent::EntryPending { .. } => {
                Err(Self::impossible("a stay is started once"))
            }
            ParkingEvent::GateEntered { at, barcode } => {
                must(
                    !over && self.redemption.is_some() && self.started_at.is_none(),
                    "a gate is entered once",
                )?;
                self.entered_by.clone_from(barcode);
                self.started_at = Some(*at);
                Ok(())
            }
            ParkingEvent::GateLeft { at, barcode } => {
                must(
                    !over && self.redemption.is_some() && self.left_at.is_none(),
                    "a gate is left once",
                )?;
                must(
                    barcode.is_none() || *barcode != self.entered_by,
                    "a barcode opens one gate once",
                )?;
                self.left_by.clone_from(barcode);
                self.left_at = Some(*at);
                Ok(())
            }
            ParkingEvent::Ended { by, at } => {
                let entitled = match self.redemption {
                    Some(_) => *by == EndedBy::Gate && self.left_at == Some(*at),
                    None => *by != EndedBy::Gate,
                };
                must(!over && entitled, "a stay is ended once, by whoever ends it")?;
                must(
                    self.started_at.is_some_and(|started| started <= *at),
                    "a stay ends after it began",
                )?;
                self.ended_at = Some(*at);
                Ok(())
            }
            ParkingEvent::Closed { reason, .. } => {
                must(!over && self.fits(*reason), "only a stay that goes on is closed")?;
                self.given_up = Some(GivenUp::Closed { reason: *reason });
                Ok(())
            }
            ParkingEvent::Cancelled { .. } => {
                must(!over, "only a stay that goes on is cancelled")?;
                self.given_up = Some(GivenUp::Cancelled);
                Ok(())
            }
            ParkingEvent::Billed { .. }
            | ParkingEvent::BilledAgain { .. }
            | ParkingEvent::Paid { .. }
            | ParkingEvent::PaymentFailed { .. }
            | ParkingEvent::DebtSettled { .. } => self.fold_payment(event),
        }
    }

    fn fold_payment(&mut self, event: &ParkingEvent) -> Result<(), ImpossibleHistory> {
        match (event, &mut self.bill) {
            (ParkingEvent::Billed { purchase, cost, .. }, None)
                if self.ended_at.is_some() && cost.amount >= 0 =>
            {
                self.bill = Some(Bill {
                    purchase: purchase.clone(),
                    debt: None,
                    attempts: 1,
                    cost: *cost,
                    payment: Payment::Due,
                });
                Ok(())
            }
            (ParkingEvent::BilledAgain { purchase, .. }, Some(bill))
                if bill.payment == Payment::Owed && bill.purchase != *purchase =>
            {
                bill.purchase = purchase.clone();
                bill.attempts = bill.attempts.saturating_add(1);
                bill.payment = Payment::Due;
                Ok(())
            }
            (ParkingEvent::Paid { purchase, .. }, Some(bill))
                if bill.payment == Payment::Due && bill.purchase == *purchase =>
            {
                bill.payment = Payment::Paid;
                Ok(())
            }
            (ParkingEvent::PaymentFailed { purchase, .. }, Some(bill))
                if bill.payment == Payment::Due && bill.purchase == *purchase =>
            {
                bill.payment = Payment::Owed;
                bill.debt.get_or_insert_with(|| purchase.clone());
                Ok(())
            }
            (ParkingEvent::DebtSettled { settlement, .. }, Some(bill)) if bill.payment == Payment::Owed => {
                bill.payment = Payment::Settled {
                    settlement: settlement.clone(),
                };
                Ok(())
            }
            _ => Err(Self::impossible(
                "a stay is billed once and paid once, or owed and settled once",
            )),
        }
    }
}

fn must(holds: bool, rule: &'static str) -> Result<(), ImpossibleHistory> {
    if holds {
        Ok(())
    } else {
        Err(ParkingSession::impossible(rule))
    }
}
