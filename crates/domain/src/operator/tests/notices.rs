//! The rules of announcements.

use super::*;

#[test]
fn an_alert_is_shown_in_its_time_and_until_it_is_cleared() {
    let raised = OperatorEvent::ServiceAlertRaised {
        alert: alert(AlertEffect::OtherEffect),
        at: at(5),
    };
    let cleared = OperatorEvent::ServiceAlertCleared {
        alert: notice("strike"),
        at: at(15),
    };
    let shown =
        |history: Vec<OperatorEvent>, minute| given::<Operator>(history).state().alerts(at(minute)).count();
    assert_eq!(
        [9, 10, 19, 20].map(|minute| shown(and(raised.clone()), minute)),
        [0, 1, 1, 0]
    );
    assert_eq!(shown([and(raised), vec![cleared]].concat(), 12), 0);
}

#[test]
fn an_announcement_is_made_once_and_taken_back_once() {
    let raise = |alert| OperatorCommand::RaiseAlert { alert, at: at(5) };
    let clear = |id: &str| OperatorCommand::ClearAlert {
        alert: notice(id),
        at: at(15),
    };
    let known = alert(AlertEffect::OtherEffect);
    let raised = OperatorEvent::ServiceAlertRaised {
        alert: known.clone(),
        at: at(5),
    };
    let cleared = OperatorEvent::ServiceAlertCleared {
        alert: notice("strike"),
        at: at(15),
    };
    let over = [and(raised.clone()), vec![cleared.clone()]].concat();
    given::<Operator>(declared())
        .when(raise(known.clone()))
        .then([raised.clone()]);
    given::<Operator>(and(raised.clone()))
        .when(raise(known.clone()))
        .then_nothing();
    given::<Operator>(and(raised.clone()))
        .when(clear("strike"))
        .then([cleared]);
    given::<Operator>(over.clone())
        .when(clear("strike"))
        .then_nothing();
    given::<Operator>(over).when(raise(known)).then_nothing();
    given::<Operator>(and(raised))
        .when(raise(alert(AlertEffect::FareFree)))
        .then_rejected(OperatorRejection::NoticeDiffers {
            notice: notice("strike"),
        });
    given::<Operator>(declared())
        .when(clear("strike"))
        .then_rejected(OperatorRejection::NoSuchNotice {
            notice: notice("strike"),
        });
    let empty = ServiceAlert {
        active: range(20, 20),
        ..alert(AlertEffect::OtherEffect)
    };
    given::<Operator>(declared())
        .when(raise(empty))
        .then_rejected(OperatorRejection::EmptyPeriod);
}

#[test]
fn riding_is_free_in_a_declared_period_until_it_is_withdrawn() {
    let period = FareFreePeriod {
        id: notice("earth_day"),
        header: None,
        description: None,
        active: range(10, 20),
    };
    let declare = OperatorCommand::DeclareFareFree {
        period: period.clone(),
        at: at(5),
    };
    let withdraw = || OperatorCommand::WithdrawFareFree {
        period: notice("earth_day"),
        at: at(15),
    };
    let event = OperatorEvent::FareFreeDeclared { period, at: at(5) };
    given::<Operator>(declared())
        .when(declare.clone())
        .then([event.clone()]);
    given::<Operator>(and(event.clone())).when(declare).then_nothing();
    let operator = given::<Operator>(and(event.clone())).state();
    assert_eq!(
        [9, 10, 19, 20].map(|minute| operator.is_fare_free(at(minute))),
        [false, true, true, false]
    );
    let withdrawn = OperatorEvent::FareFreeWithdrawn {
        period: notice("earth_day"),
        at: at(15),
    };
    given::<Operator>(and(event.clone()))
        .when(withdraw())
        .then([withdrawn.clone()]);
    assert!(
        !given::<Operator>([and(event), vec![withdrawn]].concat())
            .state()
            .is_fare_free(at(16))
    );
    given::<Operator>(declared())
        .when(withdraw())
        .then_rejected(OperatorRejection::NoSuchNotice {
            notice: notice("earth_day"),
        });
}

#[test]
fn an_alert_that_says_fare_free_makes_riding_free() {
    let raised = OperatorEvent::ServiceAlertRaised {
        alert: alert(AlertEffect::FareFree),
        at: at(5),
    };
    let operator = given::<Operator>(and(raised)).state();
    assert_eq!(
        [9, 10, 20].map(|minute| operator.is_fare_free(at(minute))),
        [false, true, false]
    );
}

#[test]
fn announcements_are_made_as_they_are_wanted_and_repeating_that_changes_nothing() {
    let strike = alert(AlertEffect::OtherEffect);
    let period = FareFreePeriod {
        id: notice("earth_day"),
        header: Some(Text::plain("Earth Day")),
        description: None,
        active: range(10, 20),
    };
    let announce = |alert: &ServiceAlert, period: &FareFreePeriod| OperatorCommand::Announce {
        alerts: vec![alert.clone()],
        fare_free: vec![period.clone()],
        at: at(5),
    };
    let made = |alert: &ServiceAlert, period: &FareFreePeriod| {
        [
            OperatorEvent::ServiceAlertRaised {
                alert: alert.clone(),
                at: at(5),
            },
            OperatorEvent::FareFreeDeclared {
                period: period.clone(),
                at: at(5),
            },
        ]
    };
    given::<Operator>(declared())
        .when(announce(&strike, &period))
        .then(made(&strike, &period));
    let before = [declared(), made(&strike, &period).to_vec()].concat();
    given::<Operator>(before.clone())
        .when(announce(&strike, &period))
        .then_nothing();
    // It ends earlier than was said: taken back, and said anew.
    let shorter = FareFreePeriod {
        active: range(10, 12),
        ..period.clone()
    };
    let withdrawn = OperatorEvent::FareFreeWithdrawn {
        period: notice("earth_day"),
        at: at(5),
    };
    let declared_anew = OperatorEvent::FareFreeDeclared {
        period: shorter.clone(),
        at: at(5),
    };
    let corrected = [withdrawn, declared_anew];
    given::<Operator>(before.clone())
        .when(announce(&strike, &shorter))
        .then(corrected.clone());
    let after = [before, corrected.to_vec()].concat();
    given::<Operator>(after.clone())
        .when(announce(&strike, &shorter))
        .then_nothing();
    let operator = given::<Operator>(after).state();
    assert_eq!(
        [11, 12].map(|minute| operator.is_fare_free(at(minute))),
        [true, false]
    );
}

#[test]
fn what_was_withdrawn_comes_back_only_with_something_new_about_it() {
    let strike = alert(AlertEffect::OtherEffect);
    let raised = |alert: &ServiceAlert| OperatorEvent::ServiceAlertRaised {
        alert: alert.clone(),
        at: at(5),
    };
    let cleared = OperatorEvent::ServiceAlertCleared {
        alert: notice("strike"),
        at: at(15),
    };
    let over = [and(raised(&strike)), vec![cleared]].concat();
    let announce = |alerts: Vec<ServiceAlert>| OperatorCommand::Announce {
        alerts,
        fare_free: Vec::new(),
        at: at(5),
    };
    given::<Operator>(over.clone())
        .when(announce(vec![strike.clone()]))
        .then_nothing();
    let longer = ServiceAlert {
        active: range(10, 99),
        ..strike.clone()
    };
    given::<Operator>(over)
        .when(announce(vec![longer.clone()]))
        .then([raised(&longer)]);
    given::<Operator>(declared())
        .when(announce(vec![strike.clone(), longer]))
        .then_rejected(OperatorRejection::NoticeDiffers {
            notice: notice("strike"),
        });
    let never = ServiceAlert {
        active: range(20, 10),
        ..strike
    };
    given::<Operator>(declared())
        .when(announce(vec![never]))
        .then_rejected(OperatorRejection::EmptyPeriod);
}

#[test]
fn a_standing_announcement_is_never_folded_over() {
    let raised = OperatorEvent::ServiceAlertRaised {
        alert: alert(AlertEffect::OtherEffect),
        at: at(5),
    };
    let twice = [and(raised.clone()), vec![raised]].concat();
    assert!(replay::<Operator>(&twice).is_err());
}
