//! What a device has at hand.

use super::fixtures::*;
use crate::{OperatorId, testing::given, wallet::Wallet};

#[test]
fn a_pass_is_at_hand_on_its_device_while_it_is_active_and_for_its_operator() {
    let history = [
        issued([single(1, TWO_HOURS), single(2, TWO_HOURS)]),
        activated(pass(2), device("phone"), hour(1)),
    ];
    let wallet = given::<Wallet>(history).state();
    let bus = OperatorId::parse("bigbluebus").unwrap();
    let tram = OperatorId::parse("tram").unwrap();
    let found = |on: Option<&str>, operator, at| {
        let on = on.and_then(device);
        wallet
            .active_on(on.as_ref(), operator, at)
            .map(|pass| pass.id().clone())
    };
    assert_eq!(found(Some("phone"), &bus, hour(1)), Some(pass(2)));
    assert_eq!(
        found(Some("phone"), &bus, hour(3)),
        None,
        "its two hours are over"
    );
    assert_eq!(found(Some("tablet"), &bus, hour(1)), None);
    assert_eq!(found(None, &bus, hour(1)), None);
    assert_eq!(found(Some("phone"), &tram, hour(1)), None);
}

#[test]
fn a_device_without_a_name_is_one_device() {
    let history = [issued([single(1, TWO_HOURS)]), activated(pass(1), None, hour(1))];
    let wallet = given::<Wallet>(history).state();
    let bus = OperatorId::parse("bigbluebus").unwrap();
    assert!(wallet.active_on(None, &bus, hour(1)).is_some());
    assert!(
        wallet
            .active_on(device("phone").as_ref(), &bus, hour(1))
            .is_none()
    );
}
