//! What Stripe repeats is one notification, and it is handled once.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::{NotificationId, StripeAccountId, StripeEventId, testing::given};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn told() -> Told {
    let account = StripeAccountId::parse("acct_bus").unwrap();
    let event = StripeEventId::parse("evt_1").unwrap();
    Told {
        notification: NotificationId::of(Some(&account), &event).unwrap(),
        event,
        kind: "account.updated".to_owned(),
        account: Some(account),
        object: Some("acct_bus".to_owned()),
        purchase: None,
        charge: None,
        created: at(0),
    }
}

fn received() -> NotificationEvent {
    let told = told();
    NotificationEvent::Received {
        notification: told.notification,
        event: told.event,
        kind: told.kind,
        account: told.account,
        object: told.object,
        purchase: told.purchase,
        charge: told.charge,
        created: told.created,
        at: at(1),
    }
}

fn handled(handling: Handling) -> NotificationCommand {
    NotificationCommand::RecordHandled { handling, at: at(2) }
}

#[test]
fn what_is_told_again_is_kept_once() {
    let receive = |minute| NotificationCommand::Receive {
        told: told(),
        at: at(minute),
    };
    given::<Notification>([]).when(receive(1)).then([received()]);
    given::<Notification>([received()])
        .when(receive(3))
        .then_nothing();
}

#[test]
fn a_notification_is_handled_once_and_only_after_it_came() {
    let done = NotificationEvent::Handled {
        handling: Handling::Applied,
        at: at(2),
    };
    given::<Notification>([])
        .when(handled(Handling::Applied))
        .then_rejected(NotificationRejection::NotReceived);
    given::<Notification>([received()])
        .when(handled(Handling::Applied))
        .then([done.clone()]);
    given::<Notification>([received(), done])
        .when(handled(Handling::Irrelevant))
        .then_nothing();
}

#[test]
fn the_same_event_on_another_account_is_another_notification() {
    let event = StripeEventId::parse("evt_1").unwrap();
    let bus = StripeAccountId::parse("acct_bus").unwrap();
    let ids = [Some(&bus), None].map(|account| NotificationId::of(account, &event).unwrap());
    assert_ne!(ids[0], ids[1]);
}
