//! The rules of money, from the bare facts of each purchase and apart from the fold that the engine decides with: two
//! that agree are worth more than one that is asked twice.

use std::collections::{BTreeMap, HashMap};

use domain::{ChargeId, PaymentIntentId, PurchaseId, RefundId, purchase::PurchaseEvent};
use event_log::{Position, Recorded, StreamId};

use super::{
    Rule,
    report::{OpenPurchase, Report},
};

/// What money did in every purchase.
#[derive(Debug, Default)]
pub(super) struct MoneyRules {
    purchases: HashMap<PurchaseId, Facts>,
    /// Which purchase a charge or PaymentIntent belongs to.
    owners: HashMap<String, PurchaseId>,
}

#[derive(Debug)]
struct Facts {
    stream: StreamId,
    started: Position,
    last: Position,
    is_free: bool,
    charge: Option<(ChargeId, i64)>,
    refunds: BTreeMap<RefundId, (i64, Refund)>,
    is_completed: bool,
    ended_without: bool,
    /// Where a person was asked to look at it, if nothing was begun or refused since.
    review: Option<Position>,
    issued: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refund {
    Pending,
    Refused,
    Sent,
}

impl Facts {
    fn started(recorded: &Recorded, is_free: bool) -> Self {
        Self {
            stream: recorded.stream.clone(),
            started: recorded.position,
            last: recorded.position,
            is_free,
            charge: None,
            refunds: BTreeMap::new(),
            is_completed: false,
            ended_without: false,
            review: None,
            issued: 0,
        }
    }

    fn sum(&self, counts: fn(Refund) -> bool) -> i128 {
        self.refunds
            .values()
            .filter(|(_, state)| counts(*state))
            .map(|(amount, _)| i128::from(*amount))
            .sum()
    }

    fn charged(&self) -> i128 {
        self.charge.as_ref().map_or(0, |(_, amount)| i128::from(*amount))
    }

    fn is_given_back(&self) -> bool {
        self.charge.is_some() && self.sum(|state| state == Refund::Sent) >= self.charged()
    }

    /// Whether the engine still has something to do.
    fn is_open(&self) -> bool {
        if self.refunds.values().any(|(_, state)| *state == Refund::Pending) {
            return true;
        }
        match (&self.charge, self.is_completed) {
            (_, true) => false,
            (Some(_), false) => self.refunds.is_empty(),
            (None, false) => !self.ended_without,
        }
    }

    fn charge(&mut self, charge: &ChargeId, amount: i64) -> Option<&'static str> {
        let is_second =
            self.charge.as_ref().is_some_and(|(known, _)| known != charge) && !self.is_given_back();
        let is_repeated = self.charge.as_ref().is_some_and(|(known, _)| known == charge);
        self.charge = Some((charge.clone(), amount));
        match (is_second, is_repeated) {
            (true, _) => Some("a second charge while the first is not refunded"),
            (_, true) => Some("the same charge is recorded twice"),
            _ => None,
        }
    }

    fn exceeds(&self) -> bool {
        self.sum(|state| state != Refund::Refused) > self.charged()
    }
}

/// Whether an event promises money anew: then it is told even where too much was promised before.
const fn starts(event: &PurchaseEvent) -> bool {
    matches!(
        event,
        PurchaseEvent::RefundStarted { .. } | PurchaseEvent::RefundRetried { .. }
    )
}

impl MoneyRules {
    /// Takes in an event of a purchase.
    pub(super) fn take(
        &mut self,
        id: &PurchaseId,
        event: &PurchaseEvent,
        recorded: &Recorded,
        report: &mut Report,
    ) {
        let (position, stream) = (recorded.position, &recorded.stream);
        self.own(id, event, recorded, report);
        if let PurchaseEvent::Started { payment, .. } = event {
            let facts = Facts::started(recorded, payment.is_none());
            self.purchases.entry(id.clone()).or_insert(facts);
            return;
        }
        // A history without a beginning is reported where it is folded.
        let Some(facts) = self.purchases.get_mut(id) else {
            return;
        };
        facts.last = position;
        match event {
            PurchaseEvent::Charged { facts: charge, .. } => {
                if let Some(what) = facts.charge(&charge.charge, charge.amount.amount) {
                    report.note(Rule::OneCharge, position, stream, what);
                }
            }
            PurchaseEvent::Completed { .. } => {
                if facts.charge.is_none() && !facts.is_free {
                    report.note(
                        Rule::ChargedIsIssued,
                        position,
                        stream,
                        "completed without a charge",
                    );
                }
                facts.is_completed = true;
            }
            PurchaseEvent::Declined { .. } | PurchaseEvent::Voided { .. } => {
                if facts.issued > 0 || facts.is_completed {
                    report.note(
                        Rule::DeclinedIssuesNothing,
                        position,
                        stream,
                        "ended without after it had issued",
                    );
                }
                facts.ended_without = true;
            }
            PurchaseEvent::RefundStarted { .. }
            | PurchaseEvent::RefundRetried { .. }
            | PurchaseEvent::Refunded { .. }
            | PurchaseEvent::RefundRefused { .. }
            | PurchaseEvent::RefundUndone { .. } => {
                let before = facts.exceeds();
                facts.take_refund(event);
                if facts.exceeds() && (!before || starts(event)) {
                    let what = "refunds exceed the charge";
                    report.note(Rule::RefundsWithinCharge, position, stream, what);
                }
            }
            PurchaseEvent::ReviewRequested { .. } => facts.review = Some(position),
            _ => {}
        }
    }

    /// Takes note that what a purchase paid for was handed out.
    pub(super) fn issued(&mut self, id: &PurchaseId, recorded: &Recorded, report: &mut Report) {
        let (position, stream) = (recorded.position, &recorded.stream);
        let Some(facts) = self.purchases.get_mut(id) else {
            report.note(
                Rule::ChargedIsIssued,
                position,
                stream,
                "issued for a purchase that is not there",
            );
            return;
        };
        facts.issued = facts.issued.saturating_add(1);
        if facts.issued > 1 {
            report.note(
                Rule::ChargedIsIssued,
                position,
                stream,
                "issued twice for one purchase",
            );
        }
        if facts.ended_without {
            let what = "issued for a purchase that was declined or given up";
            report.note(Rule::DeclinedIssuesNothing, position, stream, what);
        }
        if facts.charge.is_none() && !facts.is_free {
            report.note(
                Rule::ChargedIsIssued,
                position,
                stream,
                "issued for a purchase that is not charged",
            );
        }
    }

    /// A charge or PaymentIntent belongs to one purchase for good.
    fn own(&mut self, id: &PurchaseId, event: &PurchaseEvent, recorded: &Recorded, report: &mut Report) {
        let (charge, intent) = match event {
            PurchaseEvent::Charged { facts, .. } => (Some(&facts.charge), facts.payment_intent.as_ref()),
            PurchaseEvent::ActionRequired { payment_intent, .. } => (None, Some(payment_intent)),
            PurchaseEvent::Declined { decline, .. } | PurchaseEvent::DeclinedForNow { decline, .. } => {
                (None, decline.payment_intent.as_ref())
            }
            _ => return,
        };
        let named = charge
            .map(ChargeId::as_str)
            .into_iter()
            .chain(intent.map(PaymentIntentId::as_str));
        for name in named {
            let owner = self.owners.entry(name.to_owned()).or_insert_with(|| id.clone());
            if owner != id {
                let what = format!("a charge or PaymentIntent of {owner} again");
                report.note(Rule::OneCharge, recorded.position, &recorded.stream, what);
            }
        }
    }

    /// What can only be said at the end.
    pub(super) fn finish(self, report: &mut Report) {
        let mut purchases: Vec<_> = self.purchases.into_values().collect();
        purchases.sort_by_key(|facts| facts.started);
        for facts in purchases {
            let counts = &mut report.counts;
            counts.purchases += 1;
            counts.charged += u64::from(facts.charge.is_some());
            counts.completed += u64::from(facts.is_completed);
            counts.ended_without += u64::from(facts.ended_without);
            counts.refunded += u64::from(facts.is_given_back());
            let charged = facts.charge.is_some();
            let led_to_nothing = charged && !facts.is_completed && !facts.is_given_back();
            // Stripe may refuse a refund. Then nothing goes on by itself, and a person has to be asked.
            let awaits_person = led_to_nothing && facts.review.is_some();
            if facts.is_open() || awaits_person {
                let (stream, started) = (facts.stream, facts.started);
                report.open.push(OpenPurchase {
                    stream,
                    started,
                    charged,
                    awaits_person,
                });
            } else if led_to_nothing {
                let what = "charged, and neither issued nor refunded in full, and nothing is under way";
                report.note(Rule::ChargedIsIssued, facts.last, &facts.stream, what);
            }
        }
    }
}

impl Facts {
    /// Whoever was asked to look before was not asked about what is begun or refused now.
    fn take_refund(&mut self, event: &PurchaseEvent) {
        match event {
            PurchaseEvent::RefundStarted { refund, amount, .. } => {
                self.review = None;
                self.refunds
                    .insert(refund.clone(), (amount.amount, Refund::Pending));
            }
            PurchaseEvent::RefundRetried { refund, .. } => {
                self.review = None;
                self.settle(refund, Refund::Pending);
            }
            PurchaseEvent::Refunded { refund, .. } => self.settle(refund, Refund::Sent),
            PurchaseEvent::RefundRefused { refund, .. } => {
                self.review = None;
                self.settle(refund, Refund::Refused);
            }
            // The one way back from having been sent.
            PurchaseEvent::RefundUndone { refund, .. } => {
                self.review = None;
                if let Some((_, state)) = self.refunds.get_mut(refund) {
                    *state = Refund::Refused;
                }
            }
            _ => {}
        }
    }

    fn settle(&mut self, refund: &RefundId, to: Refund) {
        if let Some((_, state)) = self.refunds.get_mut(refund)
            && *state != Refund::Sent
        {
            *state = to;
        }
    }
}
