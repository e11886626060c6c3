//! Events of notifications.

use domain::notification::{Handling, NotificationEvent, Told};

use super::samples;
use crate::{commands::told, fixtures::at};

fn received(told: Told) -> NotificationEvent {
    NotificationEvent::Received {
        notification: told.notification,
        event: told.event,
        kind: told.kind,
        account: told.account,
        object: told.object,
        created: told.created,
        at: at(1),
    }
}

samples! {
    fn notification() -> NotificationEvent {
        Received: [received(told(true)), received(told(false))],
        Handled: [
            NotificationEvent::Handled { handling: Handling::Applied, at: at(2) },
            NotificationEvent::Handled { handling: Handling::Irrelevant, at: at(2) },
        ],
    }
}
