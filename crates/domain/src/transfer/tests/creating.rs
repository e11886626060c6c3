//! What a transfer is, and how it is told of.

use super::fixtures::*;
use crate::{
    testing::given,
    transfer::{CodeHash, Transfer, TransferCommand, TransferItem, TransferRejection, TransferStatus},
    wallet::{
        Wallet,
        tests::fixtures::{TWO_HOURS, hour, issued, pass_item, purchase, single, three_rides},
    },
};

#[test]
fn a_transfer_is_created_once() {
    given::<Transfer>([])
        .when(create(items(), Some(hour(10))))
        .then([created()]);
    given::<Transfer>([created()])
        .when(create(items(), Some(hour(10))))
        .then_nothing();
    for other in [
        create(items(), None),
        create(vec![], Some(hour(10))),
        create(items().split_off(1), Some(hour(10))),
    ] {
        given::<Transfer>([created()])
            .when(other)
            .then_rejected(TransferRejection::TransferDiffers);
    }
}

#[test]
fn a_transfer_has_items_and_time() {
    let twice = [items(), items()].concat();
    given::<Transfer>([])
        .when(create(twice, Some(hour(0))))
        .then_rejected(TransferRejection::ItemRepeated);
    given::<Transfer>([])
        .when(create(vec![], Some(hour(0))))
        .then_rejected(TransferRejection::NoItems);
    given::<Transfer>([])
        .when(create(items(), Some(hour(0))))
        .then_rejected(TransferRejection::ExpiryNotInFuture);
}

#[test]
fn nothing_is_known_of_a_transfer_that_was_never_created() {
    for command in [
        redeem_as(rider(), 1),
        TransferCommand::Cancel { at: hour(1) },
        TransferCommand::Expire { at: hour(11) },
        start_refund(1, all()),
        record_refund(1),
        record_refused(1),
    ] {
        given::<Transfer>([])
            .when(command)
            .then_rejected(TransferRejection::NotKnown);
    }
}

#[test]
fn an_item_is_shown_as_its_wallet_holds_it() {
    let wallet = given::<Wallet>([issued([single(1, TWO_HOURS), three_rides(2)])]).state();
    let shown: Vec<_> = all()
        .iter()
        .filter_map(|item| TransferItem::of(&wallet, item))
        .collect();
    assert_eq!(shown, items());
    assert_eq!(shown[0].purchase, Some(purchase()));
    assert_eq!(TransferItem::of(&wallet, &pass_item(9)), None);
}

#[test]
fn a_code_stands_nowhere_but_as_its_hash_and_that_is_not_printed() {
    for not_a_hash in [String::new(), "a".repeat(63), "A".repeat(64), "g".repeat(64)] {
        assert!(CodeHash::parse(not_a_hash).is_err());
    }
    assert!(!format!("{:?}", created()).contains(code('a').as_str()));
}

#[test]
fn statuses_are_named_as_the_ticketing_api_names_them() {
    for (status, name) in [
        (TransferStatus::AwaitingTransfer, "awaiting_transfer"),
        (TransferStatus::Transferred, "transferred"),
        (TransferStatus::Refunded, "refunded"),
        (TransferStatus::PartiallyRefunded, "partially_refunded"),
        (TransferStatus::Cancelled, "cancelled"),
    ] {
        assert_eq!(status.as_str(), name);
        assert_eq!(serde_json::to_value(status).unwrap(), name);
    }
    assert_eq!(state([]).status(), TransferStatus::AwaitingTransfer);
    assert_eq!(state([expired()]).status(), TransferStatus::AwaitingTransfer);
}
