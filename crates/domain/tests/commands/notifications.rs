//! What is asked of notifications.

use chrono::{DateTime, Utc};
use domain::{
    NotificationId, StripeEventId,
    notification::{Handling, NotificationCommand, Told},
};

use crate::fixtures::{account, at as minute};

pub(crate) fn told(connected: bool) -> Told {
    let event = StripeEventId::parse("evt_1").unwrap();
    let account = connected.then(|| account("acct_bus"));
    Told {
        notification: NotificationId::of(account.as_ref(), &event).unwrap(),
        event,
        kind: "account.updated".to_owned(),
        object: account.as_ref().map(ToString::to_string),
        account,
        purchase: None,
        charge: None,
        created: minute(0),
    }
}

pub(super) fn notification(at: DateTime<Utc>) -> Vec<NotificationCommand> {
    let handled = [Handling::Applied, Handling::Irrelevant];
    let handled = handled.map(|handling| NotificationCommand::RecordHandled { handling, at });
    let receive = NotificationCommand::Receive { told: told(true), at };
    handled.into_iter().chain([receive]).collect()
}
