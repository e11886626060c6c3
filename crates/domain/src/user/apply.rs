//! How the events of a user fold into their state.

use std::collections::{BTreeMap, BTreeSet};

use super::{Contact, User, UserEvent};
use crate::{Aggregate, AppId, ImpossibleHistory, Sealed};

impl User {
    pub(super) fn registered(app: &AppId, subject: &Sealed) -> Self {
        Self {
            app: app.clone(),
            subject: subject.clone(),
            contact: Contact::default(),
            terms_accepted_at: None,
            license_plate: None,
            customers: BTreeMap::new(),
            credential: None,
            card_saves: BTreeMap::new(),
            open_purchase: None,
            entitlements: BTreeMap::new(),
            linked_accounts: BTreeSet::new(),
            debts: BTreeMap::new(),
            erased: false,
        }
    }

    pub(super) fn apply_next(mut self, event: &UserEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            UserEvent::Registered { .. } => {}
            UserEvent::ContactChanged { contact, .. } => self.contact = contact.clone(),
            UserEvent::TermsAccepted { at } => self.terms_accepted_at = Some(*at),
            UserEvent::VehicleSet { license_plate, .. } => self.license_plate = Some(license_plate.clone()),
            UserEvent::CustomerCreated {
                platform, customer, ..
            } => {
                if self.customer_on(platform).is_some() {
                    return Err(Self::impossible("a user becomes a customer of a platform once"));
                }
                self.customers.insert(platform.clone(), customer.clone());
            }
            UserEvent::CardSaveStarted { .. }
            | UserEvent::CardSaved { .. }
            | UserEvent::CardSaveRefused { .. } => {
                return self.apply_card(event);
            }
            UserEvent::PurchaseOpened { purchase, at } => self.open_purchase = Some((purchase.clone(), *at)),
            UserEvent::PurchaseClosed { purchase, .. } => {
                if self
                    .open_purchase
                    .as_ref()
                    .is_none_or(|(open, _)| open != purchase)
                {
                    return Err(Self::impossible("only the open purchase is closed"));
                }
                self.open_purchase = None;
            }
            UserEvent::EntitlementGranted {
                operator,
                fare,
                until,
                ..
            } => {
                self.entitlements
                    .entry(operator.clone())
                    .or_default()
                    .insert(fare.clone(), *until);
            }
            UserEvent::EntitlementWithdrawn { operator, fare, .. } => {
                self.entitlements
                    .entry(operator.clone())
                    .or_default()
                    .remove(fare);
            }
            UserEvent::OperatorAccountLinked { operator, .. } => {
                self.linked_accounts.insert(operator.clone());
            }
            UserEvent::OperatorAccountUnlinked { operator, .. } => {
                self.linked_accounts.remove(operator);
            }
            UserEvent::DebtRecorded {
                operator,
                purchase,
                amount,
                ..
            } => {
                self.debts.insert(purchase.clone(), (operator.clone(), *amount));
            }
            UserEvent::DebtSettled { purchase, .. } => {
                self.debts.remove(purchase);
            }
            UserEvent::Erased { .. } => self.erased = true,
        }
        Ok(self)
    }
}
