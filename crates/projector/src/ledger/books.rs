//! From events to entries.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use domain::{
    AppId, DisputeId, Money, OperatorId, PurchaseId, RefundId, StripeAccountId,
    purchase::{ChargeFacts, Order, PaymentTerms, PurchaseEvent, Route},
};

use super::{Account, Entry, disputes::Dispute};

/// An event that cannot be booked: the log contradicts itself. The text holds no payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot be booked: {0}")]
pub struct Unbookable(pub &'static str);

/// Derives entries from the events of purchases, in the order of the log. It remembers of each purchase only what its
/// later events leave out.
#[derive(Debug, Default)]
pub struct Books {
    purchases: HashMap<PurchaseId, Known>,
    parties: HashSet<Arc<Parties>>,
}

/// Between whom money moves. Many purchases share one.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Parties {
    app: AppId,
    pub(super) operator: OperatorId,
    pub(super) account: StripeAccountId,
    platform: StripeAccountId,
}

/// What later events of a paid purchase leave out.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) parties: Arc<Parties>,
    pub(super) charged: Option<Money>,
    /// The fee that was agreed on, where the operator charges by itself and may leave it out.
    fee_agreed: Option<Money>,
    /// What it left out of it.
    fee_owed: Option<Money>,
    is_issued: bool,
    refunds: BTreeMap<RefundId, Refund>,
    pub(super) disputes: BTreeMap<DisputeId, Dispute>,
}

#[derive(Debug, Clone)]
struct Refund {
    amount: Money,
    fee_returned: Money,
    /// Of what was issued, or of what never was.
    was_issued: bool,
    state: RefundState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RefundState {
    Promised,
    Refused,
    Sent,
}

impl Books {
    /// What an event of a purchase does to the accounts.
    pub fn book(&mut self, purchase: &PurchaseId, event: &PurchaseEvent) -> Result<Entry, Unbookable> {
        if let PurchaseEvent::Started { order, payment, .. } = event {
            return self.start(purchase, order, payment.as_ref());
        }
        match self.purchases.get_mut(purchase) {
            Some(known) => known.book(event),
            // What is free moves no money, so nothing was remembered of it.
            None if moves_money(event) => Err(Unbookable("money moved for what was never to be paid")),
            None => Ok(Entry::default()),
        }
    }

    fn start(
        &mut self,
        purchase: &PurchaseId,
        order: &Order,
        payment: Option<&PaymentTerms>,
    ) -> Result<Entry, Unbookable> {
        let Some(payment) = payment else {
            return Ok(Entry::default());
        };
        if self.purchases.contains_key(purchase) {
            return Err(Unbookable("a purchase was started twice"));
        }
        let known = Known {
            parties: self.intern(Parties {
                app: order.app.clone(),
                operator: order.operator.clone(),
                account: payment.account.clone(),
                platform: payment.platform.clone(),
            }),
            charged: None,
            fee_agreed: (payment.route == Route::TokenHandedOver).then_some(order.engine_fee),
            fee_owed: None,
            is_issued: false,
            refunds: BTreeMap::new(),
            disputes: BTreeMap::new(),
        };
        self.purchases.insert(purchase.clone(), known);
        Ok(Entry::default())
    }

    fn intern(&mut self, parties: Parties) -> Arc<Parties> {
        if let Some(known) = self.parties.get(&parties) {
            return Arc::clone(known);
        }
        let parties = Arc::new(parties);
        self.parties.insert(Arc::clone(&parties));
        parties
    }
}

const fn moves_money(event: &PurchaseEvent) -> bool {
    matches!(
        event,
        PurchaseEvent::Charged { .. }
            | PurchaseEvent::RefundStarted { .. }
            | PurchaseEvent::RefundRetried { .. }
            | PurchaseEvent::Refunded { .. }
            | PurchaseEvent::RefundRefused { .. }
            | PurchaseEvent::RefundUndone { .. }
            | PurchaseEvent::Disputed { .. }
            | PurchaseEvent::DisputeEscalated { .. }
            | PurchaseEvent::DisputeClosed { .. }
    )
}

impl Known {
    fn book(&mut self, event: &PurchaseEvent) -> Result<Entry, Unbookable> {
        match event {
            PurchaseEvent::Charged { facts, .. } => self.charge(facts),
            PurchaseEvent::Completed { .. } => self.issue(),
            PurchaseEvent::RefundStarted {
                refund,
                amount,
                fee_returned,
                ..
            } => self.promise(refund, *amount, *fee_returned),
            PurchaseEvent::RefundRetried {
                refund, fee_returned, ..
            } => self.promise_again(refund, *fee_returned),
            PurchaseEvent::Refunded { refund, .. } => self.send(refund),
            PurchaseEvent::RefundRefused { refund, .. } => self.refuse(refund),
            PurchaseEvent::RefundUndone { refund, .. } => self.undo(refund),
            PurchaseEvent::Disputed {
                dispute,
                amount,
                inquiry,
                ..
            } => self.dispute(dispute, *amount, *inquiry),
            PurchaseEvent::DisputeEscalated { dispute, .. } => self.escalate(dispute),
            PurchaseEvent::DisputeClosed { dispute, won, .. } => self.close(dispute, *won),
            PurchaseEvent::Started { .. }
            | PurchaseEvent::CredentialDerived { .. }
            | PurchaseEvent::OutcomeUnknown { .. }
            | PurchaseEvent::StepRenewed { .. }
            | PurchaseEvent::ActionRequired { .. }
            | PurchaseEvent::CredentialHandedOver { .. }
            | PurchaseEvent::ChargeReported { .. }
            | PurchaseEvent::TokenDelivered { .. }
            | PurchaseEvent::TokenNotDelivered { .. }
            | PurchaseEvent::ReportRefuted { .. }
            | PurchaseEvent::Declined { .. }
            | PurchaseEvent::DeclinedForNow { .. }
            | PurchaseEvent::Voided { .. }
            | PurchaseEvent::RefundUnknown { .. }
            | PurchaseEvent::ReviewRequested { .. } => Ok(Entry::default()),
        }
    }

    fn charge(&mut self, facts: &ChargeFacts) -> Result<Entry, Unbookable> {
        if self.charged.replace(facts.amount).is_some() {
            return Err(Unbookable("a purchase was charged twice"));
        }
        let fee = facts.engine_fee;
        if fee.currency != facts.amount.currency || !(0..=facts.amount.amount).contains(&fee.amount) {
            return Err(Unbookable("the fee is not a part of the charge"));
        }
        if let Some(agreed) = self.fee_agreed {
            let owed = agreed
                .minus(fee)
                .map_err(|_| Unbookable("a fee in another currency"))?;
            self.fee_owed = Some(owed).filter(Money::is_positive);
        }
        let Parties {
            app,
            operator,
            account,
            platform,
        } = &*self.parties;
        Ok(Entry::default()
            .and(
                Account::StripeBalance(account.clone()),
                Account::UnfulfilledOrders(operator.clone()),
                facts.amount,
            )
            .and(
                Account::EngineFees(operator.clone()),
                Account::StripeBalance(account.clone()),
                fee,
            )
            .and(
                Account::StripeBalance(platform.clone()),
                Account::EngineFeeIncome(app.clone()),
                fee,
            ))
    }

    fn issue(&mut self) -> Result<Entry, Unbookable> {
        let charged = self.charged.ok_or(Unbookable("what was never paid was issued"))?;
        if std::mem::replace(&mut self.is_issued, true) {
            return Err(Unbookable("a purchase was completed twice"));
        }
        let operator = &self.parties.operator;
        let (deposit, sales) = (
            Account::UnfulfilledOrders(operator.clone()),
            Account::Sales(operator.clone()),
        );
        let sold = Entry::default().and(deposit, sales, charged);
        let Some(owed) = self.fee_owed else {
            return Ok(sold);
        };
        // Owed from the sale on: what could not be sold goes back whole, and costs nothing.
        Ok(sold
            .and(
                Account::EngineFees(operator.clone()),
                Account::FeesPayable(operator.clone()),
                owed,
            )
            .and(
                Account::FeesReceivable(operator.clone()),
                Account::EngineFeeIncome(self.parties.app.clone()),
                owed,
            ))
    }

    /// A refund is owed from the moment it is written down.
    fn promise(&mut self, id: &RefundId, amount: Money, fee_returned: Money) -> Result<Entry, Unbookable> {
        let charged = self
            .charged
            .ok_or(Unbookable("what was never paid was refunded"))?;
        let currencies = [amount.currency, fee_returned.currency];
        if currencies != [charged.currency; 2] || amount.amount <= 0 {
            return Err(Unbookable("a refund is not of the charge's money"));
        }
        if !(0..=amount.amount).contains(&fee_returned.amount) {
            return Err(Unbookable("a refund returns more of the fee than of the price"));
        }
        let refund = Refund {
            amount,
            fee_returned,
            was_issued: self.is_issued,
            state: RefundState::Promised,
        };
        let entry = self.owing(&refund);
        match self.refunds.insert(id.clone(), refund) {
            None => Ok(entry),
            Some(_) => Err(Unbookable("a refund was started twice")),
        }
    }

    /// A refund that Stripe had refused is owed anew.
    fn promise_again(&mut self, id: &RefundId, fee_returned: Money) -> Result<Entry, Unbookable> {
        let refund = self
            .refunds
            .get_mut(id)
            .ok_or(Unbookable("a refund was tried again that was never started"))?;
        if refund.state != RefundState::Refused {
            return Err(Unbookable("a refund was tried again that was not refused"));
        }
        if fee_returned.currency != refund.amount.currency
            || !(0..=refund.amount.amount).contains(&fee_returned.amount)
        {
            return Err(Unbookable("a refund returns more of the fee than of the price"));
        }
        refund.state = RefundState::Promised;
        refund.fee_returned = fee_returned;
        let refund = refund.clone();
        Ok(self.owing(&refund))
    }

    fn owing(&self, refund: &Refund) -> Entry {
        let operator = &self.parties.operator;
        let from = if refund.was_issued {
            Account::Refunds(operator.clone())
        } else {
            Account::UnfulfilledOrders(operator.clone())
        };
        Entry::default().and(from, Account::RefundsPayable(operator.clone()), refund.amount)
    }

    /// Stripe sends the money after all even for a refund that it had refused, so that one is owed anew first.
    fn send(&mut self, id: &RefundId) -> Result<Entry, Unbookable> {
        let refund = self.settle(id, RefundState::Sent)?;
        let Parties {
            app,
            operator,
            account,
            platform,
        } = &*self.parties;
        let owing = match refund.state {
            RefundState::Refused => self.owing(&refund),
            RefundState::Promised | RefundState::Sent => Entry::default(),
        };
        let fee = refund.fee_returned;
        Ok(owing
            .and(
                Account::RefundsPayable(operator.clone()),
                Account::StripeBalance(account.clone()),
                refund.amount,
            )
            .and(
                Account::StripeBalance(account.clone()),
                Account::EngineFees(operator.clone()),
                fee,
            )
            .and(
                Account::EngineFeeIncome(app.clone()),
                Account::StripeBalance(platform.clone()),
                fee,
            ))
    }

    fn refuse(&mut self, id: &RefundId) -> Result<Entry, Unbookable> {
        let refund = self.settle(id, RefundState::Refused)?;
        match refund.state {
            RefundState::Promised => Ok(self.owing(&refund).reversed()),
            RefundState::Refused | RefundState::Sent => Ok(Entry::default()),
        }
    }

    /// The money is with the operator again, and nothing is owed until somebody tries anew. What was returned of the
    /// fee stays returned.
    fn undo(&mut self, id: &RefundId) -> Result<Entry, Unbookable> {
        let refund = self
            .refunds
            .get_mut(id)
            .filter(|it| it.state == RefundState::Sent);
        let refund = refund.ok_or(Unbookable("a refund was undone that was never done"))?;
        refund.state = RefundState::Refused;
        let refund = refund.clone();
        let Parties {
            operator, account, ..
        } = &*self.parties;
        let to = match refund.was_issued {
            true => Account::Refunds(operator.clone()),
            false => Account::UnfulfilledOrders(operator.clone()),
        };
        Ok(Entry::default().and(Account::StripeBalance(account.clone()), to, refund.amount))
    }

    /// The refund as it was before.
    fn settle(&mut self, id: &RefundId, state: RefundState) -> Result<Refund, Unbookable> {
        let refund = self
            .refunds
            .get_mut(id)
            .ok_or(Unbookable("a refund was settled that was never started"))?;
        if refund.state == RefundState::Sent {
            return Err(Unbookable("a refund was settled twice"));
        }
        let before = refund.clone();
        refund.state = state;
        Ok(before)
    }
}
