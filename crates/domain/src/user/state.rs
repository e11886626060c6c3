//! Who a user is, what they may buy, and the card they pay with.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Contact, NewCredential, UserCommand, UserEvent, UserRejection};
use crate::{
    Aggregate, AppId, CardSaveId, CustomerId, Decided, FareId, ImpossibleHistory, Money, OperatorId, PurchaseId,
    Sealed, StripeAccountId, StripeCallKey, purchase::SavedCredential,
};

/// For how long an open purchase keeps others out at most (ticketing API, `existing_purchase_in_progess`).
pub const PURCHASE_HOLD: TimeDelta = TimeDelta::minutes(2);

/// One attempt to keep a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardSave {
    /// On which platform account.
    pub platform: StripeAccountId,
    /// The customer it was to go to.
    pub customer: Option<CustomerId>,
    /// What was handed in.
    pub credential: NewCredential,
    /// The key under which the customer is created, where there was none.
    pub customer_key: Option<StripeCallKey>,
    /// The key under which the card is put on the customer.
    pub key: StripeCallKey,
    /// When it was written down.
    pub started_at: DateTime<Utc>,
    /// What came of it; nothing while that is not known.
    pub outcome: Option<Result<SavedCredential, CardRefusal>>,
}

/// Why Stripe would not keep a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRefusal {
    /// Stripe's error code.
    pub code: String,
    /// The issuer's reason.
    pub decline_code: Option<String>,
}

/// A user as their history tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    app: AppId,
    subject: Sealed,
    contact: Contact,
    terms_accepted_at: Option<DateTime<Utc>>,
    license_plate: Option<Sealed>,
    customers: BTreeMap<StripeAccountId, CustomerId>,
    credential: Option<SavedCredential>,
    card_saves: BTreeMap<CardSaveId, CardSave>,
    open_purchase: Option<(PurchaseId, DateTime<Utc>)>,
    entitlements: BTreeMap<OperatorId, BTreeMap<FareId, Option<DateTime<Utc>>>>,
    linked_accounts: BTreeSet<OperatorId>,
    debts: BTreeMap<PurchaseId, (OperatorId, Money)>,
    erased: bool,
}

impl Aggregate for User {
    const CATEGORY: &'static str = "user";
    type Command = UserCommand;
    type Event = UserEvent;
    type Rejection = UserRejection;

    fn decide(state: Option<&Self>, command: UserCommand) -> Decided<Self> {
        match (state, command) {
            (None, UserCommand::Identify { app, subject, contact, at }) => Ok(register(app, subject, contact, at)),
            (None, _) => Err(UserRejection::NotRegistered),
            (Some(user), UserCommand::Erase { .. }) if user.erased => Ok(vec![]),
            (Some(user), _) if user.erased => Err(UserRejection::Erased),
            (Some(user), command) => user.decide_next(command),
        }
    }

    fn apply(state: Option<Self>, event: &UserEvent) -> Result<Self, ImpossibleHistory> {
        match (state, event) {
            (None, UserEvent::Registered { app, subject, .. }) => Ok(Self::registered(app, subject)),
            (None, _) => Err(Self::impossible("a user is registered first")),
            (Some(_), UserEvent::Registered { .. }) => Err(Self::impossible("a user is registered once")),
            (Some(user), _) if user.erased => Err(Self::impossible("nothing happens to an erased user")),
            (Some(user), event) => user.apply_next(event),
        }
    }
}

fn register(app: AppId, subject: Sealed, contact: Contact, at: DateTime<Utc>) -> Vec<UserEvent> {
    let mut events = vec![UserEvent::Registered { app, subject, at }];
    if contact != Contact::default() {
        events.push(UserEvent::ContactChanged { contact, at });
    }
    events
}

impl User {
    fn registered(app: &AppId, subject: &Sealed) -> Self {
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

    fn decide_next(&self, command: UserCommand) -> Decided<Self> {
        match command {
            UserCommand::Identify { app, subject, contact, at } => self.identify(&app, &subject, contact, at),
            UserCommand::AcceptTerms { at } => Ok(vec![UserEvent::TermsAccepted { at }]),
            UserCommand::SetVehicle { license_plate, at } => {
                let same = self.license_plate.as_ref() == Some(&license_plate);
                Ok(once(!same, UserEvent::VehicleSet { license_plate, at }))
            }
            UserCommand::StartCardSave { save, platform, credential, at } => {
                self.start_card_save(save, platform, credential, at)
            }
            UserCommand::RecordCustomer { platform, customer, at } => self.customer_created(platform, customer, at),
            UserCommand::RecordCardSaved { save, customer, credential, at } => {
                self.card_saved(save, customer, credential, at)
            }
            UserCommand::RecordCardSaveRefused { save, code, decline_code, at } => {
                self.card_save_refused(save, code, decline_code, at)
            }
            UserCommand::OpenPurchase { purchase, at } => self.open_purchase(purchase, at),
            UserCommand::ClosePurchase { purchase, at } => {
                let open = self.open_purchase.as_ref().is_some_and(|(open, _)| *open == purchase);
                Ok(once(open, UserEvent::PurchaseClosed { purchase, at }))
            }
            UserCommand::GrantEntitlement { operator, fare, until, at } => {
                let same = self.entitlement(&operator, &fare) == Some(&until);
                Ok(once(!same, UserEvent::EntitlementGranted { operator, fare, until, at }))
            }
            UserCommand::WithdrawEntitlement { operator, fare, at } => {
                let held = self.entitlement(&operator, &fare).is_some();
                Ok(once(held, UserEvent::EntitlementWithdrawn { operator, fare, at }))
            }
            UserCommand::LinkOperatorAccount { operator, at } => {
                let linked = self.linked_accounts.contains(&operator);
                Ok(once(!linked, UserEvent::OperatorAccountLinked { operator, at }))
            }
            UserCommand::UnlinkOperatorAccount { operator, at } => {
                let linked = self.linked_accounts.contains(&operator);
                Ok(once(linked, UserEvent::OperatorAccountUnlinked { operator, at }))
            }
            UserCommand::RecordDebt { operator, purchase, amount, at } => {
                self.record_debt(operator, purchase, amount, at)
            }
            UserCommand::SettleDebt { purchase, at } => {
                let owed = self.debts.contains_key(&purchase);
                Ok(once(owed, UserEvent::DebtSettled { purchase, at }))
            }
            UserCommand::Erase { at } => Ok(vec![UserEvent::Erased { at }]),
        }
    }

    fn identify(&self, app: &AppId, subject: &Sealed, contact: Contact, at: DateTime<Utc>) -> Decided<Self> {
        if self.app != *app || self.subject != *subject {
            return Err(UserRejection::AnotherApp);
        }
        let merged = Contact {
            email: contact.email.or_else(|| self.contact.email.clone()),
            phone: contact.phone.or_else(|| self.contact.phone.clone()),
        };
        Ok(once(merged != self.contact, UserEvent::ContactChanged { contact: merged, at }))
    }

    fn start_card_save(
        &self,
        save: CardSaveId,
        platform: StripeAccountId,
        credential: NewCredential,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        if let Some(known) = self.card_saves.get(&save) {
            let same = known.credential == credential && known.platform == platform;
            return if same { Ok(vec![]) } else { Err(UserRejection::CardSaveDiffers) };
        }
        let customer = self.customer_on(&platform).cloned();
        if customer.is_none() && self.pending_card_save().is_some() {
            return Err(UserRejection::CardSaveInProgress);
        }
        let customer_key = customer.is_none().then(|| StripeCallKey::derive(save.as_str(), "customer", 1));
        let key = StripeCallKey::derive(save.as_str(), "save", 1);
        Ok(vec![UserEvent::CardSaveStarted { save, platform, customer, credential, customer_key, key, at }])
    }

    fn customer_created(
        &self,
        platform: StripeAccountId,
        customer: CustomerId,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        match self.customer_on(&platform) {
            Some(known) if *known == customer => Ok(vec![]),
            Some(_) => Err(UserRejection::CustomerDiffers),
            None => Ok(vec![UserEvent::CustomerCreated { platform, customer, at }]),
        }
    }

    fn card_saved(
        &self,
        save: CardSaveId,
        customer: CustomerId,
        credential: SavedCredential,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let known = self.card_saves.get(&save).ok_or(UserRejection::CardSaveNotStarted)?;
        match &known.outcome {
            Some(Ok(kept)) if *kept == credential => Ok(vec![]),
            Some(_) => Err(UserRejection::CardSaveDiffers),
            None if self.customer_on(&known.platform) != Some(&customer) => Err(UserRejection::CustomerDiffers),
            None => Ok(vec![UserEvent::CardSaved { save, customer, credential, at }]),
        }
    }

    fn card_save_refused(
        &self,
        save: CardSaveId,
        code: String,
        decline_code: Option<String>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let known = self.card_saves.get(&save).ok_or(UserRejection::CardSaveNotStarted)?;
        match &known.outcome {
            Some(Err(_)) => Ok(vec![]),
            Some(Ok(_)) => Err(UserRejection::CardSaveDiffers),
            None => Ok(vec![UserEvent::CardSaveRefused { save, code, decline_code, at }]),
        }
    }

    fn open_purchase(&self, purchase: PurchaseId, at: DateTime<Utc>) -> Decided<Self> {
        match &self.open_purchase {
            Some((open, _)) if *open == purchase => Ok(vec![]),
            Some((open, since)) if at < *since + PURCHASE_HOLD => {
                Err(UserRejection::PurchaseInProgress { purchase: open.clone() })
            }
            _ => Ok(vec![UserEvent::PurchaseOpened { purchase, at }]),
        }
    }

    fn record_debt(
        &self,
        operator: OperatorId,
        purchase: PurchaseId,
        amount: Money,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        if !amount.is_positive() {
            return Err(UserRejection::NoSuchDebt);
        }
        let known = self.debts.contains_key(&purchase);
        Ok(once(!known, UserEvent::DebtRecorded { operator, purchase, amount, at }))
    }

    fn apply_next(mut self, event: &UserEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            UserEvent::Registered { .. } => {}
            UserEvent::ContactChanged { contact, .. } => self.contact = contact.clone(),
            UserEvent::TermsAccepted { at } => self.terms_accepted_at = Some(*at),
            UserEvent::VehicleSet { license_plate, .. } => self.license_plate = Some(license_plate.clone()),
            UserEvent::CustomerCreated { platform, customer, .. } => {
                if self.customer_on(platform).is_some() {
                    return Err(Self::impossible("a user becomes a customer of a platform once"));
                }
                self.customers.insert(platform.clone(), customer.clone());
            }
            UserEvent::CardSaveStarted { .. } | UserEvent::CardSaved { .. } | UserEvent::CardSaveRefused { .. } => {
                return self.apply_card(event);
            }
            UserEvent::PurchaseOpened { purchase, at } => self.open_purchase = Some((purchase.clone(), *at)),
            UserEvent::PurchaseClosed { purchase, .. } => {
                if self.open_purchase.as_ref().is_none_or(|(open, _)| open != purchase) {
                    return Err(Self::impossible("only the open purchase is closed"));
                }
                self.open_purchase = None;
            }
            UserEvent::EntitlementGranted { operator, fare, until, .. } => {
                self.entitlements.entry(operator.clone()).or_default().insert(fare.clone(), *until);
            }
            UserEvent::EntitlementWithdrawn { operator, fare, .. } => {
                self.entitlements.entry(operator.clone()).or_default().remove(fare);
            }
            UserEvent::OperatorAccountLinked { operator, .. } => {
                self.linked_accounts.insert(operator.clone());
            }
            UserEvent::OperatorAccountUnlinked { operator, .. } => {
                self.linked_accounts.remove(operator);
            }
            UserEvent::DebtRecorded { operator, purchase, amount, .. } => {
                self.debts.insert(purchase.clone(), (operator.clone(), *amount));
            }
            UserEvent::DebtSettled { purchase, .. } => {
                self.debts.remove(purchase);
            }
            UserEvent::Erased { .. } => self.erased = true,
        }
        Ok(self)
    }

    fn apply_card(mut self, event: &UserEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            UserEvent::CardSaveStarted { save, platform, customer, credential, customer_key, key, at } => {
                let attempt = CardSave {
                    platform: platform.clone(),
                    customer: customer.clone(),
                    credential: credential.clone(),
                    customer_key: customer_key.clone(),
                    key: key.clone(),
                    started_at: *at,
                    outcome: None,
                };
                if self.card_saves.insert(save.clone(), attempt).is_some() {
                    return Err(Self::impossible("a card save is started once"));
                }
            }
            UserEvent::CardSaved { save, customer, credential, .. } => {
                let platform = self.settle_card_save(save, Ok(credential.clone()))?;
                if self.customer_on(&platform) != Some(customer) {
                    return Err(Self::impossible("a card is kept on the user's own customer"));
                }
                self.credential = Some(credential.clone());
            }
            UserEvent::CardSaveRefused { save, code, decline_code, .. } => {
                let refusal = CardRefusal { code: code.clone(), decline_code: decline_code.clone() };
                self.settle_card_save(save, Err(refusal))?;
            }
            _ => {}
        }
        Ok(self)
    }

    fn settle_card_save(
        &mut self,
        save: &CardSaveId,
        outcome: Result<SavedCredential, CardRefusal>,
    ) -> Result<StripeAccountId, ImpossibleHistory> {
        match self.card_saves.get_mut(save) {
            Some(attempt) if attempt.outcome.is_none() => {
                attempt.outcome = Some(outcome);
                Ok(attempt.platform.clone())
            }
            _ => Err(Self::impossible("a card save is settled once, after it was started")),
        }
    }

    fn entitlement(&self, operator: &OperatorId, fare: &FareId) -> Option<&Option<DateTime<Utc>>> {
        self.entitlements.get(operator).and_then(|fares| fares.get(fare))
    }

    /// The app whose rider this is.
    #[must_use]
    pub const fn app(&self) -> &AppId {
        &self.app
    }

    /// The JWT's `sub`, closed.
    #[must_use]
    pub const fn subject(&self) -> &Sealed {
        &self.subject
    }

    /// How to reach the user, closed.
    #[must_use]
    pub const fn contact(&self) -> &Contact {
        &self.contact
    }

    /// The licence plate, closed.
    #[must_use]
    pub const fn license_plate(&self) -> Option<&Sealed> {
        self.license_plate.as_ref()
    }

    /// The customer on a platform account.
    #[must_use]
    pub fn customer_on(&self, platform: &StripeAccountId) -> Option<&CustomerId> {
        self.customers.get(platform)
    }

    /// The card kept last.
    #[must_use]
    pub const fn credential(&self) -> Option<&SavedCredential> {
        self.credential.as_ref()
    }

    /// Whether this very card was kept before on the platform account.
    #[must_use]
    pub fn has_credential(&self, platform: &StripeAccountId, credential: &SavedCredential) -> bool {
        self.card_saves
            .values()
            .any(|save| save.platform == *platform && save.outcome.as_ref().is_some_and(|it| it.as_ref() == Ok(credential)))
    }

    /// An attempt by its id.
    #[must_use]
    pub fn card_save(&self, save: &CardSaveId) -> Option<&CardSave> {
        self.card_saves.get(save)
    }

    /// The latest attempt with this very credential, whatever came of it.
    #[must_use]
    pub fn card_save_of(
        &self,
        platform: &StripeAccountId,
        credential: &NewCredential,
    ) -> Option<(&CardSaveId, &CardSave)> {
        self.card_saves
            .iter()
            .filter(|(_, save)| save.platform == *platform && save.credential == *credential)
            .max_by_key(|(_, save)| save.started_at)
    }

    /// An attempt of which nobody knows yet what came of it.
    #[must_use]
    pub fn pending_card_save(&self) -> Option<(&CardSaveId, &CardSave)> {
        self.card_saves.iter().find(|(_, save)| save.outcome.is_none())
    }

    /// The purchase that keeps others out at this moment.
    #[must_use]
    pub fn purchase_in_progress(&self, at: DateTime<Utc>) -> Option<&PurchaseId> {
        self.open_purchase.as_ref().filter(|(_, since)| at < *since + PURCHASE_HOLD).map(|(purchase, _)| purchase)
    }

    /// Whether a restricted fare may be bought at this moment.
    #[must_use]
    pub fn may_buy_restricted(&self, operator: &OperatorId, fare: &FareId, at: DateTime<Utc>) -> bool {
        self.entitlement(operator, fare).is_some_and(|until| until.is_none_or(|until| at < until))
    }

    /// The operators at which the user linked an account.
    #[must_use]
    pub const fn linked_accounts(&self) -> &BTreeSet<OperatorId> {
        &self.linked_accounts
    }

    /// What is owed to an operator.
    pub fn debts_to<'a>(&'a self, operator: &'a OperatorId) -> impl Iterator<Item = Money> + 'a {
        self.debts.values().filter(move |(to, _)| to == operator).map(|(_, amount)| *amount)
    }

    /// When the latest terms were accepted.
    #[must_use]
    pub const fn terms_accepted_at(&self) -> Option<DateTime<Utc>> {
        self.terms_accepted_at
    }
}

/// The event where there is something to record, nothing where it is so already.
fn once(happens: bool, event: UserEvent) -> Vec<UserEvent> {
    if happens { vec![event] } else { vec![] }
}
