//! Sending passes by link, and taking them.

use std::time::Duration;

use domain::{
    TransferId, UserId,
    cart::CartRejection,
    transfer::{TransferRejection, TransferStatus},
    wallet::{ItemId, PassStatus, Wallet, WalletRejection},
};
use engine::{
    ActivateProblem, Answer, BuyProblem, CancelProblem, Claim, NoQuote, OwnTransfer, PassTransfer, Redeem,
    RedeemProblem, RedemptionInfo, SendPasses, SendProblem, SendRefusal,
};
use serde_json::json;

use crate::{
    marketplace::{BOOK, SENIOR, SINGLE, app},
    world::{StoreKind, World, answer, claim, on_both_stores, pass, rider_asks},
};

on_both_stores!(
    a_redeemed_pass_is_its_new_holders_and_never_again_the_old_ones,
    of_two_accounts_that_race_for_a_link_exactly_one_wins,
    a_redemption_that_was_answered_is_answered_the_same_for_ever,
    the_code_stands_in_no_event_and_is_shown_to_its_sender_again,
    what_is_cancelled_is_its_senders_again_and_its_link_opens_nothing,
    a_restricted_fare_is_not_for_everybody_and_a_wrong_code_for_nobody,
    a_book_moves_as_a_whole_and_cannot_be_sent_twice,
);

/// Sends, and gives the transfer with its link.
pub(crate) async fn send(
    world: &World,
    from: &UserId,
    items: &[ItemId],
    expires_in: Option<Duration>,
) -> PassTransfer {
    let send = SendPasses {
        app: app(),
        from: from.clone(),
        items: items.to_vec(),
        expires_at: expires_in.map(|time| world.now() + time),
    };
    let answered = world
        .engine
        .send_passes(&rider_asks(from), send, None, &shown)
        .await
        .unwrap();
    let id = TransferId::parse(body(&answered)["id"].as_str().unwrap()).unwrap();
    world.engine.transfer(&app(), from, &id).await.unwrap().unwrap()
}

pub(crate) async fn redeem(world: &World, by: &UserId, link: &str) -> Result<Answer, RedeemProblem> {
    world
        .engine
        .redeem(&rider_asks(by), &redemption(by, link), None, &counted)
        .await
}

pub(crate) fn own(from: &UserId, sent: &PassTransfer) -> OwnTransfer {
    OwnTransfer {
        app: app(),
        from: from.clone(),
        transfer: sent.transfer.id().clone(),
    }
}

pub(crate) fn shown(sent: &PassTransfer) -> Answer {
    let transfer = &sent.transfer;
    answer(&json!({ "id": transfer.id().as_str(), "status": transfer.status().as_str() }))
}

pub(crate) fn body(answer: &Answer) -> serde_json::Value {
    serde_json::from_str(&answer.body).unwrap()
}

pub(crate) fn redemption(by: &UserId, link: &str) -> Redeem {
    Redeem {
        app: app(),
        by: by.clone(),
        link_or_code: link.to_owned(),
    }
}

pub(crate) fn counted(wallet: &Wallet) -> Answer {
    answer(&json!({ "passes": wallet.passes().count() }))
}

pub(crate) fn refusal(result: Result<Answer, RedeemProblem>) -> TransferRejection {
    match result {
        Err(RedeemProblem::Refused(rejection)) => rejection,
        other => panic!("not refused: {other:?}"),
    }
}

async fn a_redeemed_pass_is_its_new_holders_and_never_again_the_old_ones(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 2)]).await;
    let sent = send(&world, &office, &items[..1], None).await;
    let waiting = world.activate(&office, &pass(&items[0])).await;
    assert!(matches!(
        waiting,
        Err(ActivateProblem::Refused(WalletRejection::TransferInProgress))
    ));

    redeem(&world, &rider, &sent.redemption_url).await.unwrap();

    let gone = world.activate(&office, &pass(&items[0])).await;
    assert!(matches!(
        gone,
        Err(ActivateProblem::Refused(WalletRejection::Transferred))
    ));
    world.activate(&rider, &pass(&items[0])).await.unwrap();
    let (old, new) = (world.wallet(&office).await, world.wallet(&rider).await);
    let status = |wallet: &Wallet| wallet.pass(&pass(&items[0])).unwrap().status(None, world.now());
    assert_eq!(status(&old), PassStatus::Transferred);
    assert_eq!(status(&new), PassStatus::Active);
    assert!(new.pass(&pass(&items[1])).is_none());
    let told = world.engine.transfers_of(&app(), &office).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].transfer.status(), TransferStatus::Transferred);
    assert_eq!(told[0].transfer.redemption().unwrap().by, rider);
    assert_eq!(
        refusal(redeem(&world, &rider, &sent.redemption_url).await),
        TransferRejection::AlreadyUsed
    );
    world.audit().await;
}

async fn of_two_accounts_that_race_for_a_link_exactly_one_wins(store: StoreKind) {
    let world = World::open(store).await;
    let office = world.rider("office").await;
    let items = world.buy(&office, &[(SINGLE, 3)]).await;
    let sent = send(&world, &office, &items, None).await;
    let other = world.another_engine(world.database.log()).await;
    let mut riders = Vec::new();
    for name in ["ann", "ben", "cleo", "dan"] {
        riders.push(world.rider(name).await);
    }
    let tries = riders.iter().enumerate().map(|(nth, rider)| {
        let engine = if nth % 2 == 0 {
            world.engine.clone()
        } else {
            other.clone()
        };
        let (rider, link) = (rider.clone(), sent.redemption_url.clone());
        tokio::spawn(async move {
            let redeem = redemption(&rider, &link);
            engine.redeem(&rider_asks(&rider), &redeem, None, &counted).await
        })
    });
    let tries: Vec<_> = tries.collect();
    let mut results = Vec::new();
    for attempt in tries {
        results.push(attempt.await.unwrap());
    }

    let winners: Vec<usize> = (0..riders.len()).filter(|nth| results[*nth].is_ok()).collect();
    assert_eq!(winners.len(), 1, "{results:?}");
    for (nth, result) in results.into_iter().enumerate() {
        let held = world.wallet(&riders[nth]).await.passes().count();
        if winners == [nth] {
            assert_eq!(held, 3);
        } else {
            assert_eq!(refusal(result), TransferRejection::UsedByAnotherAccount);
            assert_eq!(held, 0);
        }
    }
    world.audit().await;
}

async fn a_redemption_that_was_answered_is_answered_the_same_for_ever(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 1)]).await;
    let sent = send(&world, &office, &items, None).await;
    let (key, asked) = (claim("redeem-1"), redemption(&rider, &sent.redemption_url));
    let context = rider_asks(&rider);
    let tries = (0..4).map(|_| world.engine.redeem(&context, &asked, Some(&key), &counted));
    let together = futures::future::join_all(tries).await;
    world.buy(&rider, &[(SINGLE, 1)]).await;
    let later = world
        .engine
        .redeem(&context, &asked, Some(&key), &counted)
        .await
        .unwrap();
    for answer in together {
        assert_eq!(answer.unwrap(), later);
    }
    assert_eq!(body(&later), json!({ "passes": 1 }));
    let reused = Claim {
        fingerprint: "another request".to_owned(),
        ..claim("redeem-1")
    };
    let reused = world
        .engine
        .redeem(&context, &asked, Some(&reused), &counted)
        .await;
    assert!(matches!(reused, Err(RedeemProblem::KeyReused)));
    world.audit().await;
}

async fn the_code_stands_in_no_event_and_is_shown_to_its_sender_again(store: StoreKind) {
    let mut world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 1)]).await;
    let sent = send(&world, &office, &items, None).await;
    let (prefix, code) = sent.redemption_url.split_once("?code=").unwrap();
    assert_eq!(prefix, "https://cityhop.example/redeem");
    let secret = code.rsplit_once('.').unwrap().1;
    assert!(
        secret.len() * 6 >= 128,
        "{} characters of base64url",
        secret.len()
    );

    let log = world.database.log();
    let all = log
        .read(event_log::Position::START, 10_000, &event_log::Filter::default())
        .await
        .unwrap();
    assert!(
        all.iter()
            .any(|recorded| recorded.stream.category() == "transfer")
    );
    assert!(
        all.iter()
            .all(|recorded| !format!("{recorded:?}").contains(secret))
    );
    assert!(!format!("{sent:?}").contains(secret));

    world.restart().await;
    let own = world
        .engine
        .transfer(&app(), &office, sent.transfer.id())
        .await
        .unwrap();
    assert_eq!(own.unwrap().redemption_url, sent.redemption_url);
    let foreign = world
        .engine
        .transfer(&app(), &rider, sent.transfer.id())
        .await
        .unwrap();
    assert_eq!(foreign, None);
    let info = world.engine.redemption_info(&app(), code, None).await.unwrap();
    let RedemptionInfo::Passes(info) = info else {
        panic!("a transfer holds passes: {info:?}");
    };
    assert_eq!(
        info.items.iter().map(|it| &it.item).collect::<Vec<_>>(),
        [&items[0]]
    );
    redeem(&world, &rider, code).await.unwrap();
    world.audit().await;
}

async fn what_is_cancelled_is_its_senders_again_and_its_link_opens_nothing(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 1)]).await;
    let sent = send(&world, &office, &items, Some(Duration::from_hours(1))).await;
    let cancel = |by: UserId| {
        let (engine, own) = (world.engine.clone(), own(&by, &sent));
        async move { engine.cancel_transfer(&rider_asks(&by), &own, None, &shown).await }
    };
    let foreign = cancel(rider.clone()).await;
    assert!(matches!(
        foreign,
        Err(CancelProblem::Refused(TransferRejection::NotKnown))
    ));
    for _ in 0..2 {
        assert_eq!(
            body(&cancel(office.clone()).await.unwrap())["status"],
            "cancelled"
        );
    }
    assert_eq!(
        refusal(redeem(&world, &rider, &sent.redemption_url).await),
        TransferRejection::Invalid
    );
    world.activate(&office, &pass(&items[0])).await.unwrap();
    world.clock.advance(Duration::from_hours(2));
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    assert_eq!(world.given_back(), (0, 0));
    world.audit().await;
}

async fn a_restricted_fare_is_not_for_everybody_and_a_wrong_code_for_nobody(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 1)]).await;
    let sent = send(&world, &office, &items, None).await;
    let flipped = if sent.redemption_url.ends_with('A') {
        "B"
    } else {
        "A"
    };
    let mut wrong = sent.redemption_url.clone();
    wrong.replace_range(wrong.len() - 1.., flipped);
    for bad in [
        wrong.as_str(),
        sent.transfer.id().as_str(),
        "",
        "https://cityhop.example/redeem",
    ] {
        assert_eq!(
            refusal(redeem(&world, &rider, bad).await),
            TransferRejection::NotKnown
        );
    }
    assert_eq!(
        refusal(redeem(&world, &office, &sent.redemption_url).await),
        TransferRejection::IntoSourceAccount
    );

    let refused = world.buy_with(&office, &[(SENIOR, 1)], "pm_card_visa").await;
    assert!(matches!(
        refused,
        Err(BuyProblem::NoQuote(NoQuote::Refused(
            CartRejection::Restricted { .. }
        )))
    ));
    world.entitle(&office, SENIOR).await;
    let restricted = world.buy(&office, &[(SENIOR, 1)]).await;
    let sent = send(&world, &office, &restricted, None).await;
    let link = &sent.redemption_url;
    assert_eq!(
        refusal(redeem(&world, &rider, link).await),
        TransferRejection::Ineligible
    );
    let seen = world.engine.redemption_info(&app(), link, Some(&rider)).await;
    assert!(matches!(
        seen,
        Err(RedeemProblem::Refused(TransferRejection::Ineligible))
    ));
    assert!(world.engine.redemption_info(&app(), link, None).await.is_ok());
    world.entitle(&rider, SENIOR).await;
    redeem(&world, &rider, link).await.unwrap();
    world.audit().await;
}

async fn a_book_moves_as_a_whole_and_cannot_be_sent_twice(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(BOOK, 1), (SINGLE, 1)]).await;
    let sent = send(&world, &office, &items[..1], None).await;
    let again = SendPasses {
        app: app(),
        from: office.clone(),
        items: items.clone(),
        expires_at: None,
    };
    let refused = world
        .engine
        .send_passes(&rider_asks(&office), again, None, &shown)
        .await;
    assert!(matches!(
        refused,
        Err(SendProblem::Refused(SendRefusal::Item(
            WalletRejection::TransferInProgress
        )))
    ));
    redeem(&world, &rider, &sent.redemption_url).await.unwrap();
    assert_eq!(world.wallet(&rider).await.books().count(), 1);
    assert_eq!(world.wallet(&rider).await.passes().count(), 10);
    let left = world.engine.transfers_of(&app(), &office).await.unwrap();
    assert_eq!(left.len(), 1, "a refused transfer leaves nothing behind");
    world.audit().await;
}
