//! Passes that are to be active as soon as they are bought.

use chrono::TimeDelta;

use super::fixtures::*;
use crate::{
    DeviceId,
    catalog::Product,
    purchase::{AT_ONCE, AtOnce, Order, Purchase, PurchaseEvent, PurchaseRejection as No, Route},
    testing::given,
};

fn one_pass(device: Option<&str>) -> Order {
    Order {
        items: vec![line("bus", 1, usd(1_000))],
        activate_on: device.map(|device| DeviceId::parse(device).unwrap()),
        activate_at_once: true,
        ..order()
    }
}

fn started_with(order: Order) -> PurchaseEvent {
    PurchaseEvent::Started {
        order,
        payment: Some(terms(Route::Token)),
        at: at(0),
    }
}

#[test]
fn one_pass_is_to_be_active_on_a_device_that_need_not_have_a_name() {
    for device in [None, Some("phone")] {
        let wanted = one_pass(device);
        let device = device.map(|device| DeviceId::parse(device).unwrap());
        assert_eq!(wanted.at_once(), Some(AtOnce { device }));
        given::<Purchase>([])
            .when(start(wanted.clone(), Some(terms(Route::Token))))
            .then([started_with(wanted)]);
    }
    assert_eq!(order().at_once(), None);
}

#[test]
fn several_passes_or_a_book_are_not_active_at_once() {
    let mut book = one_pass(None);
    for line in &mut book.items {
        line.terms.fare.product = Product::PassBook { passes: 3 };
    }
    let several = Order {
        items: order().items,
        ..one_pass(None)
    };
    let named = Order {
        activate_at_once: false,
        ..several.clone()
    };
    let named = Order {
        activate_on: Some(DeviceId::parse("phone").unwrap()),
        ..named
    };
    for bad in [book, several, named] {
        given::<Purchase>([])
            .when(start(bad.clone(), Some(terms(Route::Token))))
            .then_rejected(No::NotOnePass);
        assert!(crate::aggregate::replay::<Purchase>(&[started_with(bad)]).is_err());
    }
}

#[test]
fn a_pass_that_comes_late_waits_for_its_rider() {
    let purchase = given::<Purchase>([started_with(one_pass(None))]).state();
    let last = at(0) + AT_ONCE - TimeDelta::seconds(1);
    assert_eq!(purchase.activation_due(last), Some(AtOnce { device: None }));
    assert_eq!(purchase.activation_due(at(0) + AT_ONCE), None);
    let plain = given::<Purchase>([started(Route::Token)]).state();
    assert_eq!(plain.activation_due(at(0)), None);
}

#[test]
fn an_order_of_before_reads_as_one_that_activates_nothing() {
    let old = serde_json::to_value(order()).unwrap();
    assert!(old.get("activate_at_once").is_none() && old.get("activate_on").is_none());
    assert_eq!(serde_json::from_value::<Order>(old).unwrap(), order());
}
