//! What is asked of webhook endpoints.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    app::WebUrl,
    endpoint::{DisableReason, EndpointCommand, EndpointOwner, EndpointSettings, MessageType},
};

use crate::fixtures::{app, endpoint as endpoint_id, operator, ping};

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
    let change = |description| EndpointCommand::Change {
        settings: settings("https://cityhop.example/v2", description),
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
        EndpointCommand::Delete { at },
    ]
}
