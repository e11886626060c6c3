//! Passes.

use domain::{
    PassId, Purchase, Wallet,
    catalog::CapPeriod,
    validity::Period,
    wallet::{CapReached, WalletEvent},
};
use projector::audit::Rule;

use super::tampered::Tampered;
use crate::{
    auditing::{audit, moved_in, moved_out, moving_pass, reserved},
    fixtures::{
        activated, charged, completed, dollars, issued, minute, pass_item, purchase, refund, rider, started,
    },
    world::{World, write},
};

#[tokio::test]
async fn passes_that_were_issued_twice_are_noticed() {
    let tampered = Tampered::new().await;
    tampered
        .wallet(3, [issued(1)])
        .await
        .breaks(&[Rule::ChargedIsIssued, Rule::AsOrdered])
        .await;
}

#[tokio::test]
async fn what_is_issued_is_what_was_ordered_for_who_ordered_it() {
    let tampered = Tampered::new().await;
    let WalletEvent::PassesIssued {
        cause,
        mut items,
        held,
        at,
    } = issued(9)
    else {
        unreachable!()
    };
    items.pop();
    let short = WalletEvent::PassesIssued {
        cause,
        items,
        held,
        at,
    };
    tampered
        .purchase(9, [started(9), charged("9")])
        .await
        .both(9, completed(), short)
        .await;
    tampered.breaks(&[Rule::AsOrdered]).await;

    let tampered = Tampered::new().await;
    tampered.purchase(9, [started(9), charged("9")]).await;
    let writes = [
        write::<Purchase>(purchase(9), [completed()]),
        write::<Wallet>(rider(2), [issued(9)]),
    ];
    tampered.server.append(writes).await;
    tampered.breaks(&[Rule::AsOrdered]).await;
}

#[tokio::test]
async fn a_pass_that_is_active_on_two_devices_is_noticed() {
    Tampered::new()
        .await
        .wallet(1, [activated(1, "tablet", 30)])
        .await
        .breaks(&[Rule::OneDevice])
        .await;
}

#[tokio::test]
async fn a_pass_that_is_used_after_it_moved_or_was_refunded_is_noticed() {
    let WalletEvent::PassActivated {
        device,
        at,
        ends_at,
        ticket_expires_at,
        ..
    } = activated(1, "phone", 30)
    else {
        unreachable!()
    };
    let gone = WalletEvent::PassActivated {
        pass: moving_pass(),
        device,
        at,
        ends_at,
        ticket_expires_at,
    };
    Tampered::new()
        .await
        .wallet(1, [gone])
        .await
        .breaks(&[Rule::GoneIsGone])
        .await;

    let tampered = Tampered::new().await;
    let void = WalletEvent::ItemsRefunded {
        refund: refund(1),
        items: vec![pass_item(1)],
        at: minute(25),
    };
    tampered
        .wallet(1, [void, activated(1, "phone", 30)])
        .await
        .breaks(&[Rule::GoneIsGone])
        .await;
}

#[tokio::test]
async fn a_pass_that_leaves_without_arriving_or_arrives_without_leaving_is_noticed() {
    let tampered = Tampered::new().await;
    tampered
        .wallet(3, [moved_in()])
        .await
        .breaks(&[Rule::GoneIsGone])
        .await;

    let world = World::sqlite().await;
    let server = world.serve().await;
    server
        .append([write::<Purchase>(purchase(1), [started(1), charged("1")])])
        .await;
    server
        .append([
            write::<Purchase>(purchase(1), [completed()]),
            write::<Wallet>(rider(1), [issued(1)]),
        ])
        .await;
    server
        .append([write::<Wallet>(rider(1), [reserved(), moved_out()])])
        .await;
    let report = audit(&server).await;
    assert_eq!(
        report.broken.keys().copied().collect::<Vec<_>>(),
        [Rule::GoneIsGone],
        "{report}"
    );
}

#[tokio::test]
async fn passes_that_end_by_a_cap_that_is_not_reached_or_gives_nothing_are_noticed() {
    let capped = |spent: Option<i64>| WalletEvent::PassesCapped {
        passes: vec![PassId::bought(&purchase(1), 1)],
        cap_group: "local".to_owned(),
        cap: spent.map(|spent| CapReached {
            period: CapPeriod::ServiceDay,
            within: Period {
                from: minute(0),
                until: minute(600),
            },
            limit: dollars(500),
            spent: dollars(spent),
        }),
        at: minute(30),
    };
    for spent in [None, Some(499)] {
        Tampered::new()
            .await
            .wallet(1, [capped(spent)])
            .await
            .breaks(&[Rule::CappedIsReplaced])
            .await;
    }
}
