//! How the events of a user fold into their state.

use std::collections::{BTreeMap, BTreeSet};

use super::{Contact, User, UserEvent};
use crate::{Aggregate, AppId, ImpossibleHistory, Sealed};

impl User {
    pub(super) fn registered(app: &AppId, subject: &Sealed, is_test: bool) -> Self {
        Self {
            app: app.clone(),
            subject: subject.clone(),
            contact: Contact::default(),
            terms_accepted_at: None,
            license_plate: None,
            customers: BTreeMap::new(),
            requested_customers: BTreeMap::new(),
            credential: None,
            card_saves: BTreeMap::new(),
            open_purchase: None,
            closed_purchase: None,
            entitlements: BTreeMap::new(),
            vouchers: BTreeMap::new(),
            linked_accounts: BTreeSet::new(),
            debts: BTreeMap::new(),
            stays: BTreeSet::new(),
            active_stay: None,
            is_test,
            erased: false,
        }
    }

    pub(super) fn apply_next(mut self, event: &UserEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            UserEvent::Registered { .. } => return Err(Self::impossible("a user is registered once")),
            UserEvent::ContactChanged { contact, .. } => {
                check(self.contact != *contact, "a contact changes to another")?;
                self.contact = contact.clone();
            }
            UserEvent::TermsAccepted { at } => {
                let newer = self.terms_accepted_at.is_none_or(|known| known < *at);
                check(newer, "terms are accepted later than before")?;
                self.terms_accepted_at = Some(*at);
            }
            UserEvent::VehicleSet { license_plate, .. } => {
                check(
                    self.license_plate.as_ref() != Some(license_plate),
                    "a vehicle is set to another",
                )?;
                self.license_plate = Some(license_plate.clone());
            }
            UserEvent::CustomerCreated {
                platform, customer, ..
            } => {
                check(
                    self.customer_on(platform).is_none(),
                    "a user becomes a customer of a platform once",
                )?;
                self.requested_customers.remove(platform);
                self.customers.insert(platform.clone(), customer.clone());
            }
            UserEvent::CustomerRequested { platform, key, .. } => {
                return self.apply_customer_requested(platform, key);
            }
            UserEvent::CardSaveStarted { .. }
            | UserEvent::CardSaved { .. }
            | UserEvent::CardSaveRefused { .. } => return self.apply_card(event),
            UserEvent::PurchaseOpened { .. } | UserEvent::PurchaseClosed { .. } => {
                return self.apply_purchase(event);
            }
            UserEvent::StayBegun { .. } | UserEvent::StayOver { .. } => return self.apply_stay(event),
            UserEvent::DebtRecorded { .. } | UserEvent::DebtSettled { .. } => return self.apply_debt(event),
            UserEvent::VoucherRedeemed {
                voucher,
                series,
                ordinal,
                ..
            } => return self.voucher_redeemed(voucher, series, *ordinal),
            UserEvent::EntitlementGranted { .. }
            | UserEvent::EntitlementWithdrawn { .. }
            | UserEvent::OperatorAccountLinked { .. }
            | UserEvent::OperatorAccountUnlinked { .. } => return self.apply_standing(event),
            UserEvent::Erased { .. } => {
                self.contact = Contact::default();
                self.license_plate = None;
                self.erased = true;
            }
        }
        Ok(self)
    }

    /// One purchase at a time: another one displaces it only once its hold has run out.
    fn apply_purchase(mut self, event: &UserEvent) -> Result<Self, ImpossibleHistory> {
        let open = self.open_purchase.as_ref().map(|(open, _)| open);
        match event {
            UserEvent::PurchaseOpened { purchase, at } => {
                let known = open == Some(purchase) || self.closed_purchase.as_ref() == Some(purchase);
                let free = !known && self.purchase_in_progress(*at).is_none();
                check(free, "a purchase is opened once, when no other is")?;
                self.open_purchase = Some((purchase.clone(), *at));
            }
            UserEvent::PurchaseClosed { purchase, .. } => {
                check(open == Some(purchase), "only the open purchase is closed")?;
                self.open_purchase = None;
                self.closed_purchase = Some(purchase.clone());
            }
            _ => return Err(Self::impossible("an event of something else is no purchase")),
        }
        Ok(self)
    }

    fn apply_standing(mut self, event: &UserEvent) -> Result<Self, ImpossibleHistory> {
        let changed = match event {
            UserEvent::EntitlementGranted {
                operator,
                fare,
                until,
                ..
            } => {
                let fares = self.entitlements.entry(operator.clone()).or_default();
                fares.insert(fare.clone(), *until).as_ref() != Some(until)
            }
            UserEvent::EntitlementWithdrawn { operator, fare, .. } => self
                .entitlements
                .get_mut(operator)
                .is_some_and(|fares| fares.remove(fare).is_some()),
            UserEvent::OperatorAccountLinked { operator, .. } => {
                self.linked_accounts.insert(operator.clone())
            }
            UserEvent::OperatorAccountUnlinked { operator, .. } => self.linked_accounts.remove(operator),
            _ => false,
        };
        check(changed, "what a user may do or has linked changes")?;
        Ok(self)
    }
}

fn check(holds: bool, rule: &'static str) -> Result<(), ImpossibleHistory> {
    if holds {
        Ok(())
    } else {
        Err(User::impossible(rule))
    }
}
