//! The rules of an app, by name.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::{
    ApiKeyId, AppId, StripeAccountId,
    aggregate::replay,
    testing::{given, play},
};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn key(id: &str, digit: char) -> DeclaredKey {
    DeclaredKey {
        key: ApiKeyId::parse(id).unwrap(),
        kind: KeyKind::Secret,
        sha256: KeyDigest::parse(digit.to_string().repeat(64)).unwrap(),
        hint: KeyHint::parse("cdef").unwrap(),
    }
}

fn platform(account: &str) -> Platform {
    Platform {
        account: StripeAccountId::parse(account).unwrap(),
        publishable_key: StripePublishableKey::parse("pk_test_1").unwrap(),
    }
}

fn url(text: &str) -> WebUrl {
    WebUrl::parse(text).unwrap()
}

fn cityhop() -> AppDeclaration {
    AppDeclaration {
        app: AppId::parse("cityhop").unwrap(),
        name: "CityHop".to_owned(),
        jwks_url: Some(url("https://cityhop.example/jwks.json")),
        origins: BTreeSet::from([Origin::parse("https://cityhop.example").unwrap()]),
        platform: Some(platform("acct_cityhop")),
        redemption_prefix: Some(url("https://cityhop.example/passes/redeem")),
        keys: vec![key("server", 'a')],
    }
}

fn declare(declaration: AppDeclaration, minute: i64) -> AppCommand {
    AppCommand::Declare {
        declaration: Box::new(declaration),
        at: at(minute),
    }
}

fn declared() -> Vec<AppEvent> {
    play::<App>([declare(cityhop(), 0)]).0
}

fn and(event: AppEvent) -> Vec<AppEvent> {
    [declared(), vec![event]].concat()
}

#[test]
fn a_declaration_registers_an_app_with_everything_it_says() {
    let wanted = cityhop();
    given::<App>([]).when(declare(wanted.clone(), 0)).then([
        AppEvent::Registered {
            app: wanted.app,
            name: wanted.name,
            at: at(0),
        },
        AppEvent::JwksUrlSet {
            url: wanted.jwks_url,
            at: at(0),
        },
        AppEvent::OriginsSet {
            origins: wanted.origins,
            at: at(0),
        },
        AppEvent::RedemptionLinkSet {
            prefix: wanted.redemption_prefix,
            at: at(0),
        },
        AppEvent::PlatformConnected {
            platform: platform("acct_cityhop"),
            at: at(0),
        },
        AppEvent::KeyIssued {
            key: key("server", 'a'),
            at: at(0),
        },
    ]);
}

#[test]
fn declaring_the_same_again_records_nothing() {
    given::<App>(declared())
        .when(declare(cityhop(), 1))
        .then_nothing();
}

#[test]
fn a_declaration_records_only_what_differs() {
    let wanted = AppDeclaration {
        name: "City Hop".to_owned(),
        platform: Some(platform("acct_new")),
        ..cityhop()
    };
    given::<App>(declared()).when(declare(wanted.clone(), 1)).then([
        AppEvent::Renamed {
            name: wanted.name,
            at: at(1),
        },
        AppEvent::PlatformChanged {
            platform: platform("acct_new"),
            at: at(1),
        },
    ]);
}

#[test]
fn what_a_declaration_leaves_out_is_taken_away_but_not_the_keys() {
    let wanted = AppDeclaration {
        jwks_url: None,
        origins: BTreeSet::new(),
        platform: None,
        redemption_prefix: None,
        keys: Vec::new(),
        ..cityhop()
    };
    given::<App>(declared()).when(declare(wanted, 1)).then([
        AppEvent::JwksUrlSet { url: None, at: at(1) },
        AppEvent::OriginsSet {
            origins: BTreeSet::new(),
            at: at(1),
        },
        AppEvent::RedemptionLinkSet {
            prefix: None,
            at: at(1),
        },
        AppEvent::PlatformDisconnected { at: at(1) },
    ]);
}

#[test]
fn only_a_declaration_makes_an_app() {
    given::<App>([])
        .when(AppCommand::IssueKey {
            key: key("k", 'b'),
            at: at(0),
        })
        .then_rejected(AppRejection::NotRegistered);
}

#[test]
fn a_declaration_that_cannot_stand_is_refused_for_its_first_reason() {
    let app = AppId::parse("another").unwrap();
    let insecure = Some(url("http://cityhop.example/jwks.json"));
    let mut wanted = AppDeclaration {
        app,
        name: " ".to_owned(),
        jwks_url: insecure.clone(),
        redemption_prefix: Some(url("https://cityhop.example/passes")),
        ..cityhop()
    };
    let refused = |wanted: &AppDeclaration, reason| {
        given::<App>(declared())
            .when(declare(wanted.clone(), 1))
            .then_rejected(reason);
    };
    refused(&wanted, AppRejection::AnotherApp);
    wanted.app = cityhop().app;
    refused(&wanted, AppRejection::BlankName);
    wanted.name = cityhop().name;
    refused(&wanted, AppRejection::JwksUrlNotSecure);
    wanted.jwks_url = None;
    refused(&wanted, AppRejection::NotARedemptionLink);
    wanted.redemption_prefix = Some(url("http://cityhop.example/redeem"));
    refused(&wanted, AppRejection::NotARedemptionLink);
}

#[test]
fn a_key_is_issued_once_under_one_name() {
    let issue = |key| given::<App>(declared()).when(AppCommand::IssueKey { key, at: at(1) });
    issue(key("server", 'a')).then_nothing();
    issue(key("other", 'b')).then([AppEvent::KeyIssued {
        key: key("other", 'b'),
        at: at(1),
    }]);
    let server = ApiKeyId::parse("server").unwrap();
    issue(key("server", 'b')).then_rejected(AppRejection::KeyDiffers { key: server.clone() });
    let other = ApiKeyId::parse("other").unwrap();
    issue(key("other", 'a')).then_rejected(AppRejection::KeyIssuedAlready {
        key: other,
        known_as: server,
    });
}

#[test]
fn keys_of_one_declaration_may_not_clash_with_each_other() {
    let [first, second] = ["first", "second"].map(|id| ApiKeyId::parse(id).unwrap());
    let wanted = AppDeclaration {
        keys: vec![key("first", 'c'), key("second", 'c')],
        ..cityhop()
    };
    given::<App>([])
        .when(declare(wanted, 0))
        .then_rejected(AppRejection::KeyIssuedAlready {
            key: second,
            known_as: first,
        });
}

#[test]
fn a_key_may_stand_twice_in_a_declaration_and_is_issued_once() {
    let wanted = AppDeclaration {
        keys: vec![key("server", 'a'), key("b", 'b'), key("b", 'b')],
        ..cityhop()
    };
    given::<App>(declared())
        .when(declare(wanted, 1))
        .then([AppEvent::KeyIssued {
            key: key("b", 'b'),
            at: at(1),
        }]);
}

#[test]
fn a_revoked_key_stays_revoked_even_when_an_old_file_declares_it() {
    let server = ApiKeyId::parse("server").unwrap();
    let revoked = || {
        and(AppEvent::KeyRevoked {
            key: server.clone(),
            at: at(1),
        })
    };
    given::<App>(revoked()).when(declare(cityhop(), 2)).then_nothing();
    given::<App>(revoked())
        .when(AppCommand::IssueKey {
            key: key("server", 'a'),
            at: at(2),
        })
        .then_rejected(AppRejection::KeyRevoked { key: server.clone() });
    assert_eq!(given::<App>(revoked()).state().keys().count(), 0);
}

#[test]
fn revoking_is_done_once_and_only_to_a_known_key() {
    let server = ApiKeyId::parse("server").unwrap();
    let revoked = AppEvent::KeyRevoked {
        key: server.clone(),
        at: at(1),
    };
    let revoke = |key, minute| AppCommand::RevokeKey { key, at: at(minute) };
    given::<App>(declared())
        .when(revoke(server.clone(), 1))
        .then([revoked.clone()]);
    given::<App>(and(revoked)).when(revoke(server, 2)).then_nothing();
    let key = ApiKeyId::parse("nobody").unwrap();
    given::<App>(declared())
        .when(revoke(key.clone(), 1))
        .then_rejected(AppRejection::NoSuchKey { key });
}

#[test]
fn an_app_is_suspended_and_reinstated_once_each() {
    let reason = "chargebacks".to_owned();
    let suspend = |minute| AppCommand::Suspend {
        reason: "chargebacks".to_owned(),
        at: at(minute),
    };
    let suspended = AppEvent::Suspended { reason, at: at(1) };
    given::<App>(declared())
        .when(AppCommand::Reinstate { at: at(1) })
        .then_nothing();
    given::<App>(declared())
        .when(suspend(1))
        .then([suspended.clone()]);
    given::<App>(and(suspended.clone()))
        .when(suspend(2))
        .then_nothing();
    assert!(!given::<App>(and(suspended.clone())).state().is_active());
    given::<App>(and(suspended))
        .when(AppCommand::Reinstate { at: at(2) })
        .then([AppEvent::Reinstated { at: at(2) }]);
}

#[test]
fn a_history_that_nobody_could_have_decided_stops_the_stream() {
    let server = ApiKeyId::parse("server").unwrap();
    let impossible = [
        AppEvent::Registered {
            app: cityhop().app,
            name: "Again".to_owned(),
            at: at(1),
        },
        AppEvent::PlatformConnected {
            platform: platform("acct_2"),
            at: at(1),
        },
        AppEvent::KeyIssued {
            key: key("other", 'a'),
            at: at(1),
        },
        AppEvent::KeyRevoked {
            key: ApiKeyId::parse("nobody").unwrap(),
            at: at(1),
        },
        AppEvent::Reinstated { at: at(1) },
    ];
    for event in impossible {
        assert!(replay::<App>(&and(event.clone())).is_err(), "{event:?}");
    }
    let revoked = AppEvent::KeyRevoked {
        key: server,
        at: at(1),
    };
    assert!(replay::<App>(&[and(revoked.clone()), vec![revoked]].concat()).is_err());
}
