//! M6: one key, one outcome, for ever the same answer.

use event_log::{AppendError, Expected, IdempotencyRecord, Position, RecordWrite};
use futures::future::join_all;

use crate::home::{Home, on_both_stores};
use crate::make::{answer, claim, command, events, release, settle, stream, write};

on_both_stores!(
    a_claimed_key_refuses_the_whole_command,
    of_many_claims_at_once_one_wins,
    the_first_answer_stays,
    an_answer_can_come_with_the_claim,
    an_answer_without_a_claim_is_refused,
    a_released_key_can_be_claimed_afresh,
    a_settled_key_cannot_be_released,
    a_repeat_is_told_so_before_any_conflict,
    records_and_events_are_stored_together,
    keys_of_two_scopes_do_not_meet,
    keys_and_answers_of_any_text_survive,
);

fn claimed(outcome: Result<event_log::Appended, AppendError>) -> IdempotencyRecord {
    match outcome {
        Err(AppendError::Claimed(record)) => *record,
        other => panic!("{other:?}"),
    }
}

async fn a_claimed_key_refuses_the_whole_command(home: Home) {
    let log = home.open().await.log();
    let buy = |reference: &str| {
        command(
            vec![write("purchase-1", Expected::Any, events(1))],
            vec![claim("k", reference, None)],
        )
    };
    log.append(buy("purchase-1")).await.unwrap();
    let record = claimed(log.append(buy("purchase-2")).await);
    assert_eq!((record.scope.as_str(), record.key.as_str()), ("app-1", "k"));
    assert_eq!(record.reference, "purchase-1");
    assert_eq!(record.fingerprint, "hash of purchase-1");
    assert_eq!(record.answer, None);
    assert_eq!(log.head().await.unwrap(), Position(1));
    assert_eq!(log.record("app-1", "k").await.unwrap(), Some(record));
    assert_eq!(log.record("app-1", "other").await.unwrap(), None);
}

async fn of_many_claims_at_once_one_wins(home: Home) {
    let log = home.open().await.log();
    let outcomes = join_all((0..20).map(|n| {
        let name = format!("purchase-{n}");
        log.append(command(
            vec![write(&name, Expected::NoStream, events(1))],
            vec![claim("k", &name, None)],
        ))
    }))
    .await;
    let winner: Vec<_> = outcomes
        .iter()
        .flatten()
        .map(|a| a.events[0].stream.clone())
        .collect();
    assert_eq!(winner.len(), 1);
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(claimed(outcome).reference, winner[0].as_str());
    }
    assert_eq!(log.head().await.unwrap(), Position(1));
}

async fn the_first_answer_stays(home: Home) {
    let log = home.open().await.log();
    log.append(command(vec![], vec![claim("k", "purchase-1", None)]))
        .await
        .unwrap();
    let settled = log
        .append(command(
            vec![write("purchase-1", Expected::NoStream, events(1))],
            vec![settle("k", "first")],
        ))
        .await
        .unwrap();
    assert_eq!(settled.last, Position(1));
    // The command goes through, the answer does not change.
    let again = command(
        vec![write("purchase-1", Expected::At(1), events(1))],
        vec![settle("k", "second")],
    );
    assert_eq!(log.append(again).await.unwrap().last, Position(2));
    let record = log.record("app-1", "k").await.unwrap().unwrap();
    assert_eq!(record.answer, Some(answer("first")));

    // Also between two commands of one batch.
    log.append(command(vec![], vec![claim("j", "purchase-2", None)]))
        .await
        .unwrap();
    let both = ["first", "second"].map(|body| log.append(command(vec![], vec![settle("j", body)])));
    assert!(join_all(both).await.iter().all(Result::is_ok));
    let record = log.record("app-1", "j").await.unwrap().unwrap();
    assert_eq!(record.answer, Some(answer("first")));
}

async fn an_answer_can_come_with_the_claim(home: Home) {
    let log = home.open().await.log();
    let once = || command(vec![], vec![claim("k", "user-1", Some(answer("done")))]);
    log.append(once()).await.unwrap();
    let record = claimed(log.append(once()).await);
    assert_eq!(record.answer, Some(answer("done")));
    assert_eq!(record.answer.unwrap().headers[0].1, "application/json");
}

async fn an_answer_without_a_claim_is_refused(home: Home) {
    let log = home.open().await.log();
    let orphan = command(
        vec![write("purchase-1", Expected::Any, events(1))],
        vec![settle("nobody's", "x")],
    );
    assert!(matches!(log.append(orphan).await, Err(AppendError::Invalid(_))));
    assert_eq!(log.head().await.unwrap(), Position::START);
    let twice = command(vec![], vec![claim("k", "a", None), release("k")]);
    assert!(matches!(log.append(twice).await, Err(AppendError::Invalid(_))));
}

async fn a_released_key_can_be_claimed_afresh(home: Home) {
    let log = home.open().await.log();
    log.append(command(vec![], vec![claim("k", "first", None)]))
        .await
        .unwrap();
    log.append(command(vec![], vec![release("k")])).await.unwrap();
    assert_eq!(log.record("app-1", "k").await.unwrap(), None);
    log.append(command(vec![], vec![claim("k", "second", None)]))
        .await
        .unwrap();

    // The same in one batch: release, claim, settle, and a claim that comes too late.
    let outcomes = join_all(
        [
            release("k"),
            claim("k", "third", None),
            settle("k", "done"),
            claim("k", "fourth", None),
        ]
        .map(|record| log.append(command(vec![], vec![record]))),
    )
    .await;
    assert!(outcomes[..3].iter().all(Result::is_ok), "{outcomes:?}");
    let late = claimed(outcomes.into_iter().nth(3).unwrap());
    assert_eq!(
        (late.reference.as_str(), late.answer),
        ("third", Some(answer("done")))
    );
    let stored = log.record("app-1", "k").await.unwrap().unwrap();
    assert_eq!(
        (stored.reference.as_str(), stored.answer),
        ("third", Some(answer("done")))
    );
}

async fn a_settled_key_cannot_be_released(home: Home) {
    let log = home.open().await.log();
    log.append(command(vec![], vec![claim("k", "a", Some(answer("done")))]))
        .await
        .unwrap();
    log.append(command(vec![], vec![release("k")])).await.unwrap();
    log.append(command(vec![], vec![release("never claimed")]))
        .await
        .unwrap();
    let record = log.record("app-1", "k").await.unwrap().unwrap();
    assert_eq!(record.answer, Some(answer("done")));
}

async fn a_repeat_is_told_so_before_any_conflict(home: Home) {
    let log = home.open().await.log();
    let buy = || {
        command(
            vec![write("purchase-1", Expected::NoStream, events(1))],
            vec![claim("k", "purchase-1", Some(answer("bought")))],
        )
    };
    log.append(buy()).await.unwrap();
    assert_eq!(claimed(log.append(buy()).await).answer, Some(answer("bought")));
}

async fn records_and_events_are_stored_together(home: Home) {
    let log = home.open().await.log();
    let refused = command(
        vec![write("purchase-1", Expected::At(9), events(1))],
        vec![claim("k", "purchase-1", None)],
    );
    assert!(matches!(
        log.append(refused).await,
        Err(AppendError::Conflict { .. })
    ));
    assert_eq!(log.record("app-1", "k").await.unwrap(), None);
    assert_eq!(log.load(&stream("purchase-1"), 0).await.unwrap(), vec![]);
}

async fn keys_of_two_scopes_do_not_meet(home: Home) {
    let log = home.open().await.log();
    let claim_in = |scope: &str| RecordWrite::Claim {
        scope: scope.into(),
        key: "k".into(),
        fingerprint: "f".into(),
        reference: scope.into(),
        answer: None,
    };
    for scope in ["app-1", "app-2", ""] {
        log.append(command(vec![], vec![claim_in(scope)])).await.unwrap();
    }
    assert_eq!(
        log.record("app-2", "k").await.unwrap().unwrap().reference,
        "app-2"
    );
}

async fn keys_and_answers_of_any_text_survive(home: Home) {
    let log = home.open().await.log();
    let odd = "\u{1}é😀\"\\'\n,{}[]NULL";
    let record = RecordWrite::Claim {
        scope: odd.into(),
        key: odd.into(),
        fingerprint: odd.into(),
        reference: odd.into(),
        answer: Some(event_log::Answer {
            status: 599,
            headers: vec![(odd.into(), odd.into()), ("a".into(), String::new())],
            body: odd.into(),
        }),
    };
    log.append(command(vec![], vec![record.clone()])).await.unwrap();
    let stored = log.record(odd, odd).await.unwrap().unwrap();
    assert_eq!(
        claimed(log.append(command(vec![], vec![record.clone()])).await),
        stored
    );
    let RecordWrite::Claim { answer, .. } = record else {
        unreachable!()
    };
    assert_eq!((stored.reference.as_str(), stored.answer), (odd, answer));

    for bad in ["a\0b", &"x".repeat(2_000)] {
        let outcome = log.append(command(vec![], vec![claim(bad, "r", None)])).await;
        assert!(matches!(outcome, Err(AppendError::Invalid(_))));
    }
}
