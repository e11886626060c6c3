//! Who a user is, and what they are allowed.

use super::fixtures::*;
use crate::{
    testing::given,
    user::{Contact, User, UserCommand, UserEvent, UserRejection as No},
};

#[test]
fn a_rider_is_known_from_the_first_jwt_on() {
    given::<User>([])
        .when(identify(Contact::default()))
        .then([registered()]);
    let both = contact(Some("email"), Some("phone"));
    given::<User>([])
        .when(identify(both.clone()))
        .then([registered(), contact_changed(both)]);
}

#[test]
fn the_same_jwt_again_records_nothing_and_a_new_contact_is_taken_in() {
    let first = contact(Some("email"), None);
    let history = then([contact_changed(first.clone())]);
    given::<User>(history.clone())
        .when(identify(first))
        .then_nothing();
    let both = contact(Some("email"), Some("phone"));
    given::<User>(history)
        .when(identify(contact(None, Some("phone"))))
        .then([contact_changed(both)]);
}

#[test]
fn what_a_jwt_leaves_out_stays_as_it_was() {
    let both = contact(Some("email"), Some("phone"));
    let history = then([contact_changed(both.clone())]);
    given::<User>(history.clone())
        .when(identify(Contact::default()))
        .then_nothing();
    let state = given::<User>(history).state();
    assert_eq!(
        (state.app(), state.subject(), state.contact()),
        (&app("cityhop"), &sealed("sub"), &both)
    );
}

#[test]
fn the_rider_of_one_app_is_not_the_rider_of_another() {
    for (in_app, subject) in [("other", "sub"), ("cityhop", "other")] {
        let command = UserCommand::Identify {
            app: app(in_app),
            subject: sealed(subject),
            is_test: false,
            contact: Contact::default(),
            at: at(1),
        };
        given::<User>([registered()])
            .when(command)
            .then_rejected(No::AnotherApp);
    }
}

#[test]
fn nothing_is_asked_of_whom_nobody_knows() {
    for command in one_of_each().into_iter().skip(1) {
        given::<User>([]).when(command).then_rejected(No::NotRegistered);
    }
}

#[test]
fn erasing_is_for_good() {
    given::<User>([registered()])
        .when(UserCommand::Erase { at: at(9) })
        .then([erased()]);
    given::<User>(then([erased()]))
        .when(UserCommand::Erase { at: at(10) })
        .then_nothing();
    let commands = one_of_each();
    for command in commands.iter().take(commands.len() - 1).cloned() {
        given::<User>(then([erased()]))
            .when(command)
            .then_rejected(No::Erased);
    }
}

#[test]
fn an_erased_user_has_no_contact_and_no_vehicle() {
    let plate = UserEvent::VehicleSet {
        license_plate: sealed("plate"),
        at: at(1),
    };
    let state = given::<User>(then([
        contact_changed(contact(Some("email"), None)),
        plate,
        erased(),
    ]))
    .state();
    assert_eq!(
        (state.contact(), state.license_plate()),
        (&Contact::default(), None)
    );
}

#[test]
fn terms_are_accepted_anew_only_at_a_later_time() {
    let accept = |second| UserCommand::AcceptTerms { at: at(second) };
    let accepted = |second| UserEvent::TermsAccepted { at: at(second) };
    given::<User>([registered()]).when(accept(1)).then([accepted(1)]);
    given::<User>(then([accepted(1)])).when(accept(1)).then_nothing();
    given::<User>(then([accepted(2)])).when(accept(1)).then_nothing();
    given::<User>(then([accepted(1)]))
        .when(accept(2))
        .then([accepted(2)]);
    assert_eq!(
        given::<User>(then([accepted(1), accepted(2)]))
            .state()
            .terms_accepted_at(),
        Some(at(2))
    );
}

#[test]
fn a_vehicle_is_set_until_another_is() {
    let set = |plate| UserCommand::SetVehicle {
        license_plate: sealed(plate),
        at: at(1),
    };
    let was_set = |plate| UserEvent::VehicleSet {
        license_plate: sealed(plate),
        at: at(1),
    };
    given::<User>([registered()])
        .when(set("one"))
        .then([was_set("one")]);
    given::<User>(then([was_set("one")]))
        .when(set("one"))
        .then_nothing();
    given::<User>(then([was_set("one")]))
        .when(set("two"))
        .then([was_set("two")]);
    let state = given::<User>(then([was_set("one"), was_set("two")])).state();
    assert_eq!(state.license_plate(), Some(&sealed("two")));
}

#[test]
fn a_restricted_fare_may_be_bought_until_the_entitlement_ends() {
    let may = |history, second| {
        let state = given::<User>(history).state();
        state.may_buy_restricted(&operator("bus"), &fare("student"), at(second))
    };
    assert!(!may(vec![registered()], 5));
    assert!(may(then([granted(None)]), 5));
    assert!(may(then([granted(Some(6))]), 5));
    assert!(!may(then([granted(Some(5))]), 5));
    assert!(!may(then([granted(None), withdrawn()]), 5));
}

#[test]
fn an_entitlement_is_granted_withdrawn_and_changed_once_each() {
    given::<User>([registered()])
        .when(grant(Some(9)))
        .then([granted(Some(9))]);
    given::<User>(then([granted(Some(9))]))
        .when(grant(Some(9)))
        .then_nothing();
    given::<User>(then([granted(Some(9))]))
        .when(grant(None))
        .then([granted(None)]);
    given::<User>(then([granted(None)]))
        .when(withdraw())
        .then([withdrawn()]);
    given::<User>([registered()]).when(withdraw()).then_nothing();
    given::<User>(then([granted(None), withdrawn()]))
        .when(withdraw())
        .then_nothing();
}

#[test]
fn an_account_at_an_operator_is_linked_once_and_unlinked_once() {
    let link = UserCommand::LinkOperatorAccount {
        operator: operator("bus"),
        at: at(1),
    };
    let unlink = UserCommand::UnlinkOperatorAccount {
        operator: operator("bus"),
        at: at(2),
    };
    let linked = UserEvent::OperatorAccountLinked {
        operator: operator("bus"),
        at: at(1),
    };
    let unlinked = UserEvent::OperatorAccountUnlinked {
        operator: operator("bus"),
        at: at(2),
    };
    given::<User>([registered()])
        .when(link.clone())
        .then([linked.clone()]);
    given::<User>(then([linked.clone()])).when(link).then_nothing();
    given::<User>(then([linked.clone()]))
        .when(unlink.clone())
        .then([unlinked.clone()]);
    given::<User>([registered()]).when(unlink).then_nothing();
    assert!(
        given::<User>(then([linked.clone()]))
            .state()
            .linked_accounts()
            .contains(&operator("bus"))
    );
    assert!(
        given::<User>(then([linked, unlinked]))
            .state()
            .linked_accounts()
            .is_empty()
    );
}
