//! Audits of sound logs.

use domain::{
    PassId, Purchase, TransferId, User, Wallet,
    purchase::PurchaseEvent,
    wallet::{Held, IssueCause, ItemId, MovedItem, WalletEvent, issued_items},
};
use event_log::{Position, Upcasters};
use projector::audit::{Report, Rule, verify};
use uuid::Uuid;

use crate::{
    fixtures::{
        activated, charged, completed, declined, derived, issued, issued_free, issued_of_old, minute, order,
        purchase, refund_refused, refund_started, refunded, registered, rider, started, started_free,
    },
    world::{Server, World, on_both_stores, write},
};

on_both_stores! {
    a_sound_log_is_found_sound,
    an_empty_log_is_sound,
    what_is_open_is_listed_and_no_violation,
}

pub(crate) fn transfer() -> TransferId {
    TransferId::from_uuid(Uuid::from_u128(1))
}

/// The second single ride of the first purchase, which moves to the second rider.
pub(crate) fn moving_pass() -> PassId {
    PassId::bought(&purchase(1), 2)
}

pub(crate) fn reserved() -> WalletEvent {
    let items = vec![ItemId::Pass(moving_pass())];
    WalletEvent::ItemsReserved {
        transfer: transfer(),
        items,
        at: minute(20),
    }
}

pub(crate) fn moved_out() -> WalletEvent {
    let items = vec![ItemId::Pass(moving_pass())];
    WalletEvent::ItemsMovedOut {
        transfer: transfer(),
        items,
        at: minute(21),
    }
}

pub(crate) fn moved_in() -> WalletEvent {
    let issued = issued_items(&purchase(1), &order(1).items)[1].clone();
    let cause = IssueCause::Purchase {
        purchase: purchase(1),
        stripe_source: Some("pm_1".to_owned()),
    };
    let item = MovedItem {
        issued,
        cause,
        issued_at: minute(2),
        held: Held::default(),
    };
    WalletEvent::ItemsMovedIn {
        transfer: transfer(),
        items: vec![item],
        at: minute(21),
    }
}

/// Two riders, a purchase that went well, and one that did so but for the money.
pub(crate) async fn live_a_little(server: &Server) {
    server.append([write::<User>(rider(1), [registered()])]).await;
    server
        .append([write::<Purchase>(purchase(1), [started(1), derived()])])
        .await;
    server
        .append([write::<Purchase>(purchase(1), [charged("1")])])
        .await;
    server
        .append([
            write::<Purchase>(purchase(1), [completed()]),
            write::<Wallet>(rider(1), [issued_of_old(1)]),
        ])
        .await;
    server
        .append([write::<Wallet>(rider(1), [activated(1, "phone", 10)])])
        .await;
    server.append([write::<Wallet>(rider(1), [reserved()])]).await;
    server
        .append([
            write::<Wallet>(rider(1), [moved_out()]),
            write::<Wallet>(rider(2), [moved_in()]),
        ])
        .await;
    server
        .append([write::<Purchase>(purchase(2), [started(2), declined()])])
        .await;
}

pub(crate) async fn audit(server: &Server) -> Report {
    verify(&*server.log(), &Upcasters::new()).await.unwrap()
}

async fn a_sound_log_is_found_sound(world: World) {
    let server = world.serve().await;
    live_a_little(&server).await;
    let late = [charged("3"), refund_started(1, 1_250, 100), refunded(1)];
    server
        .append([write::<Purchase>(purchase(3), [started(3), declined()])])
        .await;
    server.append([write::<Purchase>(purchase(3), late)]).await;
    server
        .append([write::<Purchase>(purchase(4), [started_free(4)])])
        .await;
    server
        .append([
            write::<Wallet>(rider(1), [issued_free(4)]),
            write::<Purchase>(purchase(4), [completed()]),
        ])
        .await;
    let report = audit(&server).await;
    assert!(report.is_sound(), "{report}");
    assert_eq!(report.head, Position(20));
    assert_eq!((report.counts.events, report.counts.streams), (20, 7));
    let counts = report.counts;
    assert_eq!((counts.purchases, counts.charged, counts.completed), (4, 2, 2));
    assert_eq!(
        (counts.ended_without, counts.refunded, counts.items_issued),
        (2, 1, 6)
    );
    assert_eq!(report.by_category["wallet"], 6);
    let text = report.to_string();
    assert!(
        text.contains("The log is sound.") && text.contains("M1   at most one unrefunded charge"),
        "{text}"
    );
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["counts"]["completed"], 2);
    assert_eq!(json["violations"], serde_json::json!([]));
}

async fn an_empty_log_is_sound(world: World) {
    let report = audit(&world.serve().await).await;
    assert_eq!(report, Report::default());
    assert!(report.is_sound());
}

async fn what_is_open_is_listed_and_no_violation(world: World) {
    let server = world.serve().await;
    server
        .append([write::<Purchase>(purchase(1), [started(1)])])
        .await;
    server
        .append([write::<Purchase>(purchase(2), [started(2), charged("2")])])
        .await;
    server
        .append([
            write::<Purchase>(
                purchase(3),
                [started(3), charged("3"), completed(), refund_started(1, 5, 0)],
            ),
            write::<Wallet>(rider(1), [issued(3)]),
        ])
        .await;
    let stuck = [
        started(4),
        charged("4"),
        refund_started(2, 1_250, 100),
        refund_refused(2),
        PurchaseEvent::ReviewRequested {
            reason: "the refund was refused".to_owned(),
            at: minute(5),
        },
    ];
    server.append([write::<Purchase>(purchase(4), stuck)]).await;
    let report = audit(&server).await;
    assert!(report.is_sound(), "{report}");
    let open: Vec<_> = report
        .open
        .iter()
        .map(|open| (open.started.0, open.charged, open.awaits_person))
        .collect();
    assert_eq!(
        open,
        [
            (1, false, false),
            (2, true, false),
            (4, true, false),
            (9, true, true)
        ]
    );
    assert!(report.to_string().contains("Open purchases:"));
}

#[test]
fn every_rule_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.code()).collect();
    assert_eq!(names.len(), Rule::ALL.len());
}
