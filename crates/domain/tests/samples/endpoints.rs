//! Events of webhook endpoints.

use domain::endpoint::{DisableReason, EndpointEvent, EndpointOwner};

use super::samples;
use crate::{
    commands::settings,
    fixtures::{app, at, delivery, endpoint as endpoint_id, operator, ping, replay},
};

fn disabled(reason: DisableReason) -> EndpointEvent {
    EndpointEvent::Disabled { reason, at: at(3) }
}

samples! {
    fn endpoint() -> EndpointEvent {
        Created: [
            EndpointEvent::Created {
                endpoint: endpoint_id(1),
                owner: EndpointOwner::App(app("cityhop")),
                settings: settings("https://cityhop.example/hooks", Some("Passes")),
                at: at(0),
            },
            EndpointEvent::Created {
                endpoint: endpoint_id(2),
                owner: EndpointOwner::Operator(operator("bus")),
                settings: settings("https://bus.example/hooks", None),
                at: at(0),
            },
        ],
        Changed: [EndpointEvent::Changed { settings: settings("https://cityhop.example/v2", None), at: at(1) }],
        SecretRotated: [EndpointEvent::SecretRotated { secret: 2, previous_until: at(90), at: at(2) }],
        Disabled: [
            disabled(DisableReason::Requested { words: Some("maintenance".to_owned()) }),
            disabled(DisableReason::Requested { words: None }),
            disabled(DisableReason::Gone),
            disabled(DisableReason::Failing { since: at(1) }),
        ],
        Enabled: [EndpointEvent::Enabled { at: at(4) }],
        Pinged: [EndpointEvent::Pinged { ping: ping(1), at: at(5) }],
        Resent: [EndpointEvent::Resent { replay: replay(1), delivery: delivery(1), at: at(5) }],
        Replayed: [EndpointEvent::Replayed { replay: replay(2), after: 40, until: 90, at: at(5) }],
        Deleted: [EndpointEvent::Deleted { at: at(6) }],
    }
}
