//! The rules of an operator's account.

use super::*;

fn status(charges_enabled: bool) -> AccountStatus {
    AccountStatus {
        charges_enabled,
        payouts_enabled: false,
        details_submitted: charges_enabled,
        currently_due: if charges_enabled {
            [].into()
        } else {
            ["external_account".to_owned()].into()
        },
        ..AccountStatus::default()
    }
}

fn report(name: &str, charges_enabled: bool, as_of: i64) -> OperatorCommand {
    OperatorCommand::ReportAccountStatus {
        account: account(name),
        status: status(charges_enabled),
        evidence: Evidence::Reply,
        as_of: at(as_of),
        at: at(9),
    }
}

fn reported(name: &str, charges_enabled: bool, as_of: i64) -> OperatorEvent {
    OperatorEvent::AccountStatusReported {
        account: account(name),
        status: status(charges_enabled),
        evidence: Evidence::Reply,
        as_of: at(as_of),
        at: at(9),
    }
}

fn deauthorize(name: &str, app: Option<AppId>) -> OperatorCommand {
    let evidence = Evidence::Webhook {
        event: "evt_1".to_owned(),
    };
    OperatorCommand::DeauthorizeAccount {
        account: account(name),
        app,
        evidence,
        at: at(9),
    }
}

fn deauthorized(name: &str, app: Option<AppId>) -> OperatorEvent {
    let evidence = Evidence::Webhook {
        event: "evt_1".to_owned(),
    };
    OperatorEvent::AccountDeauthorized {
        account: account(name),
        app,
        evidence,
        at: at(9),
    }
}

fn connect(name: &str, app: Option<AppId>) -> OperatorCommand {
    let how = HowConnected::Oauth;
    OperatorCommand::ConnectAccount {
        account: account(name),
        app,
        how,
        evidence: Evidence::Reply,
        at: at(9),
    }
}

fn reconnected(name: &str, app: Option<AppId>, how: HowConnected) -> OperatorEvent {
    OperatorEvent::AccountConnected {
        account: account(name),
        app,
        how,
        evidence: Evidence::Reply,
        at: at(9),
    }
}

fn onboarding(name: &str) -> OperatorEvent {
    OperatorEvent::OnboardingStarted {
        account: account(name),
        app: None,
        attempt: None,
        at: at(1),
    }
}

#[test]
fn onboarding_is_over_when_stripe_has_what_it_needs() {
    let start = |name| OperatorCommand::StartOnboarding {
        account: account(name),
        attempt: None,
        at: at(1),
    };
    given::<Operator>([registered()])
        .when(start("new"))
        .then([onboarding("new")]);
    let history = vec![registered(), onboarding("new")];
    given::<Operator>(history.clone())
        .when(start("new"))
        .then_nothing();
    given::<Operator>(history.clone())
        .when(start("newer"))
        .then_rejected(OperatorRejection::AnotherAccount {
            account: account("new"),
        });
    given::<Operator>(history.clone())
        .when(report("new", false, 2))
        .then([reported("new", false, 2)]);
    given::<Operator>(history).when(report("new", true, 2)).then([
        reconnected("new", None, HowConnected::Onboarded),
        reported("new", true, 2),
    ]);
}

#[test]
fn a_declared_account_ends_its_onboarding() {
    given::<Operator>([registered(), onboarding("bus"), linked(100, 0)])
        .when(declare(bus(), 0))
        .then([connected("bus", HowConnected::Declared)]);
}

#[test]
fn a_report_counts_once_and_never_against_a_newer_one() {
    given::<Operator>([registered()])
        .when(report("bus", true, 5))
        .then_rejected(OperatorRejection::NoAccount);
    given::<Operator>(declared())
        .when(report("other", true, 5))
        .then_rejected(OperatorRejection::AnotherAccount {
            account: account("bus"),
        });
    given::<Operator>(declared())
        .when(report("bus", true, 5))
        .then([reported("bus", true, 5)]);
    given::<Operator>(and(reported("bus", true, 5)))
        .when(report("bus", true, 6))
        .then_nothing();
    given::<Operator>(and(reported("bus", true, 5)))
        .when(report("bus", false, 4))
        .then_nothing();
    given::<Operator>(and(reported("bus", true, 5)))
        .when(report("bus", false, 6))
        .then([reported("bus", false, 6)]);
}

#[test]
fn money_does_not_change_its_way_unless_the_old_account_is_given_up() {
    let refused = || OperatorRejection::AnotherAccount {
        account: account("bus"),
    };
    given::<Operator>(declared())
        .when(connect("new", None))
        .then_rejected(refused());
    let wanted = OperatorDeclaration {
        account: Some(account("new")),
        ..bus()
    };
    given::<Operator>(declared())
        .when(declare(wanted, 1))
        .then_rejected(refused());
    given::<Operator>(and(deauthorized("bus", Some(cityhop()))))
        .when(connect("new", None))
        .then_rejected(refused());
    given::<Operator>(and(deauthorized("bus", None)))
        .when(connect("new", None))
        .then([reconnected("new", None, HowConnected::Oauth)]);
}

#[test]
fn permission_is_withdrawn_once_and_an_old_file_does_not_give_it_back() {
    given::<Operator>([registered()])
        .when(deauthorize("bus", None))
        .then_rejected(OperatorRejection::NoAccount);
    given::<Operator>(declared())
        .when(deauthorize("other", None))
        .then_rejected(OperatorRejection::AnotherAccount {
            account: account("bus"),
        });
    for app in [None, Some(cityhop())] {
        let event = deauthorized("bus", app.clone());
        given::<Operator>(declared())
            .when(deauthorize("bus", app.clone()))
            .then([event.clone()]);
        given::<Operator>(and(event.clone()))
            .when(deauthorize("bus", app.clone()))
            .then_nothing();
        given::<Operator>(and(event.clone()))
            .when(declare(bus(), 10))
            .then_nothing();
        given::<Operator>(and(event))
            .when(connect("bus", app.clone()))
            .then([reconnected("bus", app, HowConnected::Oauth)]);
    }
    given::<Operator>(declared())
        .when(connect("bus", None))
        .then_nothing();
}

#[test]
fn permission_is_withdrawn_from_one_platform_or_from_all() {
    let other = AppId::parse("other").unwrap();
    let concerns = |history: &[OperatorEvent]| {
        let operator = replay::<Operator>(history).unwrap().unwrap();
        let deauthorized = &operator.account().unwrap().deauthorized;
        [&cityhop(), &other].map(|app| deauthorized.concerns(app))
    };
    let from_one = and(deauthorized("bus", Some(cityhop())));
    let from_all = [from_one.clone(), vec![deauthorized("bus", None)]].concat();
    let all_but_one = [
        from_all.clone(),
        vec![reconnected("bus", Some(cityhop()), HowConnected::Oauth)],
    ]
    .concat();
    let none = [
        all_but_one.clone(),
        vec![reconnected("bus", None, HowConnected::Oauth)],
    ]
    .concat();
    assert_eq!(concerns(&from_one), [true, false]);
    assert_eq!(concerns(&from_all), [true, true]);
    assert_eq!(concerns(&all_but_one), [false, true]);
    assert_eq!(concerns(&none), [false, false]);
    let again = [all_but_one, vec![deauthorized("bus", Some(cityhop()))]].concat();
    assert_eq!(concerns(&again), [true, true]);
}

#[test]
fn an_operator_takes_money_only_when_nothing_stands_against_it() {
    let ready = and(reported("bus", true, 5));
    let asked = |history: Vec<OperatorEvent>| {
        given::<Operator>(history)
            .state()
            .transactable_for(&cityhop(), at(10))
    };
    let with = |event| [ready.clone(), vec![event]].concat();
    let transactable = asked(ready.clone()).unwrap();
    assert_eq!(transactable.account, account("bus"));
    assert_eq!(transactable.fee, percent(100));
    let reason = |history| asked(history).unwrap_err();
    let suspended = with(OperatorEvent::Suspended {
        reason: "licence".to_owned(),
        at: at(9),
    });
    assert_eq!(reason(suspended), NotTransactable::Suspended);
    let unlinked = with(OperatorEvent::Unlinked {
        app: cityhop(),
        reason: "over".to_owned(),
        at: at(9),
    });
    assert_eq!(reason(unlinked), NotTransactable::NotLinked);
    assert_eq!(
        reason(vec![registered(), linked(100, 0)]),
        NotTransactable::NoAccount
    );
    assert_eq!(
        reason(vec![registered(), onboarding("bus"), linked(100, 0)]),
        NotTransactable::NoAccount
    );
    assert_eq!(
        reason(with(deauthorized("bus", Some(cityhop())))),
        NotTransactable::Deauthorized
    );
    assert_eq!(
        reason(with(reported("bus", false, 6))),
        NotTransactable::ChargesDisabled
    );
    assert_eq!(reason(declared()), NotTransactable::ChargesDisabled);
    let stranger = AppId::parse("stranger").unwrap();
    let operator = given::<Operator>(ready).state();
    assert_eq!(
        operator.transactable_for(&stranger, at(10)),
        Err(NotTransactable::NotLinked)
    );
}

#[test]
fn what_was_given_up_here_is_given_up_whatever_stripe_withdrew_before_and_until_consent() {
    let app = Some(cityhop());
    let ask = |minute| OperatorCommand::DeauthorizeAccount {
        account: account("bus"),
        app: app.clone(),
        evidence: Evidence::Declared,
        at: at(minute),
    };
    let given_up = |minute| OperatorEvent::AccountDeauthorized {
        account: account("bus"),
        app: app.clone(),
        evidence: Evidence::Declared,
        at: at(minute),
    };
    let at_stripe = and(deauthorized("bus", app.clone()));
    assert!(
        !given::<Operator>(at_stripe.clone())
            .state()
            .account()
            .unwrap()
            .given_up
            .contains(&cityhop())
    );
    given::<Operator>(at_stripe.clone())
        .when(ask(10))
        .then([given_up(10)]);
    let history: Vec<_> = at_stripe.into_iter().chain([given_up(10)]).collect();
    given::<Operator>(history.clone()).when(ask(11)).then_nothing();
    assert!(
        given::<Operator>(history.clone())
            .state()
            .account()
            .unwrap()
            .given_up
            .contains(&cityhop())
    );
    let consented = OperatorEvent::AccountConnected {
        account: account("bus"),
        app,
        how: HowConnected::Oauth,
        evidence: Evidence::Reply,
        at: at(12),
    };
    let history = history.into_iter().chain([consented]);
    assert!(
        given::<Operator>(history)
            .state()
            .account()
            .unwrap()
            .given_up
            .is_empty()
    );
}
