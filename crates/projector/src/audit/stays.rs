//! The rules of stays, from the bare facts of the three streams that have a part in each: the stay's own, the one of the
//! purchase that pays for it, and its rider's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    Money, ParkingSessionId, PurchaseId, UserId,
    parking::{NOT_CHARGEABLE, ParkingEvent, Settlement},
    purchase::PurchaseEvent,
    user::UserEvent,
};
use event_log::{Position, Recorded, StreamId};

use super::{Rule, report::Report, state::Event};

/// What stays, purchases of stays and riders say.
#[derive(Debug, Default)]
pub(super) struct StayRules {
    stays: HashMap<ParkingSessionId, Stay>,
    purchases: HashMap<PurchaseId, Parked>,
    riders: HashMap<UserId, Rider>,
}

/// The last event of a stream.
type Place = (Position, StreamId);

#[derive(Debug)]
struct Stay {
    place: Place,
    user: UserId,
    is_active: bool,
    cost: Option<Money>,
    /// Every purchase that was to pay, but for those that nobody could be asked to pay.
    billed: BTreeSet<PurchaseId>,
    paid: Option<PurchaseId>,
    /// The purchase that failed first.
    debt: Option<PurchaseId>,
    is_settled: bool,
}

#[derive(Debug)]
struct Parked {
    place: Place,
    session: ParkingSessionId,
    total: Money,
    is_completed: bool,
}

#[derive(Debug, Default)]
struct Rider {
    place: Option<Place>,
    active: Option<ParkingSessionId>,
    debts: BTreeMap<PurchaseId, Money>,
    is_erased: bool,
}

impl StayRules {
    /// Takes an event in.
    pub(super) fn take(&mut self, recorded: &Recorded, event: &Event) {
        match event {
            Event::Parking(event) => {
                if let Ok(session) = ParkingSessionId::parse(recorded.stream.id()) {
                    self.take_stay(session, event, recorded);
                }
            }
            Event::Purchase(event) => {
                if let Ok(purchase) = PurchaseId::parse(recorded.stream.id()) {
                    self.take_purchase(purchase, event, recorded);
                }
            }
            Event::User(event) => {
                if let Ok(user) = UserId::parse(recorded.stream.id()) {
                    self.take_rider(user, event, recorded);
                }
            }
            _ => {}
        }
    }

    fn take_stay(&mut self, session: ParkingSessionId, event: &ParkingEvent, recorded: &Recorded) {
        if let ParkingEvent::Started { stay, .. } | ParkingEvent::EntryPending { stay, .. } = event {
            let begun = Stay {
                place: place(recorded),
                user: stay.user.clone(),
                is_active: true,
                cost: None,
                billed: BTreeSet::new(),
                paid: None,
                debt: None,
                is_settled: false,
            };
            self.stays.insert(session, begun);
        } else if let Some(stay) = self.stays.get_mut(&session) {
            stay.place = place(recorded);
            stay.take(event);
        }
    }

    fn take_purchase(&mut self, id: PurchaseId, event: &PurchaseEvent, recorded: &Recorded) {
        match event {
            PurchaseEvent::Started { order, .. } => {
                if let Some(parked) = &order.parked {
                    let parked = Parked {
                        place: place(recorded),
                        session: parked.session.clone(),
                        total: order.total,
                        is_completed: false,
                    };
                    self.purchases.insert(id, parked);
                }
            }
            PurchaseEvent::Completed { .. } => {
                if let Some(parked) = self.purchases.get_mut(&id) {
                    parked.place = place(recorded);
                    parked.is_completed = true;
                }
            }
            _ => {}
        }
    }

    fn take_rider(&mut self, user: UserId, event: &UserEvent, recorded: &Recorded) {
        let of_stays = matches!(
            event,
            UserEvent::StayBegun { .. }
                | UserEvent::StayOver { .. }
                | UserEvent::DebtRecorded { .. }
                | UserEvent::DebtSettled { .. }
                | UserEvent::Erased { .. }
        );
        if !of_stays {
            return;
        }
        let rider = self.riders.entry(user).or_default();
        rider.place = Some(place(recorded));
        match event {
            UserEvent::StayBegun { session, .. } => rider.active = Some(session.clone()),
            UserEvent::StayOver { .. } => rider.active = None,
            UserEvent::DebtRecorded { purchase, amount, .. } => {
                rider.debts.insert(purchase.clone(), *amount);
            }
            UserEvent::DebtSettled { purchase, .. } => {
                rider.debts.remove(purchase);
            }
            UserEvent::Erased { .. } => rider.is_erased = true,
            _ => {}
        }
    }

    /// Says where the three disagree.
    pub(super) fn finish(&self, report: &mut Report) {
        for (session, stay) in &self.stays {
            for what in self.flaws_of(session, stay) {
                report.note(Rule::StayIsPaidOrOwed, stay.place.0, &stay.place.1, what);
            }
            let rider = self.riders.get(&stay.user);
            let is_theirs = rider.is_some_and(|rider| rider.active.as_ref() == Some(session));
            let is_erased = rider.is_some_and(|rider| rider.is_erased);
            if stay.is_active != is_theirs && !is_erased {
                let what = match stay.is_active {
                    true => "it goes on, and its rider is said to be elsewhere",
                    false => "it goes on no longer, and its rider is said to be there",
                };
                report.note(Rule::OneStay, stay.place.0, &stay.place.1, what);
            }
        }
        for (id, parked) in &self.purchases {
            let stay = self.stays.get(&parked.session);
            let what = match stay {
                Some(stay) if !stay.billed.contains(id) => {
                    "it is to pay for a stay that was not billed by it"
                }
                Some(stay) if parked.is_completed && stay.paid.as_ref() != Some(id) => {
                    "it was completed, and the stay was not paid by it"
                }
                Some(_) => continue,
                None => "it is to pay for a stay that there is not",
            };
            report.note(Rule::StayIsPaidOrOwed, parked.place.0, &parked.place.1, what);
        }
        self.finish_riders(report);
    }

    fn finish_riders(&self, report: &mut Report) {
        let owing: BTreeSet<&PurchaseId> = self
            .stays
            .values()
            .filter(|stay| stay.is_owed())
            .filter_map(|stay| stay.debt.as_ref())
            .collect();
        for rider in self.riders.values().filter(|rider| !rider.is_erased) {
            let Some((position, stream)) = &rider.place else {
                continue;
            };
            if rider.debts.keys().any(|debt| !owing.contains(debt)) {
                let what = "something is owed for which no stay is";
                report.note(Rule::StayIsPaidOrOwed, *position, stream, what);
            }
            let is_known = |session| self.stays.contains_key(session);
            if rider.active.as_ref().is_some_and(|session| !is_known(session)) {
                report.note(
                    Rule::OneStay,
                    *position,
                    stream,
                    "the stay that goes on is not known",
                );
            }
        }
    }

    fn flaws_of(&self, session: &ParkingSessionId, stay: &Stay) -> Vec<&'static str> {
        let mut flaws = Vec::new();
        for purchase in &stay.billed {
            match self.purchases.get(purchase) {
                None => flaws.push("it was billed by a purchase that there is not"),
                Some(parked) if parked.session != *session => {
                    flaws.push("it was billed by the purchase of another stay");
                }
                Some(parked) if Some(parked.total) != stay.cost => {
                    flaws.push("it was billed another sum than its purchase takes");
                }
                Some(_) => {}
            }
        }
        let paid = stay.paid.as_ref().and_then(|paid| self.purchases.get(paid));
        if stay.paid.is_some() && !paid.is_some_and(|paid| paid.is_completed) {
            flaws.push("it is paid by a purchase that was not completed");
        }
        let rider = self.riders.get(&stay.user);
        let owed = stay
            .debt
            .as_ref()
            .and_then(|debt| rider.and_then(|rider| rider.debts.get(debt)));
        let due = stay.cost.filter(|_| stay.is_owed());
        if owed.copied() != due && !rider.is_some_and(|rider| rider.is_erased) {
            flaws.push("what is owed for it is not what its rider owes");
        }
        flaws
    }
}

impl Stay {
    fn is_owed(&self) -> bool {
        self.debt.is_some() && self.paid.is_none() && !self.is_settled
    }

    fn take(&mut self, event: &ParkingEvent) {
        match event {
            ParkingEvent::Ended { .. } | ParkingEvent::Closed { .. } | ParkingEvent::Cancelled { .. } => {
                self.is_active = false;
            }
            ParkingEvent::Billed { purchase, cost, .. } => {
                self.cost = Some(*cost);
                self.billed.insert(purchase.clone());
            }
            ParkingEvent::BilledAgain { purchase, .. } => {
                self.billed.insert(purchase.clone());
            }
            ParkingEvent::Paid { purchase, .. } => self.paid = Some(purchase.clone()),
            ParkingEvent::PaymentFailed { purchase, code, .. } => {
                if code == NOT_CHARGEABLE {
                    self.billed.remove(purchase);
                }
                self.debt.get_or_insert_with(|| purchase.clone());
            }
            ParkingEvent::DebtSettled { settlement, .. } => {
                self.is_settled = true;
                if let Settlement::Paid { purchase } = settlement {
                    self.paid = Some(purchase.clone());
                }
            }
            ParkingEvent::Started { .. }
            | ParkingEvent::EntryPending { .. }
            | ParkingEvent::GateEntered { .. }
            | ParkingEvent::GateLeft { .. } => {}
        }
    }
}

fn place(recorded: &Recorded) -> Place {
    (recorded.position, recorded.stream.clone())
}
