//! A key is good until it ends, is replaced once, and is revoked for good.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::*;
use crate::{
    AccessKeyId, Aggregate, AppId, OperatorId,
    app::{KeyDigest, KeyHint},
    testing::given,
};

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::hours(hour)
}

fn key(number: u128) -> AccessKeyId {
    AccessKeyId::from_uuid(Uuid::from_u128(number))
}

fn bus() -> Role {
    Role::OperatorAdmin {
        operator: OperatorId::parse("bus").unwrap(),
    }
}

fn issue(label: &str, expires_at: Option<DateTime<Utc>>) -> AccessCommand {
    AccessCommand::Issue {
        key: key(1),
        label: label.to_owned(),
        role: bus(),
        sha256: KeyDigest::parse("ab".repeat(32)).unwrap(),
        hint: KeyHint::parse("cdef").unwrap(),
        expires_at,
        replaces: None,
        at: at(0),
    }
}

fn issued(expires_at: Option<DateTime<Utc>>) -> AccessEvent {
    let events = AccessKey::decide(None, issue("ticket office", expires_at)).unwrap();
    events.into_iter().next().unwrap()
}

fn retire(successor: u128, until: i64, hour: i64) -> AccessCommand {
    AccessCommand::Retire {
        successor: key(successor),
        until: at(until),
        at: at(hour),
    }
}

#[test]
fn a_label_says_what_a_key_is_for_and_names_nobody() {
    for bad in ["", "  ", "ann@example.com", &"x".repeat(101)] {
        given::<AccessKey>([])
            .when(issue(bad, None))
            .then_rejected(AccessRejection::BadLabel);
    }
}

#[test]
fn a_key_that_ends_before_it_begins_is_not_issued() {
    given::<AccessKey>([])
        .when(issue("ticket office", Some(at(0))))
        .then_rejected(AccessRejection::EndsBeforeItBegins);
}

#[test]
fn a_replaced_key_is_good_for_the_overlap_and_no_longer() {
    given::<AccessKey>([issued(None)])
        .when(retire(2, 5, 1))
        .then([AccessEvent::Retired {
            successor: key(2),
            until: at(5),
            at: at(1),
        }]);
    let retired = AccessEvent::Retired {
        successor: key(2),
        until: at(5),
        at: at(1),
    };
    let known = given::<AccessKey>([issued(None), retired.clone()]).state();
    assert!(known.is_good(at(4)) && !known.is_good(at(5)));
    given::<AccessKey>([issued(None), retired])
        .when(retire(3, 6, 2))
        .then_rejected(AccessRejection::Replaced { successor: key(2) });
}

#[test]
fn being_replaced_makes_no_key_last_longer() {
    given::<AccessKey>([issued(Some(at(3)))])
        .when(retire(2, 5, 1))
        .then([AccessEvent::Retired {
            successor: key(2),
            until: at(3),
            at: at(1),
        }]);
}

#[test]
fn a_revoked_key_is_good_no_more_and_has_no_successor() {
    let revoked = AccessEvent::Revoked { at: at(1) };
    assert!(
        !given::<AccessKey>([issued(None), revoked.clone()])
            .state()
            .is_good(at(2))
    );
    given::<AccessKey>([issued(None), revoked.clone()])
        .when(retire(2, 5, 2))
        .then_rejected(AccessRejection::Ended);
    given::<AccessKey>([issued(None), revoked])
        .when(AccessCommand::Revoke { at: at(2) })
        .then([]);
}

#[test]
fn a_role_reaches_what_is_its_own_and_finance_changes_nothing() {
    let (bus_id, tram) = (
        OperatorId::parse("bus").unwrap(),
        OperatorId::parse("tram").unwrap(),
    );
    let (city, rail) = (AppId::parse("city").unwrap(), AppId::parse("rail").unwrap());
    let app = Role::AppAdmin { app: city.clone() };
    assert!(bus().acts_for_operator(&bus_id) && !bus().sees_operator(&tram));
    assert!(app.acts_for_app(&city) && !app.sees_app(&rail) && !app.sees_operator(&bus_id));
    assert!(Role::Finance.sees_operator(&tram) && Role::Finance.sees_app(&rail));
    assert!(!Role::Finance.acts_for_operator(&bus_id) && !Role::Finance.acts_for_app(&city));
    assert!(Role::EngineAdmin.acts_for_operator(&tram) && Role::EngineAdmin.runs_the_engine());
}
