//! What operators see of their own business.

use domain::{
    Purchase, Wallet,
    purchase::PurchaseEvent,
    wallet::{ItemId, WalletEvent},
};
use projector::{DaysAsked, SaleStatus, Sales, SalesAsked, ValidationsAsked};

use crate::{
    fixtures::{
        activated, charged, completed, declined, issued, minute, purchase, refund, refund_refused,
        refund_started, refunded, rider, started,
    },
    world::{Server, World, on_both_stores, write},
};

on_both_stores! {
    a_sale_is_listed_from_its_charge_with_what_went_back_of_it,
    what_was_never_paid_is_no_sale,
    a_used_pass_is_its_operators_business,
    a_refund_that_was_tried_again_counts_again,
    what_is_built_anew_comes_out_the_same,
    a_pass_that_was_never_issued_stops_the_report,
}

/// The operator of the fixtures, whatever it is called.
fn operator() -> String {
    crate::fixtures::order(1).operator.to_string()
}

async fn sell(server: &Server, number: u128) {
    let name = number.to_string();
    server
        .append([write::<Purchase>(
            purchase(number),
            [started(number), charged(&name)],
        )])
        .await;
    server
        .append([
            write::<Purchase>(purchase(number), [completed()]),
            write::<Wallet>(rider(number), [issued(number)]),
        ])
        .await;
}

async fn listed(server: &Server) -> Vec<projector::SaleRow> {
    let asked = SalesAsked {
        limit: 100,
        ..SalesAsked::default()
    };
    Sales::list(server.views(), &operator(), &asked).await.unwrap()
}

async fn a_sale_is_listed_from_its_charge_with_what_went_back_of_it(world: World) {
    let server = world.serve().await;
    let projector = server.projector();
    server
        .append([write::<Purchase>(purchase(1), [started(1), charged("1")])])
        .await;
    projector.catch_up().await.unwrap();
    let [sale] = listed(&server).await.try_into().unwrap();
    assert_eq!((sale.status, sale.refunded), (SaleStatus::Open, 0));
    let total = sale.amount;
    server
        .append([
            write::<Purchase>(purchase(1), [completed()]),
            write::<Wallet>(rider(1), [issued(1)]),
        ])
        .await;
    server
        .append([write::<Purchase>(purchase(1), [refund_started(1, 100, 8)])])
        .await;
    projector.catch_up().await.unwrap();
    let [sale] = listed(&server).await.try_into().unwrap();
    assert_eq!(
        (sale.status, sale.amount, sale.refunded, sale.fee_returned),
        (SaleStatus::PartlyRefunded, total, 100, 8)
    );
    server
        .append([write::<Purchase>(purchase(1), [refund_refused(1)])])
        .await;
    projector.catch_up().await.unwrap();
    let [sale] = listed(&server).await.try_into().unwrap();
    assert_eq!((sale.status, sale.refunded), (SaleStatus::Completed, 0));
    let matched = Sales::find(server.views(), &operator(), "ch_1").await.unwrap();
    assert_eq!(matched.unwrap().purchase, purchase(1).to_string());
    assert_eq!(Sales::find(server.views(), "nobody", "ch_1").await.unwrap(), None);
}

async fn what_was_never_paid_is_no_sale(world: World) {
    let server = world.serve().await;
    server
        .append([write::<Purchase>(purchase(1), [started(1), declined()])])
        .await;
    server.projector().catch_up().await.unwrap();
    assert!(listed(&server).await.is_empty());
}

async fn a_used_pass_is_its_operators_business(world: World) {
    let server = world.serve().await;
    sell(&server, 1).await;
    server
        .append([write::<Wallet>(rider(1), [activated(1, "phone", 10)])])
        .await;
    server.projector().catch_up().await.unwrap();
    let asked = ValidationsAsked {
        limit: 10,
        ..ValidationsAsked::default()
    };
    let used = Sales::validations(server.views(), &operator(), &asked)
        .await
        .unwrap();
    assert_eq!(used.len(), 1);
    let others = Sales::validations(server.views(), "nobody", &asked)
        .await
        .unwrap();
    assert!(others.is_empty());
}

async fn a_refund_that_was_tried_again_counts_again(world: World) {
    let server = world.serve().await;
    sell(&server, 1).await;
    let again = PurchaseEvent::RefundRetried {
        refund: refund(1),
        generation: 2,
        fee_returned: crate::fixtures::dollars(8),
        key: domain::purchase::PurchaseCommand::refund_key_of(&refund(1), 2),
        at: minute(5),
    };
    let events = [refund_started(1, 100, 8), refund_refused(1), again, refunded(1)];
    server.append([write::<Purchase>(purchase(1), events)]).await;
    server.projector().catch_up().await.unwrap();
    let [sale] = listed(&server).await.try_into().unwrap();
    assert_eq!((sale.refunded, sale.fee_returned), (100, 8));
    let matched = Sales::find(server.views(), &operator(), "re_1").await.unwrap();
    assert_eq!(matched.unwrap().refund, Some(refund(1).to_string()));
}

async fn what_is_built_anew_comes_out_the_same(world: World) {
    let server = world.serve().await;
    let projector = server.projector();
    for number in 1..=5 {
        sell(&server, number).await;
    }
    server
        .append([write::<Purchase>(purchase(2), [refund_started(2, 100, 8)])])
        .await;
    projector.catch_up().await.unwrap();
    let days = DaysAsked {
        from: "0000-01-01".to_owned(),
        to: "9999-12-31".to_owned(),
    };
    let before = listed(&server).await;
    let summary = Sales::summary(server.views(), &operator(), &days).await.unwrap();
    assert_eq!(before.len(), 5);
    assert_eq!(summary.iter().map(|day| day.sales).sum::<i64>(), 5);
    assert_eq!(summary.iter().map(|day| day.refunded).sum::<i64>(), 100);
    projector.rebuild_named("sales").await.unwrap();
    assert_eq!(listed(&server).await, before);
    let again = Sales::summary(server.views(), &operator(), &days).await.unwrap();
    assert_eq!(again, summary);
    let refunds = Sales::refunds(server.views(), &operator(), None, 10)
        .await
        .unwrap();
    assert_eq!(refunds.len(), 1);
}

async fn a_pass_that_was_never_issued_stops_the_report(world: World) {
    let server = world.serve().await;
    let shown = activated(9, "phone", 10);
    assert!(
        matches!(&shown, WalletEvent::PassActivated { pass, .. } if ItemId::Pass(pass.clone()).purchase().is_some())
    );
    server.append([write::<Wallet>(rider(9), [shown])]).await;
    let stopped = server.projector().catch_up().await;
    assert!(stopped.is_err());
}
