//! Events of wallets and transfers.

use domain::{
    DeviceId, DisputeId, PassId,
    catalog::CapPeriod,
    transfer::{CodeHash, TransferEvent, TransferItem},
    validity::Period,
    wallet::{CapReached, Held, IssueCause, IssuedItem, ItemId, MovedItem, WalletEvent},
};

use super::samples;
use crate::{
    commands::transfer_item,
    fixtures::{
        app, at, bought, hex, issued, pass, pass_book, purchase, refund, transfer as transfer_id, usd, user,
    },
};

fn items() -> Vec<ItemId> {
    vec![ItemId::Pass(pass(1)), ItemId::PassBook(pass_book(1))]
}

fn passes_issued(cause: IssueCause) -> WalletEvent {
    WalletEvent::PassesIssued {
        cause,
        items: items().into_iter().map(issued).collect(),
        held: Held::default(),
        at: at(0),
    }
}

/// A discount was taken off.
fn issued_for_less() -> WalletEvent {
    let discounted = |item| IssuedItem {
        paid: Some(usd(100)),
        ..issued(item)
    };
    WalletEvent::PassesIssued {
        cause: bought(1),
        items: items().into_iter().map(discounted).collect(),
        held: Held::default(),
        at: at(0),
    }
}

/// In place of a pass that was in use.
fn issued_anew() -> WalletEvent {
    let replaces = ItemId::Pass(pass(1));
    let item = replaces.reissued().unwrap();
    let ItemId::Pass(successor) = item.clone() else {
        unreachable!("a pass stands in for a pass");
    };
    WalletEvent::PassesIssued {
        cause: IssueCause::Reissue { replaces },
        items: vec![IssuedItem {
            paid: Some(usd(125)),
            ..issued(item)
        }],
        held: Held {
            activations: vec![(successor, at(1), at(31))],
        },
        at: at(4),
    }
}

fn reached() -> CapReached {
    CapReached {
        period: CapPeriod::ServiceDay,
        within: Period {
            from: at(0),
            until: at(1_440),
        },
        limit: usd(500),
        spent: usd(525),
    }
}

fn passes_capped(cap: Option<CapReached>) -> WalletEvent {
    WalletEvent::PassesCapped {
        passes: vec![pass(1)],
        cap_group: "local".to_owned(),
        cap,
        at: at(3),
    }
}

fn activated(device: Option<&str>) -> WalletEvent {
    WalletEvent::PassActivated {
        pass: pass(1),
        device: device.map(|device| DeviceId::parse(device).unwrap()),
        at: at(1),
        ends_at: at(31),
        ticket_expires_at: at(31),
    }
}

fn shown(place: Option<(i32, i32)>) -> WalletEvent {
    WalletEvent::PassShown {
        pass: pass(1),
        shown_at: at(2),
        latitude_microdegrees: place.map(|(latitude, _)| latitude),
        longitude_microdegrees: place.map(|(_, longitude)| longitude),
        at: at(2),
    }
}

fn moved_in() -> WalletEvent {
    let used = Held {
        activations: vec![(pass(1), at(1), at(31))],
    };
    let moved = |held, item| MovedItem {
        issued: issued(item),
        cause: bought(1),
        issued_at: at(0),
        held,
    };
    let items = vec![
        moved(used, ItemId::Pass(pass(1))),
        moved(Held::default(), ItemId::PassBook(pass_book(1))),
    ];
    WalletEvent::ItemsMovedIn {
        transfer: transfer_id(1),
        items,
        at: at(5),
    }
}

fn dispute() -> DisputeId {
    DisputeId::parse("dp_1").unwrap()
}

samples! {
    fn wallet() -> WalletEvent {
        PassesIssued: [
            passes_issued(bought(1)),
            passes_issued(IssueCause::Purchase { purchase: purchase(1), stripe_source: None }),
            passes_issued(IssueCause::Reissue { replaces: ItemId::Pass(pass(2)) }),
            passes_issued(IssueCause::FareCap { cap_group: "local".to_owned() }),
            issued_for_less(),
            issued_anew(),
        ],
        PassActivated: [activated(Some("phone")), activated(None)],
        PassShown: [shown(Some((34_028_189, -118_489_176))), shown(None)],
        ItemsRefunded: [WalletEvent::ItemsRefunded { refund: refund(1), items: items(), at: at(3) }],
        RidesRefunded: [WalletEvent::RidesRefunded {
            refund: refund(1),
            rides: vec![PassId::of_book(&pass_book(1), 1), PassId::of_book(&pass_book(1), 2)],
            at: at(3),
        }],
        ItemsInvalidated: [WalletEvent::ItemsInvalidated { items: items(), reason: "forged".to_owned(), at: at(3) }],
        ItemsSuspended: [WalletEvent::ItemsSuspended { dispute: dispute(), items: items(), at: at(3) }],
        ItemsReinstated: [WalletEvent::ItemsReinstated { dispute: dispute(), items: items(), at: at(4) }],
        PassesCapped: [passes_capped(None), passes_capped(Some(reached()))],
        ItemsReserved: [WalletEvent::ItemsReserved { transfer: transfer_id(1), items: items(), at: at(4) }],
        ItemsReleased: [WalletEvent::ItemsReleased { transfer: transfer_id(1), at: at(5) }],
        ItemsMovedOut: [WalletEvent::ItemsMovedOut { transfer: transfer_id(1), items: items(), at: at(5) }],
        ItemsMovedIn: [moved_in()],
    }
}

fn created(bought: bool, expires: bool) -> TransferEvent {
    let item = transfer_item(1, at(0));
    TransferEvent::Created {
        transfer: transfer_id(1),
        app: app("cityhop"),
        from: user(1),
        items: vec![if bought {
            item
        } else {
            TransferItem {
                purchase: None,
                ..item
            }
        }],
        code_hash: CodeHash::parse(hex('a')).unwrap(),
        expires_at: expires.then(|| at(90)),
        at: at(1),
    }
}

samples! {
    fn transfer() -> TransferEvent {
        Created: [created(true, true), created(false, false)],
        Redeemed: [TransferEvent::Redeemed { by: user(2), at: at(2) }],
        Cancelled: [TransferEvent::Cancelled { at: at(2) }],
        Expired: [TransferEvent::Expired { at: at(91) }],
        RefundStarted: [TransferEvent::RefundStarted { refund: refund(1), items: items(), at: at(92) }],
        ItemsRefunded: [TransferEvent::ItemsRefunded { refund: refund(1), items: items(), at: at(93) }],
        RefundRefused: [TransferEvent::RefundRefused { refund: refund(1), at: at(93) }],
        RefundRetried: [TransferEvent::RefundRetried { refund: refund(1), at: at(94) }],
    }
}
