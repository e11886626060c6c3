//! Who may buy, and how much at once.

use super::*;
use crate::{AppId, Sealed, User, catalog::Restriction, testing::given, user::UserEvent};

fn restricted(name: &str) -> Fare {
    Fare {
        restriction: Some(Restriction {
            label: Text::plain("Seniors"),
            text: Text::plain("For riders of 65 and more."),
        }),
        ..fare(name, 50)
    }
}

fn rider(entitled_to: Option<&str>) -> User {
    let granted = entitled_to.map(|fare| UserEvent::EntitlementGranted {
        operator: bus(),
        fare: id(fare),
        until: Some(at(10)),
        at: at(0),
    });
    let registered = UserEvent::Registered {
        app: AppId::parse("cityhop").unwrap(),
        subject: Sealed::from_ciphertext("sub".to_owned()),
        is_test: false,
        at: at(0),
    };
    given::<User>([registered].into_iter().chain(granted)).state()
}

fn limits(content: &CatalogContent, held: &[(&str, u32)]) -> Result<(), CartRejection> {
    Selection::of_cart(content, &cart(held), at(0))
        .unwrap()
        .check_limits()
}

#[test]
fn a_fare_has_a_limit_of_its_own_and_an_order_has_one_for_all() {
    let limited = Fare {
        limit_per_order: Some(3),
        ..fare("event", 100)
    };
    let content = CatalogContent {
        passes_per_order: Some(6),
        ..catalog(vec![limited, fare("single", 125)])
    };
    assert_eq!(limits(&content, &[("event", 3), ("single", 3)]), Ok(()));
    let fare_limit = Err(CartRejection::FareLimit {
        fare: id("event"),
        limit: 3,
    });
    assert_eq!(limits(&content, &[("event", 4)]), fare_limit);
    // The fare's own limit is the more exact thing to say.
    assert_eq!(limits(&content, &[("event", 4), ("single", 9)]), fare_limit);
    let order_limit = Err(CartRejection::OrderLimit { limit: 6 });
    assert_eq!(limits(&content, &[("event", 3), ("single", 4)]), order_limit);
}

#[test]
fn no_catalog_allows_more_than_any_order_may_hold() {
    let generous = CatalogContent {
        passes_per_order: Some(1_000),
        ..catalog(vec![fare("single", 125)])
    };
    assert_eq!(limits(&generous, &[("single", ORDER_LIMIT)]), Ok(()));
    let refused = Err(CartRejection::OrderLimit { limit: ORDER_LIMIT });
    assert_eq!(limits(&generous, &[("single", ORDER_LIMIT + 1)]), refused);
    assert_eq!(limits(&generous, &[]), Err(CartRejection::Empty));
}

#[test]
fn a_limit_holds_however_often_a_fare_is_named() {
    let content = catalog(vec![Fare {
        limit_per_order: Some(3),
        ..fare("event", 100)
    }]);
    let wishes = [(id("event"), 2), (id("event"), 2)];
    let selection = Selection::of_wishes(&content, &wishes, at(0)).unwrap();
    assert!(matches!(
        selection.check_limits(),
        Err(CartRejection::FareLimit { .. })
    ));
    let nothing = [(id("event"), 1), (id("event"), 0)];
    let selection = Selection::of_wishes(&content, &nothing, at(0)).unwrap();
    assert_eq!(selection.check_limits(), Err(CartRejection::Empty));
}

#[test]
fn some_fares_need_a_rider_and_some_one_who_was_allowed_to() {
    let login = Fare {
        login_required: true,
        ..fare("personal", 100)
    };
    let content = catalog(vec![login, restricted("senior"), restricted("student")]);
    let (operator, nobody, plain, senior) = (bus(), None, rider(None), rider(Some("senior")));
    let check = |user: Option<&User>, fares: &[(&str, u32)], minute| {
        let selection = Selection::of_cart(&content, &cart(fares), at(minute)).unwrap();
        selection.check_buyer(Buyer {
            user,
            operator: &operator,
            at: at(minute),
        })
    };
    let login_required = Err(CartRejection::LoginRequired { fare: id("personal") });
    assert_eq!(check(nobody, &[("personal", 1)], 0), login_required);
    assert_eq!(check(Some(&plain), &[("personal", 1)], 0), Ok(()));
    let refused = |fare| Err(CartRejection::Restricted { fare: id(fare) });
    assert_eq!(check(nobody, &[("senior", 1)], 0), refused("senior"));
    assert_eq!(check(Some(&plain), &[("senior", 1)], 0), refused("senior"));
    assert_eq!(check(Some(&senior), &[("senior", 1)], 9), Ok(()));
    assert_eq!(check(Some(&senior), &[("senior", 1)], 10), refused("senior"));
    let both = [("senior", 1), ("student", 1)];
    assert_eq!(check(Some(&senior), &both, 0), refused("student"));
    // What was allowed by one operator is not allowed by another.
    let elsewhere = OperatorId::parse("elsewhere").unwrap();
    let selection = Selection::of_cart(&content, &cart(&[("senior", 1)]), at(0)).unwrap();
    let buyer = Buyer {
        user: Some(&senior),
        operator: &elsewhere,
        at: at(0),
    };
    assert_eq!(selection.check_buyer(buyer), refused("senior"));
}
