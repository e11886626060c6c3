//! A rider of one app.

use chrono::{DateTime, Utc};

use crate::{
    AppId, CardSaveId, Currency, CustomerId, FareId, Money, OperatorId, PaymentMethodId, PurchaseId, Sealed,
    SourceId, StripeAccountId, StripeCallKey,
    purchase::SavedCredential,
    user::{Contact, NewCredential, UserCommand, UserEvent},
};

/// So many seconds after some moment.
pub(super) fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_770_000_000 + second, 0).unwrap()
}

pub(super) fn usd(cents: i64) -> Money {
    Money::new(cents, Currency::USD)
}

pub(super) fn app(name: &str) -> AppId {
    AppId::parse(name).unwrap()
}

pub(super) fn operator(name: &str) -> OperatorId {
    OperatorId::parse(name).unwrap()
}

pub(super) fn fare(name: &str) -> FareId {
    FareId::parse(name).unwrap()
}

pub(super) fn purchase(name: &str) -> PurchaseId {
    PurchaseId::parse(name).unwrap()
}

pub(super) fn platform(name: &str) -> StripeAccountId {
    StripeAccountId::parse(name).unwrap()
}

pub(super) fn customer(name: &str) -> CustomerId {
    CustomerId::parse(name).unwrap()
}

pub(super) fn save_id(name: &str) -> CardSaveId {
    CardSaveId::parse(name).unwrap()
}

pub(super) fn sealed(text: &str) -> Sealed {
    Sealed::from_ciphertext(text.to_owned())
}

pub(super) fn card(name: &str) -> SavedCredential {
    SavedCredential::PaymentMethod(PaymentMethodId::parse(name).unwrap())
}

pub(super) fn source(name: &str) -> SavedCredential {
    SavedCredential::Source(SourceId::parse(name).unwrap())
}

pub(super) fn new_card(name: &str) -> NewCredential {
    NewCredential::PaymentMethod(PaymentMethodId::parse(name).unwrap())
}

pub(super) fn contact(email: Option<&str>, phone: Option<&str>) -> Contact {
    Contact {
        email: email.map(sealed),
        phone: phone.map(sealed),
    }
}

pub(super) fn identify(contact: Contact) -> UserCommand {
    UserCommand::Identify {
        app: app("cityhop"),
        subject: sealed("sub"),
        is_test: false,
        contact,
        at: at(0),
    }
}

pub(super) fn registered() -> UserEvent {
    UserEvent::Registered {
        app: app("cityhop"),
        subject: sealed("sub"),
        is_test: false,
        at: at(0),
    }
}

pub(super) fn contact_changed(contact: Contact) -> UserEvent {
    UserEvent::ContactChanged { contact, at: at(0) }
}

pub(super) fn erased() -> UserEvent {
    UserEvent::Erased { at: at(9) }
}

pub(super) fn then(events: impl IntoIterator<Item = UserEvent>) -> Vec<UserEvent> {
    std::iter::once(registered()).chain(events).collect()
}

pub(super) fn start_save(save: &str, on: &str, credential: NewCredential) -> UserCommand {
    UserCommand::StartCardSave {
        save: save_id(save),
        platform: platform(on),
        credential,
        at: at(1),
    }
}

/// The attempt `save` to keep `card` on `acct_app`; without a customer it creates one.
pub(super) fn save_started(save: &str, card: &str, of: Option<&str>) -> UserEvent {
    UserEvent::CardSaveStarted {
        save: save_id(save),
        platform: platform("acct_app"),
        customer: of.map(customer),
        credential: new_card(card),
        customer_key: of.is_none().then(|| StripeCallKey::derive(save, "customer", 1)),
        key: StripeCallKey::derive(save, "save", 1),
        at: at(1),
    }
}

pub(super) fn request_customer(attempt: &str, on: &str) -> UserCommand {
    UserCommand::RequestCustomer {
        attempt: save_id(attempt),
        platform: platform(on),
        at: at(1),
    }
}

pub(super) fn record_customer(on: &str, name: &str) -> UserCommand {
    UserCommand::RecordCustomer {
        platform: platform(on),
        customer: customer(name),
        at: at(2),
    }
}

pub(super) fn customer_created(name: &str) -> UserEvent {
    UserEvent::CustomerCreated {
        platform: platform("acct_app"),
        customer: customer(name),
        at: at(2),
    }
}

pub(super) fn record_saved(save: &str, of: &str, card_name: &str) -> UserCommand {
    UserCommand::RecordCardSaved {
        save: save_id(save),
        customer: customer(of),
        credential: card(card_name),
        at: at(2),
    }
}

pub(super) fn saved(save: &str, card_name: &str) -> UserEvent {
    UserEvent::CardSaved {
        save: save_id(save),
        customer: customer("cus_1"),
        credential: card(card_name),
        at: at(2),
    }
}

pub(super) fn record_refused(save: &str) -> UserCommand {
    let code = "card_declined".to_owned();
    UserCommand::RecordCardSaveRefused {
        save: save_id(save),
        code,
        decline_code: None,
        at: at(2),
    }
}

pub(super) fn refused(save: &str) -> UserEvent {
    let code = "card_declined".to_owned();
    UserEvent::CardSaveRefused {
        save: save_id(save),
        code,
        decline_code: None,
        at: at(2),
    }
}

pub(super) fn open(name: &str, second: i64) -> UserCommand {
    UserCommand::OpenPurchase {
        purchase: purchase(name),
        at: at(second),
    }
}

pub(super) fn opened(name: &str, second: i64) -> UserEvent {
    UserEvent::PurchaseOpened {
        purchase: purchase(name),
        at: at(second),
    }
}

pub(super) fn close(name: &str) -> UserCommand {
    UserCommand::ClosePurchase {
        purchase: purchase(name),
        at: at(5),
    }
}

pub(super) fn closed(name: &str) -> UserEvent {
    UserEvent::PurchaseClosed {
        purchase: purchase(name),
        at: at(5),
    }
}

pub(super) fn record_debt(to: &str, by: &str, cents: i64) -> UserCommand {
    UserCommand::RecordDebt {
        operator: operator(to),
        purchase: purchase(by),
        amount: usd(cents),
        at: at(6),
    }
}

pub(super) fn debt(to: &str, by: &str, cents: i64) -> UserEvent {
    UserEvent::DebtRecorded {
        operator: operator(to),
        purchase: purchase(by),
        amount: usd(cents),
        at: at(6),
    }
}

pub(super) fn settle(by: &str) -> UserCommand {
    UserCommand::SettleDebt {
        purchase: purchase(by),
        at: at(7),
    }
}

pub(super) fn settled(by: &str) -> UserEvent {
    UserEvent::DebtSettled {
        purchase: purchase(by),
        at: at(7),
    }
}

pub(super) fn grant(until: Option<i64>) -> UserCommand {
    let until = until.map(at);
    UserCommand::GrantEntitlement {
        operator: operator("bus"),
        fare: fare("student"),
        until,
        at: at(3),
    }
}

pub(super) fn granted(until: Option<i64>) -> UserEvent {
    let until = until.map(at);
    UserEvent::EntitlementGranted {
        operator: operator("bus"),
        fare: fare("student"),
        until,
        at: at(3),
    }
}

pub(super) fn withdraw() -> UserCommand {
    UserCommand::WithdrawEntitlement {
        operator: operator("bus"),
        fare: fare("student"),
        at: at(4),
    }
}

pub(super) fn withdrawn() -> UserEvent {
    UserEvent::EntitlementWithdrawn {
        operator: operator("bus"),
        fare: fare("student"),
        at: at(4),
    }
}

/// Each command in a form that may succeed somewhere; the first makes the user known, the last unknown.
pub(super) fn one_of_each() -> Vec<UserCommand> {
    vec![
        identify(Contact::default()),
        UserCommand::AcceptTerms { at: at(1) },
        UserCommand::SetVehicle {
            license_plate: sealed("plate"),
            at: at(1),
        },
        start_save("save_1", "acct_app", new_card("pm_1")),
        record_customer("acct_app", "cus_1"),
        record_saved("save_1", "cus_1", "pm_1"),
        record_refused("save_1"),
        open("pur_1", 1),
        close("pur_1"),
        grant(None),
        withdraw(),
        UserCommand::LinkOperatorAccount {
            operator: operator("bus"),
            at: at(1),
        },
        UserCommand::UnlinkOperatorAccount {
            operator: operator("bus"),
            at: at(1),
        },
        record_debt("bus", "pur_1", 100),
        settle("pur_1"),
        UserCommand::Erase { at: at(9) },
    ]
}
