//! Events of notifications.

use domain::notification::{Handling, NotificationEvent, Told};

use super::samples;
use crate::{
    commands::told,
    fixtures::{at, charge, purchase},
};

fn told_of_charge() -> Told {
    Told {
        kind: "charge.succeeded".to_owned(),
        object: Some("ch_1".to_owned()),
        purchase: Some(purchase(1)),
        charge: Some(charge("ch_1")),
        ..told(true)
    }
}

fn received(told: Told) -> NotificationEvent {
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

samples! {
    fn notification() -> NotificationEvent {
        Received: [received(told(true)), received(told(false)), received(told_of_charge())],
        Handled: [
            NotificationEvent::Handled { handling: Handling::Applied, at: at(2) },
            NotificationEvent::Handled { handling: Handling::Irrelevant, at: at(2) },
        ],
    }
}
