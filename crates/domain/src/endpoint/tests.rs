//! An endpoint signs with every secret that has not expired, and is sent only what it wants, while it is enabled.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::*;
use crate::{AppId, DeliveryId, EndpointId, PingId, ReplayId, app::WebUrl, testing::given};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minute)
}

fn settings(url: &str) -> EndpointSettings {
    EndpointSettings {
        url: WebUrl::parse(url).unwrap(),
        types: BTreeSet::new(),
        description: None,
    }
}

fn created() -> EndpointEvent {
    EndpointEvent::Created {
        endpoint: EndpointId::from_uuid(Uuid::from_u128(1)),
        owner: EndpointOwner::App(AppId::parse("cityhop").unwrap()),
        settings: settings("https://cityhop.example/hooks"),
        at: at(0),
    }
}

fn rotate(secret: u32, minute: i64, overlap: TimeDelta) -> EndpointCommand {
    EndpointCommand::RotateSecret {
        secret,
        previous_until: at(minute) + overlap,
        at: at(minute),
    }
}

fn rotated(secret: u32, minute: i64, overlap: TimeDelta) -> EndpointEvent {
    EndpointEvent::SecretRotated {
        secret,
        previous_until: at(minute) + overlap,
        at: at(minute),
    }
}

fn signing(endpoint: &Endpoint, minute: i64) -> Vec<u32> {
    endpoint
        .signing_secrets(at(minute))
        .map(|secret| secret.number)
        .collect()
}

const HOUR: TimeDelta = TimeDelta::hours(1);

#[test]
fn both_secrets_sign_while_they_overlap_and_the_newest_stands_first() {
    given::<Endpoint>([created()])
        .when(rotate(2, 5, HOUR))
        .then([rotated(2, 5, HOUR)]);
    let endpoint = given::<Endpoint>([created(), rotated(2, 5, HOUR)]).state();
    assert_eq!(signing(&endpoint, 64), [2, 1]);
    assert_eq!(signing(&endpoint, 65), [2]);
}

#[test]
fn a_secret_can_be_replaced_at_once() {
    let endpoint = given::<Endpoint>([created(), rotated(2, 5, TimeDelta::zero())]).state();
    assert_eq!(signing(&endpoint, 5), [2]);
}

#[test]
fn secrets_follow_each_other_and_do_not_pile_up() {
    given::<Endpoint>([created(), rotated(2, 5, HOUR)])
        .when(rotate(2, 6, HOUR))
        .then([]);
    given::<Endpoint>([created(), rotated(2, 5, HOUR)])
        .when(rotate(2, 6, TimeDelta::zero()))
        .then_rejected(EndpointRejection::SecretOutOfTurn);
    given::<Endpoint>([created()])
        .when(rotate(1, 6, HOUR))
        .then_rejected(EndpointRejection::SecretOutOfTurn);
    given::<Endpoint>([created()])
        .when(rotate(2, 6, MAX_OVERLAP + TimeDelta::microseconds(1)))
        .then_rejected(EndpointRejection::BadOverlap);
    let many = [created()]
        .into_iter()
        .chain((2..=5).map(|secret| rotated(secret, 1, HOUR)));
    given::<Endpoint>(many)
        .when(rotate(6, 2, HOUR))
        .then_rejected(EndpointRejection::TooManySecrets);
}

#[test]
fn an_endpoint_gets_what_it_asked_for_and_every_test() {
    let mut only = settings("https://cityhop.example/hooks");
    only.types = BTreeSet::from([MessageType::PassIssued]);
    let changed = EndpointEvent::Changed {
        settings: only,
        at: at(1),
    };
    let all = given::<Endpoint>([created()]).state();
    let some = given::<Endpoint>([created(), changed]).state();
    assert!(MessageType::ALL.iter().all(|kind| all.wants(*kind)));
    assert!(some.wants(MessageType::PassIssued) && some.wants(MessageType::Ping));
    assert!(!some.wants(MessageType::PurchaseCompleted));
}

#[test]
fn a_disabled_endpoint_is_not_tested_and_a_deleted_one_refuses_everything() {
    let ping = || EndpointCommand::Ping {
        ping: PingId::from_uuid(Uuid::from_u128(1)),
        at: at(9),
    };
    let disabled = EndpointEvent::Disabled {
        reason: DisableReason::Gone,
        at: at(1),
    };
    given::<Endpoint>([created(), disabled])
        .when(ping())
        .then_rejected(EndpointRejection::Disabled);
    let deleted = || EndpointEvent::Deleted { at: at(1) };
    given::<Endpoint>([created(), deleted()])
        .when(ping())
        .then_rejected(EndpointRejection::Deleted);
    given::<Endpoint>([created(), deleted()])
        .when(EndpointCommand::Delete { at: at(2) })
        .then([]);
    given::<Endpoint>([])
        .when(ping())
        .then_rejected(EndpointRejection::NotKnown);
}

#[test]
fn what_is_sent_again_is_sent_while_the_endpoint_is_enabled_and_never_backwards() {
    let delivery = DeliveryId::from_uuid(Uuid::from_u128(7));
    let wish = || ReplayId::from_uuid(Uuid::from_u128(5));
    let resend = EndpointCommand::Resend {
        replay: wish(),
        delivery: delivery.clone(),
        at: at(2),
    };
    let replay = |after, until| EndpointCommand::Replay {
        replay: wish(),
        after,
        until,
        at: at(2),
    };
    let replayed = |after, until| EndpointEvent::Replayed {
        replay: wish(),
        after,
        until,
        at: at(2),
    };
    given::<Endpoint>([created()])
        .when(resend.clone())
        .then([EndpointEvent::Resent {
            replay: wish(),
            delivery,
            at: at(2),
        }]);
    given::<Endpoint>([created(), replayed(3, 9)])
        .when(replay(3, 9))
        .then_nothing();
    given::<Endpoint>([created()])
        .when(replay(3, 9))
        .then([replayed(3, 9)]);
    given::<Endpoint>([created()])
        .when(replay(9, 3))
        .then([replayed(3, 3)]);
    let disabled = || EndpointEvent::Disabled {
        reason: DisableReason::Gone,
        at: at(1),
    };
    for again in [resend, replay(3, 9)] {
        given::<Endpoint>([created(), disabled()])
            .when(again)
            .then_rejected(EndpointRejection::Disabled);
    }
}

fn described(text: &str) -> EndpointCommand {
    EndpointCommand::Change {
        change: EndpointChange {
            description: Some(text.to_owned()),
            ..EndpointChange::default()
        },
        at: at(1),
    }
}

#[test]
fn a_change_leaves_what_it_does_not_name_and_an_empty_description_is_none() {
    let mut changed = settings("https://cityhop.example/hooks");
    changed.description = Some("Passes".to_owned());
    let named = EndpointEvent::Changed {
        settings: changed,
        at: at(1),
    };
    given::<Endpoint>([created()])
        .when(described("Passes"))
        .then([named.clone()]);
    let unnamed = EndpointEvent::Changed {
        settings: settings("https://cityhop.example/hooks"),
        at: at(1),
    };
    given::<Endpoint>([created(), named])
        .when(described(""))
        .then([unnamed]);
}

#[test]
fn a_description_can_be_shown() {
    for bad in ["two\nlines", &"x".repeat(201)] {
        given::<Endpoint>([created()])
            .when(described(bad))
            .then_rejected(EndpointRejection::BadDescription);
    }
}

#[test]
fn types_are_written_as_they_are_named() {
    for kind in MessageType::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
}
