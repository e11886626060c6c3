//! Events of access keys and of disclosures.

use domain::{
    access::{AccessEvent, Role},
    app::{KeyDigest, KeyHint},
    disclosure::DisclosureEvent,
};

use super::samples;
use crate::fixtures::{access_key, app, at, disclosure as disclosure_id, hex, operator, user};

fn issued(role: Role) -> AccessEvent {
    AccessEvent::Issued {
        key: access_key(2),
        label: "ticket office".to_owned(),
        role,
        sha256: KeyDigest::parse(hex('a')).unwrap(),
        hint: KeyHint::parse("cdef").unwrap(),
        expires_at: None,
        replaces: None,
        at: at(0),
    }
}

fn successor() -> AccessEvent {
    match issued(Role::Finance) {
        AccessEvent::Issued {
            key,
            label,
            role,
            sha256,
            hint,
            at: issued_at,
            ..
        } => AccessEvent::Issued {
            key,
            label,
            role,
            sha256,
            hint,
            expires_at: Some(at(90)),
            replaces: Some(access_key(1)),
            at: issued_at,
        },
        other => other,
    }
}

samples! {
    fn access() -> AccessEvent {
        Issued: [
            issued(Role::OperatorAdmin { operator: operator("bus") }),
            issued(Role::AppAdmin { app: app("cityhop") }),
            issued(Role::EngineAdmin),
            successor(),
        ],
        Retired: [AccessEvent::Retired { successor: access_key(3), until: at(60), at: at(1) }],
        Revoked: [AccessEvent::Revoked { at: at(5) }],
    }
}

samples! {
    fn disclosure() -> DisclosureEvent {
        Recorded: [DisclosureEvent::Recorded { disclosure: disclosure_id(1), user: user(1), at: at(1) }],
    }
}
