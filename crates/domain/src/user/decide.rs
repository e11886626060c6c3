//! What a user is allowed.

use chrono::{DateTime, Utc};

use super::{Contact, User, UserCommand, UserEvent, UserRejection};
use crate::{AppId, Decided, PurchaseId, Sealed};

pub(super) fn register(
    app: AppId,
    subject: Sealed,
    is_test: bool,
    contact: Contact,
    at: DateTime<Utc>,
) -> Vec<UserEvent> {
    let mut events = vec![UserEvent::Registered {
        app,
        subject,
        is_test,
        at,
    }];
    if contact != Contact::default() {
        events.push(UserEvent::ContactChanged { contact, at });
    }
    events
}

impl User {
    pub(super) fn decide_next(&self, command: UserCommand) -> Decided<Self> {
        match command {
            UserCommand::Identify {
                app,
                subject,
                is_test,
                contact,
                at,
            } => self.identify((&app, &subject, is_test), contact, at),
            UserCommand::AcceptTerms { at } => {
                let newer = self.terms_accepted_at.is_none_or(|known| known < at);
                Ok(once(newer, UserEvent::TermsAccepted { at }))
            }
            UserCommand::SetVehicle { license_plate, at } => {
                let same = self.license_plate.as_ref() == Some(&license_plate);
                Ok(once(!same, UserEvent::VehicleSet { license_plate, at }))
            }
            UserCommand::StartCardSave {
                save,
                platform,
                credential,
                at,
            } => self.start_card_save(save, platform, credential, at),
            UserCommand::RequestCustomer {
                attempt,
                platform,
                at,
            } => self.request_customer(&attempt, platform, at),
            UserCommand::RecordCustomer {
                platform,
                customer,
                at,
            } => self.customer_created(platform, customer, at),
            UserCommand::RecordCardSaved {
                save,
                customer,
                credential,
                at,
            } => self.card_saved(save, customer, credential, at),
            UserCommand::RecordCardSaveRefused {
                save,
                code,
                decline_code,
                at,
            } => self.card_save_refused(save, code, decline_code, at),
            UserCommand::OpenPurchase { purchase, at } => self.open_purchase(purchase, at),
            UserCommand::ClosePurchase { purchase, at } => {
                let open = self
                    .open_purchase
                    .as_ref()
                    .is_some_and(|(open, _)| *open == purchase);
                Ok(once(open, UserEvent::PurchaseClosed { purchase, at }))
            }
            UserCommand::GrantEntitlement {
                operator,
                fare,
                until,
                at,
            } => {
                let same = self.entitlement(&operator, &fare) == Some(&until);
                Ok(once(
                    !same,
                    UserEvent::EntitlementGranted {
                        operator,
                        fare,
                        until,
                        at,
                    },
                ))
            }
            UserCommand::WithdrawEntitlement { operator, fare, at } => {
                let held = self.entitlement(&operator, &fare).is_some();
                Ok(once(held, UserEvent::EntitlementWithdrawn { operator, fare, at }))
            }
            UserCommand::RedeemVoucher {
                voucher,
                series,
                operator,
                terms,
                at,
            } => self.redeem_voucher(voucher, series, &operator, &terms, at),
            UserCommand::LinkOperatorAccount { operator, at } => {
                let linked = self.linked_accounts.contains(&operator);
                Ok(once(!linked, UserEvent::OperatorAccountLinked { operator, at }))
            }
            UserCommand::UnlinkOperatorAccount { operator, at } => {
                let linked = self.linked_accounts.contains(&operator);
                Ok(once(linked, UserEvent::OperatorAccountUnlinked { operator, at }))
            }
            UserCommand::RecordDebt {
                operator,
                purchase,
                amount,
                at,
            } => self.record_debt(operator, purchase, amount, at),
            UserCommand::SettleDebt { purchase, at } => self.settle_debt(purchase, at),
            UserCommand::BeginStay { session, at } => self.begin_stay(session, at),
            UserCommand::EndStay { session, at } => Ok(self.end_stay(session, at)),
            UserCommand::Erase { at } => Ok(vec![UserEvent::Erased { at }]),
        }
    }

    fn identify(&self, who: (&AppId, &Sealed, bool), contact: Contact, at: DateTime<Utc>) -> Decided<Self> {
        if (&self.app, &self.subject, self.is_test) != who {
            return Err(UserRejection::AnotherApp);
        }
        let merged = Contact {
            email: contact.email.or_else(|| self.contact.email.clone()),
            phone: contact.phone.or_else(|| self.contact.phone.clone()),
        };
        Ok(once(
            merged != self.contact,
            UserEvent::ContactChanged { contact: merged, at },
        ))
    }

    fn open_purchase(&self, purchase: PurchaseId, at: DateTime<Utc>) -> Decided<Self> {
        let open = self.open_purchase.as_ref().map(|(open, _)| open);
        if open == Some(&purchase) || self.closed_purchase.as_ref() == Some(&purchase) {
            return Ok(vec![]);
        }
        match self.purchase_in_progress(at) {
            Some(open) => Err(UserRejection::PurchaseInProgress {
                purchase: open.clone(),
            }),
            None => Ok(vec![UserEvent::PurchaseOpened { purchase, at }]),
        }
    }
}

/// The event where there is something to record, nothing where it is so already.
fn once(happens: bool, event: UserEvent) -> Vec<UserEvent> {
    if happens { vec![event] } else { vec![] }
}
