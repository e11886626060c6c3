//! Vouchers in races: used by as many accounts as may, as often as one may, and by nobody once they are withdrawn.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    FareId, SeriesId, UserId,
    series::{SeriesTerms, Unlocked},
    wallet::Wallet,
};
use engine::{
    Answer, Engine, IntoSeries, IssueVouchers, IssuedVouchers, RedeemProblem, UnlockRefusal, VoucherProblem,
    VoucherRefusal,
};
use serde_json::json;

use crate::{
    log_with_a_gap::LogWithAGap,
    marketplace::{SENIOR, SINGLE, operator},
    sending::{body, redeem, redemption},
    world::{StoreKind, World, admin, answer, claim, on_both_stores, rider_asks},
};

on_both_stores!(
    of_accounts_that_race_for_a_code_as_many_win_as_may,
    an_account_that_redeems_two_codes_at_once_keeps_to_its_limit,
    a_redemption_that_a_withdrawal_overtakes_unlocks_nothing,
    a_redemption_whose_outcome_was_not_heard_of_is_found_to_be_ones_own,
    a_code_stands_in_no_event_and_opens_nothing_with_a_wrong_letter,
    vouchers_that_nobody_could_use_are_not_issued,
);

fn terms(per_account: Option<u32>, accounts: u32) -> SeriesTerms {
    SeriesTerms {
        name: "Seniors, spring".to_owned(),
        fares: BTreeSet::from([FareId::parse(SENIOR).unwrap()]),
        unlocked: Unlocked::Good,
        accounts_per_voucher: accounts,
        vouchers_per_account: per_account,
        requires: None,
        expires_at: None,
    }
}

pub(crate) fn coded(issued: &IssuedVouchers) -> Answer {
    let codes: Vec<&str> = issued.vouchers.iter().map(|(_, code)| code.expose()).collect();
    answer(&json!({ "series": issued.series.id().as_str(), "codes": codes }))
}

/// The series, and the codes of its vouchers.
pub(crate) async fn issue(world: &World, terms: SeriesTerms, count: u32) -> (SeriesId, Vec<String>) {
    let issue = IssueVouchers {
        operator: operator(),
        series: IntoSeries::New(terms),
        count,
    };
    let issued = world.engine.issue_vouchers(&admin(), &issue, None, &coded).await;
    let issued = body(&issued.unwrap());
    let codes = issued["codes"].as_array().unwrap().iter();
    let codes = codes.map(|code| code.as_str().unwrap().to_owned()).collect();
    (
        SeriesId::parse(issued["series"].as_str().unwrap()).unwrap(),
        codes,
    )
}

pub(crate) fn senior(count: u32) -> (SeriesTerms, u32) {
    (terms(None, 1), count)
}

fn refusal(result: Result<Answer, RedeemProblem>) -> UnlockRefusal {
    match result {
        Err(RedeemProblem::Unlock(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn nothing(_: &Wallet) -> Answer {
    answer(&json!({}))
}

pub(crate) async fn may_buy(world: &World, user: &UserId) -> bool {
    let user = world.engine.rider(user).await.unwrap().unwrap();
    user.may_buy_restricted(&operator(), &FareId::parse(SENIOR).unwrap(), world.now())
}

async fn redeem_on(engine: Arc<Engine>, by: UserId, code: String) -> Result<Answer, RedeemProblem> {
    engine
        .redeem(&rider_asks(&by), &redemption(&by, &code), None, &nothing)
        .await
}

async fn of_accounts_that_race_for_a_code_as_many_win_as_may(store: StoreKind) {
    let world = World::open(store).await;
    let (_, codes) = issue(&world, terms(None, 2), 1).await;
    let engines = [
        world.engine.clone(),
        world.another_engine(world.database.log()).await,
    ];
    let mut riders = Vec::new();
    for name in ["ann", "ben", "cleo", "dan", "eve"] {
        riders.push(world.rider(name).await);
    }
    let tries = riders.iter().enumerate().map(|(nth, rider)| {
        tokio::spawn(redeem_on(
            engines[nth % 2].clone(),
            rider.clone(),
            codes[0].clone(),
        ))
    });
    let tries: Vec<_> = tries.collect();
    let mut winners = 0;
    for (nth, attempt) in tries.into_iter().enumerate() {
        let result = attempt.await.unwrap();
        assert_eq!(may_buy(&world, &riders[nth]).await, result.is_ok());
        match result {
            Ok(_) => winners += 1,
            lost => assert_eq!(refusal(lost), UnlockRefusal::UsedByAnotherAccount),
        }
    }
    assert_eq!(winners, 2);
    world.audit().await;
}

async fn an_account_that_redeems_two_codes_at_once_keeps_to_its_limit(store: StoreKind) {
    let world = World::open(store).await;
    let (_, codes) = issue(&world, terms(Some(1), 1), 4).await;
    let engines = [
        world.engine.clone(),
        world.another_engine(world.database.log()).await,
    ];
    let rider = world.rider("ann").await;
    let tries = codes
        .iter()
        .enumerate()
        .map(|(nth, code)| tokio::spawn(redeem_on(engines[nth % 2].clone(), rider.clone(), code.clone())));
    let tries: Vec<_> = tries.collect();
    let mut won = 0;
    for attempt in tries {
        match attempt.await.unwrap() {
            Ok(_) => won += 1,
            lost => assert_eq!(refusal(lost), UnlockRefusal::LimitReached),
        }
    }
    assert_eq!(won, 1);
    let other = world.rider("ben").await;
    let mut left = 0;
    for code in &codes {
        left += usize::from(
            world
                .engine
                .redemption_info(&crate::marketplace::app(), code, Some(&other))
                .await
                .is_ok(),
        );
    }
    assert_eq!(left, 3, "a code that was refused is not used up");
    world.audit().await;
}

async fn a_redemption_that_a_withdrawal_overtakes_unlocks_nothing(store: StoreKind) {
    let world = Arc::new(World::open(store).await);
    let (series, codes) = issue(&world, terms(None, 1), 1).await;
    let rider = world.rider("ann").await;
    let withdrawing = Arc::clone(&world);
    let log = LogWithAGap::before_the_next_append(world.database.log(), async move {
        let gone = |_: &domain::series::Series| answer(&json!({}));
        let engine = &withdrawing.engine;
        engine
            .withdraw_series(&admin(), &operator(), &series, None, &gone)
            .await
            .unwrap();
    });
    let late = world.another_engine(log).await;
    let result = redeem_on(late, rider.clone(), codes[0].clone()).await;
    assert_eq!(refusal(result), UnlockRefusal::Invalid);
    assert!(!may_buy(&world, &rider).await);
    world.audit().await;
}

async fn a_redemption_whose_outcome_was_not_heard_of_is_found_to_be_ones_own(store: StoreKind) {
    let world = Arc::new(World::open(store).await);
    let (_, codes) = issue(&world, terms(None, 1), 1).await;
    let rider = world.rider("ann").await;
    // The very same redemption is stored right before, at the same moment: as after a lost reply.
    let (twin, code, by) = (Arc::clone(&world), codes[0].clone(), rider.clone());
    let log = LogWithAGap::before_the_next_append(world.database.log(), async move {
        redeem_on(twin.engine.clone(), by, code).await.unwrap();
    });
    let engine = world.another_engine(log).await;
    redeem_on(engine, rider.clone(), codes[0].clone()).await.unwrap();
    assert!(may_buy(&world, &rider).await);
    world.audit().await;
}

async fn a_code_stands_in_no_event_and_opens_nothing_with_a_wrong_letter(store: StoreKind) {
    let world = World::open(store).await;
    let (_, codes) = issue(&world, terms(None, 1), 2).await;
    let (id, secret) = codes[0].rsplit_once('.').unwrap();
    let log = world.database.log();
    let all = log
        .read(event_log::Position::START, 10_000, &event_log::Filter::default())
        .await
        .unwrap();
    assert!(all.iter().any(|recorded| recorded.stream.category() == "voucher"));
    assert!(
        all.iter()
            .all(|recorded| !format!("{recorded:?}").contains(secret))
    );
    let rider = world.rider("ann").await;
    let other = codes[1].rsplit_once('.').unwrap().1;
    for wrong in [
        format!("{id}.{other}"),
        format!("{id}.{secret}A"),
        format!("{id}.x"),
    ] {
        assert_eq!(
            refusal(redeem(&world, &rider, &wrong).await),
            UnlockRefusal::NotKnown
        );
    }
    redeem(&world, &rider, &codes[0]).await.unwrap();
    world.audit().await;
}

async fn vouchers_that_nobody_could_use_are_not_issued(store: StoreKind) {
    let world = World::open(store).await;
    let fare = |id: &str| FareId::parse(id).unwrap();
    let with = |fares: &[&str], requires: Option<&str>| SeriesTerms {
        fares: fares.iter().map(|id| fare(id)).collect(),
        requires: requires.map(fare),
        ..terms(None, 1)
    };
    for (terms, count, why) in [
        (
            with(&[SINGLE], None),
            1,
            VoucherRefusal::NotRestricted { fare: fare(SINGLE) },
        ),
        (
            with(&["none"], None),
            1,
            VoucherRefusal::NoSuchFare { fare: fare("none") },
        ),
        (
            with(&[SENIOR], Some("none")),
            1,
            VoucherRefusal::NoSuchFare { fare: fare("none") },
        ),
        (
            with(&[SENIOR], None),
            1_001,
            VoucherRefusal::Series(domain::series::SeriesRejection::TooMany),
        ),
    ] {
        let issue = IssueVouchers {
            operator: operator(),
            series: IntoSeries::New(terms),
            count,
        };
        match world
            .engine
            .issue_vouchers(&admin(), &issue, Some(&claim("issue")), &coded)
            .await
        {
            Err(VoucherProblem::Refused(refusal)) => assert_eq!(refusal, why),
            other => panic!("not refused: {other:?}"),
        }
    }
    assert!(world.engine.series_of(&operator()).await.unwrap().is_empty());
}
