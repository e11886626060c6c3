//! What is asked of webhook endpoints.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    app::WebUrl,
    endpoint::{
        DisableReason, EndpointChange, EndpointCommand, EndpointOwner, EndpointSettings, MessageType,
    },
};

use crate::fixtures::{app, delivery, endpoint as endpoint_id, operator, ping, replay};

/// Those with a description want passes only.
pub(crate) fn settings(url: &str, description: Option<&str>) -> EndpointSettings {
    EndpointSettings {
        url: WebUrl::parse(url).unwrap(),
        types: match description {
            Some(_) => BTreeSet::from([MessageType::PassIssued, MessageType::PassVoided]),
            None => BTreeSet::new(),
        },
        description: description.map(str::to_owned),
    }
}

pub(super) fn endpoint(at: DateTime<Utc>) -> Vec<EndpointCommand> {
    let create = |owner| EndpointCommand::Create {
        endpoint: endpoint_id(1),
        owner,
        settings: settings("https://cityhop.example/hooks", None),
        at,
    };
    let change = |description: Option<&str>| EndpointCommand::Change {
        change: EndpointChange {
            url: WebUrl::parse("https://cityhop.example/v2").ok(),
            types: Some(BTreeSet::from([MessageType::PassIssued])),
            description: description.map(str::to_owned),
        },
        at,
    };
    let rotate = |secret, minutes| EndpointCommand::RotateSecret {
        secret,
        previous_until: at + TimeDelta::minutes(minutes),
        at,
    };
    vec![
        create(EndpointOwner::App(app("cityhop"))),
        create(EndpointOwner::Operator(operator("bus"))),
        change(None),
        change(Some("Passes")),
        change(Some("")),
        change(Some("two\nlines")),
        rotate(1, 1),
        rotate(2, 1),
        rotate(2, -1),
        rotate(3, 0),
        EndpointCommand::Disable {
            reason: DisableReason::Gone,
            at,
        },
        EndpointCommand::Enable { at },
        EndpointCommand::Ping { ping: ping(1), at },
        EndpointCommand::Ping { ping: ping(2), at },
        EndpointCommand::Resend {
            replay: replay(1),
            delivery: delivery(1),
            at,
        },
        EndpointCommand::Replay {
            replay: replay(2),
            after: 4,
            until: 9,
            at,
        },
        EndpointCommand::Replay {
            replay: replay(3),
            after: 9,
            until: 4,
            at,
        },
        EndpointCommand::Delete { at },
    ]
}
