//! The rules of an account that Stripe is asked to make, and of whose platform may act for it.

use super::*;
use crate::{Aggregate, OnboardingId, StripeCallKey};

fn attempt(name: &str) -> OnboardingId {
    OnboardingId::parse(format!("onb_{name}")).unwrap()
}

fn railmate() -> AppId {
    AppId::parse("railmate").unwrap()
}

fn request(name: &str, app: AppId) -> OperatorCommand {
    OperatorCommand::RequestAccount {
        attempt: attempt(name),
        app,
        platform: account("cityhop"),
        kind: AccountKind::Standard,
        country: Some("US".to_owned()),
        at: at(1),
    }
}

fn requested(name: &str) -> OperatorEvent {
    OperatorEvent::AccountRequested {
        attempt: attempt(name),
        app: cityhop(),
        platform: account("cityhop"),
        kind: AccountKind::Standard,
        country: Some("US".to_owned()),
        key: StripeCallKey::derive(attempt(name).as_str(), "account", 1),
        at: at(1),
    }
}

fn start(name: &str, by: &str) -> OperatorCommand {
    OperatorCommand::StartOnboarding {
        account: account(name),
        attempt: Some(attempt(by)),
        at: at(2),
    }
}

fn started(name: &str, by: &str) -> OperatorEvent {
    OperatorEvent::OnboardingStarted {
        account: account(name),
        app: Some(cityhop()),
        attempt: Some(attempt(by)),
        at: at(2),
    }
}

fn registered() -> OperatorEvent {
    OperatorEvent::Registered {
        operator: OperatorId::parse("bigbluebus").unwrap(),
        kind: OperatorKind::Transit,
        profile: profile(),
        at: at(0),
    }
}

fn complete() -> OperatorCommand {
    OperatorCommand::ReportAccountStatus {
        account: account("new"),
        status: AccountStatus {
            charges_enabled: true,
            details_submitted: true,
            ..AccountStatus::default()
        },
        evidence: Evidence::Reply,
        as_of: at(3),
        at: at(3),
    }
}

fn linked_to(app: AppId) -> OperatorCommand {
    OperatorCommand::Link {
        link: LinkDeclaration { app, ..link(100, 0) },
        at: at(3),
    }
}

#[test]
fn while_an_account_is_being_made_that_attempt_is_resumed_and_no_other_begun() {
    given::<Operator>([registered()])
        .when(request("a", cityhop()))
        .then([requested("a")]);
    given::<Operator>([registered(), requested("a")])
        .when(request("b", cityhop()))
        .then_nothing();
    given::<Operator>([registered(), requested("a")])
        .when(request("b", railmate()))
        .then_rejected(OperatorRejection::AccountUnderWay { app: cityhop() });
    given::<Operator>([registered(), requested("a"), started("new", "a")])
        .when(request("b", cityhop()))
        .then_rejected(OperatorRejection::AnotherAccount {
            account: account("new"),
        });
}

#[test]
fn only_the_account_that_was_asked_for_takes_the_place() {
    given::<Operator>([registered(), requested("a")])
        .when(start("new", "a"))
        .then([started("new", "a")]);
    given::<Operator>([registered(), requested("a"), started("new", "a")])
        .when(start("new", "a"))
        .then_nothing();
    given::<Operator>([registered(), requested("a"), started("new", "a")])
        .when(start("second", "a"))
        .then_rejected(OperatorRejection::NotRequested);
}

#[test]
fn a_refused_account_may_be_asked_for_anew() {
    let refuse = OperatorCommand::RecordAccountRefused {
        attempt: attempt("a"),
        code: "country_unsupported".to_owned(),
        at: at(2),
    };
    let refused = OperatorEvent::AccountRequestRefused {
        attempt: attempt("a"),
        code: "country_unsupported".to_owned(),
        at: at(2),
    };
    given::<Operator>([registered(), requested("a")])
        .when(refuse.clone())
        .then([refused.clone()]);
    given::<Operator>([registered(), requested("a"), refused.clone()])
        .when(refuse)
        .then_nothing();
    given::<Operator>([registered(), requested("a"), refused])
        .when(request("b", railmate()))
        .then([OperatorEvent::AccountRequested {
            attempt: attempt("b"),
            app: railmate(),
            platform: account("cityhop"),
            kind: AccountKind::Standard,
            country: Some("US".to_owned()),
            key: StripeCallKey::derive("onb_b", "account", 1),
            at: at(1),
        }]);
}

#[test]
fn an_account_that_a_platform_made_is_that_platforms_until_others_are_allowed() {
    let mut history = vec![registered(), requested("a"), started("new", "a")];
    let operator = given::<Operator>(history.clone()).state();
    let connected = Operator::decide(Some(&operator), complete()).unwrap();
    assert!(matches!(
        connected.first(),
        Some(OperatorEvent::AccountConnected { app: Some(app), how: HowConnected::Onboarded, .. }) if app == &cityhop()
    ));
    history.extend(connected);
    for app in [cityhop(), railmate()] {
        let operator = given::<Operator>(history.clone()).state();
        history.extend(Operator::decide(Some(&operator), linked_to(app)).unwrap());
    }
    let operator = given::<Operator>(history.clone()).state();
    assert!(operator.transactable_for(&cityhop(), at(4)).is_ok());
    assert_eq!(
        operator.transactable_for(&railmate(), at(4)),
        Err(NotTransactable::Deauthorized)
    );
    let allow = OperatorCommand::ConnectAccount {
        account: account("new"),
        app: Some(railmate()),
        how: HowConnected::Oauth,
        evidence: Evidence::Reply,
        at: at(5),
    };
    history.extend(Operator::decide(Some(&operator), allow).unwrap());
    let operator = given::<Operator>(history).state();
    assert!(operator.transactable_for(&railmate(), at(6)).is_ok());
    assert!(operator.transactable_for(&cityhop(), at(6)).is_ok());
}

#[test]
fn an_account_linked_by_oauth_is_that_apps_alone() {
    let connect = OperatorEvent::AccountConnected {
        account: account("new"),
        app: Some(cityhop()),
        how: HowConnected::Oauth,
        evidence: Evidence::Reply,
        at: at(1),
    };
    let operator = given::<Operator>([registered(), connect]).state();
    let known = operator.account().unwrap();
    assert!(!known.deauthorized.concerns(&cityhop()));
    assert!(known.deauthorized.concerns(&railmate()));
}

#[test]
fn every_reason_against_selling_is_told() {
    let suspended = OperatorEvent::Suspended {
        reason: "papers".to_owned(),
        at: at(1),
    };
    let operator = given::<Operator>([registered(), suspended]).state();
    assert_eq!(
        operator.obstacles_for(&cityhop(), at(2)),
        [
            NotTransactable::Suspended,
            NotTransactable::NotLinked,
            NotTransactable::NoAccount
        ]
    );
    let held = [registered(), requested("a"), started("new", "a")];
    let operator = given::<Operator>(held).state();
    assert_eq!(
        operator.obstacles_for(&cityhop(), at(2)),
        [NotTransactable::NotLinked, NotTransactable::NoAccount]
    );
}
