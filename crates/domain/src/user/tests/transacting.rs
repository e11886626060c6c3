//! What operators require of users, and what test users are not.

use proptest::{collection::btree_set, prelude::*, sample::select};

use super::fixtures::*;
use crate::{
    StripeAccountId,
    operator::{Operator, OperatorEvent, OperatorKind, Profile, Requirements, UserField},
    testing::given,
    text::Text,
    user::{Contact, Lack, NoSimulatedLink, User, UserEvent, UserRejection as No},
};

const FIELDS: [UserField; 3] = [
    UserField::StripeCustomer,
    UserField::LicensePlate,
    UserField::Email,
];

fn requiring(fields: &[UserField], requires_linked_account: bool) -> Operator {
    let profile = Profile {
        name: Text::plain("Park"),
        logo_url: None,
        country: None,
        timezone: chrono_tz::UTC,
        region: None,
        website: None,
        phone_number: None,
        email: None,
        location: None,
        service_day_cutoff_minutes: 0,
    };
    given::<Operator>([
        OperatorEvent::Registered {
            operator: operator("park"),
            kind: OperatorKind::Parking,
            profile,
            at: at(0),
        },
        OperatorEvent::RequirementsSet {
            requirements: Requirements {
                requires_linked_account,
                users_api_fields: fields.iter().copied().collect(),
                permission_page: None,
            },
            at: at(0),
        },
    ])
    .state()
}

fn on() -> StripeAccountId {
    platform("acct_app")
}

fn plate() -> UserEvent {
    UserEvent::VehicleSet {
        license_plate: sealed("plate"),
        at: at(1),
    }
}

fn linked() -> UserEvent {
    UserEvent::OperatorAccountLinked {
        operator: operator("park"),
        at: at(1),
    }
}

fn test_user(events: impl IntoIterator<Item = UserEvent>) -> User {
    let registered = UserEvent::Registered {
        app: app("cityhop"),
        subject: sealed("sub"),
        is_test: true,
        at: at(0),
    };
    given::<User>(std::iter::once(registered).chain(events)).state()
}

fn rider(events: impl IntoIterator<Item = UserEvent>) -> User {
    given::<User>(then(events)).state()
}

fn with_card() -> User {
    rider([
        save_started("save_1", "pm_1", None),
        customer_created("cus_1"),
        saved("save_1", "pm_1"),
    ])
}

#[test]
fn every_field_that_is_lacking_is_named_with_the_call_that_sets_it() {
    let lacks = rider([]).lacks_for(&requiring(&FIELDS, true), Some(&on()));
    let told: Vec<_> = lacks.iter().map(|lack| (lack.field(), lack.call())).collect();
    assert_eq!(
        told,
        [
            (
                "stripe_info.stripe_customer_id",
                Some("POST /v1/users/user/current/stripe_info")
            ),
            (
                "vehicle.license_plate",
                Some("PUT /v1/users/user/current/vehicle")
            ),
            ("email", Some("POST /v1/users/create_jwt")),
            ("linked_account", Some("GET /v1/users/link_account")),
        ]
    );
}

#[test]
fn who_has_everything_lacks_nothing() {
    let contact = contact_changed(contact(Some("email"), None));
    let user = rider([plate(), contact, linked()]);
    let operator = requiring(&[UserField::LicensePlate, UserField::Email], true);
    assert_eq!(user.lacks_for(&operator, None), []);
    let other = requiring(&[UserField::StripeCustomer], false);
    assert_eq!(with_card().lacks_for(&other, Some(&on())), []);
}

#[test]
fn a_card_counts_on_the_platform_that_keeps_it() {
    let operator = requiring(&[UserField::StripeCustomer], false);
    let card = [Lack::Field(UserField::StripeCustomer)];
    let elsewhere = platform("acct_elsewhere");
    assert_eq!(with_card().lacks_for(&operator, Some(&elsewhere)), card);
    assert_eq!(with_card().lacks_for(&operator, None), card);
}

#[test]
fn a_test_user_never_transacts_where_a_card_is_named_and_no_call_helps() {
    let lacks = test_user([]).lacks_for(&requiring(&FIELDS, false), Some(&on()));
    assert_eq!(lacks.first(), Some(&Lack::RealCard));
    assert_eq!(Lack::RealCard.call(), None);
    assert_eq!(Lack::RealCard.field(), "stripe_info.stripe_customer_id");
}

#[test]
fn a_test_user_keeps_no_card_and_becomes_nobodys_customer() {
    let registered = || UserEvent::Registered {
        app: app("cityhop"),
        subject: sealed("sub"),
        is_test: true,
        at: at(0),
    };
    for command in [
        start_save("save_1", "acct_app", new_card("pm_1")),
        request_customer("save_1", "acct_app"),
    ] {
        given::<User>([registered()])
            .when(command)
            .then_rejected(No::TestUser);
    }
    given::<User>([registered()])
        .when(identify(Contact::default()))
        .then_rejected(No::AnotherApp);
}

#[test]
fn only_test_users_link_without_asking_and_only_where_there_is_something_to_link() {
    let page = requiring(&[UserField::LicensePlate], true);
    let simulate = |user: User, operator: &Operator, linked| user.may_simulate_link(operator, None, linked);
    assert_eq!(
        simulate(rider([plate()]), &page, true),
        Err(NoSimulatedLink::NotATestUser)
    );
    assert_eq!(
        simulate(test_user([]), &requiring(&[], false), true),
        Err(NoSimulatedLink::NothingToLink)
    );
    let lacks = NoSimulatedLink::Lacks(Lack::Field(UserField::LicensePlate));
    assert_eq!(simulate(test_user([]), &page, true), Err(lacks));
    assert_eq!(simulate(test_user([]), &page, false), Ok(()));
    assert_eq!(simulate(test_user([plate()]), &page, true), Ok(()));
    let card = requiring(&[UserField::StripeCustomer], true);
    let never = NoSimulatedLink::Lacks(Lack::RealCard);
    assert_eq!(simulate(test_user([plate()]), &card, true), Err(never));
}

proptest! {
    /// Whatever an operator requires and whatever a user has: what is lacking is required, and once.
    #[test]
    fn what_is_lacking_was_required(fields in btree_set(select(FIELDS.to_vec()), 0..=3), links: bool, test: bool, has_plate: bool) {
        let fields: Vec<UserField> = fields.into_iter().collect();
        let events = has_plate.then(plate);
        let user = if test { test_user(events) } else { rider(events) };
        let lacks = user.lacks_for(&requiring(&fields, links), Some(&on()));
        let names: Vec<&str> = lacks.iter().map(|lack| lack.field()).collect();
        let required = |name: &str| fields.iter().any(|field| field.as_str() == name) || (links && name == "linked_account");
        prop_assert!(names.iter().all(|name| required(name)));
        let once: std::collections::BTreeSet<&str> = names.iter().copied().collect();
        prop_assert_eq!(once.len(), names.len());
        let wants_card = fields.contains(&UserField::StripeCustomer);
        prop_assert_eq!(lacks.contains(&Lack::RealCard), test && wants_card);
    }
}
