//! What is asked of access keys and of disclosures.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{AccessCommand, Role},
    app::{KeyDigest, KeyHint},
    disclosure::DisclosureCommand,
};

use crate::fixtures::{access_key, app, disclosure as disclosure_id, hex, operator, user};

pub(super) fn access(at: DateTime<Utc>) -> Vec<AccessCommand> {
    let issue = |role, digit, expires_at| AccessCommand::Issue {
        key: access_key(1),
        label: "ticket office".to_owned(),
        role,
        sha256: KeyDigest::parse(hex(digit)).unwrap(),
        hint: KeyHint::parse("cdef").unwrap(),
        expires_at,
        replaces: None,
        at,
    };
    let retire = |number| AccessCommand::Retire {
        successor: access_key(number),
        until: at + TimeDelta::minutes(2),
        at,
    };
    vec![
        issue(Role::EngineAdmin, 'a', None),
        issue(Role::AppAdmin { app: app("cityhop") }, 'a', None),
        issue(
            Role::OperatorAdmin {
                operator: operator("bus"),
            },
            'b',
            Some(at + TimeDelta::minutes(3)),
        ),
        issue(Role::Finance, 'b', None),
        retire(2),
        retire(3),
        AccessCommand::Revoke { at },
    ]
}

pub(super) fn disclosure(at: DateTime<Utc>) -> Vec<DisclosureCommand> {
    [1, 2]
        .map(|number| DisclosureCommand::Record {
            disclosure: disclosure_id(1),
            user: user(number),
            at,
        })
        .into()
}
