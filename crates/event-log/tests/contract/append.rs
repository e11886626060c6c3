//! L1, L2, L5: gapless positions, atomic commands, each judged by itself.

use event_log::{AppendError, Expected, Filter, NewEvent, Position};
use futures::future::join_all;

use crate::home::{Home, on_both_stores};
use crate::make::{append, command, event, events, metadata, noon, stream, write};

on_both_stores!(
    what_is_read_is_byte_for_byte_what_was_appended,
    a_command_writes_to_all_its_streams_or_to_none,
    commands_of_one_batch_are_judged_each_by_itself,
    a_command_without_events_only_asserts_versions,
    the_expected_version_has_to_be_exact,
    positions_are_gapless_under_many_callers,
    a_malformed_command_is_refused_alone,
    a_caller_that_went_away_does_not_break_the_batch,
    payloads_of_any_text_survive,
    large_commands_and_large_batches_are_stored,
);

async fn what_is_read_is_byte_for_byte_what_was_appended(home: Home) {
    let log = home.open().await.log();
    let appended = log
        .append(append("wallet-1", Expected::NoStream, 2))
        .await
        .unwrap();

    assert_eq!(appended.last, Position(2));
    assert_eq!(log.load(&stream("wallet-1"), 0).await.unwrap(), appended.events);
    assert_eq!(
        log.read(Position::START, 10, &Filter::All).await.unwrap(),
        appended.events
    );
    let second = &appended.events[1];
    assert_eq!(
        (second.position, second.version, second.schema),
        (Position(2), 2, 1)
    );
    assert_eq!(second.data, r#"{"amount":1250,"note":"1"}"#);
    assert_eq!(second.metadata().unwrap(), metadata());
    assert_eq!(
        second.metadata.as_str(),
        r#"{"actor":"user:u-1","app":"app-1","correlation":"c-1","request":"r-1"}"#
    );
    // To the microsecond.
    assert_eq!(second.at.timestamp_subsec_nanos(), 123_456_000);
    assert_eq!(second.at.timestamp(), noon().timestamp());
}

async fn a_command_writes_to_all_its_streams_or_to_none(home: Home) {
    let log = home.open().await.log();
    log.append(append("wallet-2", Expected::NoStream, 1))
        .await
        .unwrap();

    let both = |at| {
        command(
            vec![
                write("transfer-1", Expected::NoStream, events(2)),
                write("wallet-2", Expected::At(at), events(1)),
            ],
            vec![],
        )
    };
    let refused = log.append(both(0)).await.unwrap_err();
    assert_eq!(
        refused,
        AppendError::Conflict {
            stream: stream("wallet-2"),
            expected: Expected::At(0),
            actual: 1
        }
    );
    assert_eq!(log.load(&stream("transfer-1"), 0).await.unwrap(), vec![]);

    let stored = log.append(both(1)).await.unwrap();
    let places: Vec<_> = stored
        .events
        .iter()
        .map(|e| (e.position.0, e.stream.as_str(), e.version))
        .collect();
    assert_eq!(
        places,
        [(2, "transfer-1", 1), (3, "transfer-1", 2), (4, "wallet-2", 2)]
    );
}

async fn commands_of_one_batch_are_judged_each_by_itself(home: Home) {
    let log = home.open().await.log();
    // Queued in this order behind a writer that cannot go on, they share a batch.
    let blocked = home.block_writers().await;
    let outcomes = join_all([
        log.append(append("wallet-0", Expected::Any, 1)),
        log.append(append("wallet-1", Expected::NoStream, 1)),
        log.append(append("wallet-1", Expected::NoStream, 1)),
        log.append(append("wallet-1", Expected::At(1), 2)),
        log.append(append("wallet-1", Expected::At(2), 1)),
        log.append(append("wallet-2", Expected::At(3), 1)),
        log.append(append("wallet-1", Expected::At(3), 1)),
    ]);
    let (outcomes, ()) = tokio::join!(outcomes, async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        blocked.unblock().await;
    });
    let last: Vec<_> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Ok(appended) => Ok(appended.last.0),
            Err(AppendError::Conflict { actual, .. }) => Err(*actual),
            Err(other) => panic!("{other}"),
        })
        .collect();
    assert_eq!(last, [Ok(1), Ok(2), Err(1), Ok(4), Err(3), Err(0), Ok(5)]);
    assert_eq!(log.load(&stream("wallet-1"), 0).await.unwrap().len(), 4);
    assert_eq!(log.head().await.unwrap(), Position(5));
}

async fn a_command_without_events_only_asserts_versions(home: Home) {
    let log = home.open().await.log();
    log.append(append("operator-1", Expected::NoStream, 3))
        .await
        .unwrap();

    let holds = log
        .append(append("operator-1", Expected::At(3), 0))
        .await
        .unwrap();
    assert_eq!((holds.last, holds.events.len()), (Position(3), 0));
    let fails = log.append(append("operator-1", Expected::At(2), 0)).await;
    assert!(matches!(fails, Err(AppendError::Conflict { actual: 3, .. })));

    // The purchase is only recorded while the operator is as it was.
    let guarded = |at| {
        command(
            vec![
                write("purchase-1", Expected::NoStream, events(1)),
                write("operator-1", Expected::At(at), vec![]),
            ],
            vec![],
        )
    };
    assert!(log.append(guarded(4)).await.is_err());
    assert_eq!(log.append(guarded(3)).await.unwrap().last, Position(4));
}

async fn the_expected_version_has_to_be_exact(home: Home) {
    let log = home.open().await.log();
    for (expected, stored) in [
        (Expected::At(1), false),
        (Expected::At(0), true),
        (Expected::NoStream, false),
        (Expected::At(0), false),
        (Expected::At(2), false),
        (Expected::At(u64::MAX), false),
        (Expected::At(1), true),
        (Expected::Any, true),
    ] {
        let outcome = log.append(append("user-1", expected, 1)).await;
        assert_eq!(outcome.is_ok(), stored, "{expected:?}: {outcome:?}");
    }
    let versions: Vec<_> = log
        .load(&stream("user-1"), 1)
        .await
        .unwrap()
        .iter()
        .map(|e| e.version)
        .collect();
    assert_eq!(versions, [2, 3]);
}

async fn positions_are_gapless_under_many_callers(home: Home) {
    let log = home.open().await.log();
    let callers = (0..40).map(|caller| {
        let log = log.clone();
        tokio::spawn(async move {
            for turn in 0..10 {
                let own = format!("purchase-{caller}");
                log.append(append(&own, Expected::At(turn * 2), 2)).await.unwrap();
                // Everybody wants this one; some are refused, and that leaves no gap.
                let _ = log.append(append("wallet-hot", Expected::At(turn), 1)).await;
            }
        })
    });
    for caller in join_all(callers).await {
        caller.unwrap();
    }
    let all = log.read(Position::START, 10_000, &Filter::All).await.unwrap();
    let expected: Vec<_> = (1..=all.len() as u64).collect();
    assert_eq!(all.iter().map(|e| e.position.0).collect::<Vec<_>>(), expected);
    let hot = log.load(&stream("wallet-hot"), 0).await.unwrap();
    assert_eq!(hot.len(), 10);
    assert_eq!(all.len(), 800 + hot.len());
}

async fn a_malformed_command_is_refused_alone(home: Home) {
    let log = home.open().await.log();
    let with = |event: NewEvent| command(vec![write("wallet-bad", Expected::Any, vec![event])], vec![]);
    let raw = |data: &str| NewEvent {
        kind: "a.b".into(),
        schema: 1,
        data: data.into(),
    };
    let mut other_metadata = append("wallet-bad", Expected::Any, 1);
    other_metadata.metadata.actor = "a\0b".into();
    let malformed = [
        command(vec![], vec![]),
        command(
            vec![
                write("w-1", Expected::Any, vec![]),
                write("w-1", Expected::Any, vec![]),
            ],
            vec![],
        ),
        with(raw("{\"b\":1,\"a\":2}")),
        with(raw("{")),
        with(raw("{\"a\":1.5}")),
        with(raw("\"\\u0000\"")),
        with(raw("\"\0\"")),
        with(NewEvent {
            kind: "Bad Kind".into(),
            ..event("x")
        }),
        with(NewEvent {
            schema: 0,
            ..event("x")
        }),
        other_metadata,
    ];
    let count = malformed.len();
    let blocked = home.block_writers().await;
    let good = join_all((0..3).map(|n| log.append(append(&format!("wallet-{n}"), Expected::NoStream, 1))));
    let bad = join_all(malformed.into_iter().map(|command| log.append(command)));
    let (good, bad, ()) = tokio::join!(good, bad, async { blocked.unblock().await });
    assert!(good.iter().all(Result::is_ok), "{good:?}");
    let refused = bad
        .iter()
        .filter(|o| matches!(o, Err(AppendError::Invalid(_))))
        .count();
    assert_eq!(refused, count, "{bad:?}");
    assert_eq!(log.head().await.unwrap(), Position(3));
}

async fn a_caller_that_went_away_does_not_break_the_batch(home: Home) {
    let log = home.open().await.log();
    let blocked = home.block_writers().await;
    let gone: Vec<_> = (0..5)
        .map(|n| {
            let log = log.clone();
            tokio::spawn(async move { log.append(append(&format!("gone-{n}"), Expected::Any, 1)).await })
        })
        .collect();
    let stays = {
        let log = log.clone();
        tokio::spawn(async move { log.append(append("stays-1", Expected::NoStream, 1)).await })
    };
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    gone.iter().for_each(tokio::task::JoinHandle::abort);
    blocked.unblock().await;
    stays.await.unwrap().unwrap();
    let after = log.append(append("stays-1", Expected::At(1), 1)).await.unwrap();
    let all = log.read(Position::START, 100, &Filter::All).await.unwrap();
    assert_eq!(all.last().unwrap().position, after.last);
    assert_eq!(all.len() as u64, after.last.0);
}

async fn payloads_of_any_text_survive(home: Home) {
    let log = home.open().await.log();
    let texts = [
        "",
        "é€😀",
        "\u{1}\u{1f}\u{7f}",
        "\"\\/'%$1?{}",
        "\u{e000}\u{ffff}",
        "line\nline\ttab",
    ];
    let events: Vec<_> = texts
        .iter()
        .map(|text| NewEvent::new("thing.said", 7, &serde_json::json!({ *text: [text] })).unwrap())
        .collect();
    let data: Vec<_> = events.iter().map(|event| event.data.clone()).collect();
    log.append(command(vec![write("user-1", Expected::Any, events)], vec![]))
        .await
        .unwrap();
    let read = log.load(&stream("user-1"), 0).await.unwrap();
    assert_eq!(
        read.iter().map(|event| event.data.clone()).collect::<Vec<_>>(),
        data
    );
    assert!(read.iter().all(|event| event.schema == 7));
}

async fn large_commands_and_large_batches_are_stored(home: Home) {
    let log = home.open().await.log();
    let big = NewEvent::new("thing.grew", 1, &"x".repeat((1 << 20) - 2)).unwrap();
    let outcomes = join_all((0..4).map(|n| {
        let writes = vec![write(
            &format!("big-{n}"),
            Expected::NoStream,
            vec![big.clone(); 3],
        )];
        log.append(command(writes, vec![]))
    }))
    .await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let many = log
        .append(append("many-1", Expected::NoStream, 5_000))
        .await
        .unwrap();
    assert_eq!(many.last, Position(5_012));
    let read = log.load(&stream("big-3"), 0).await.unwrap();
    assert_eq!(read[2].data, big.data);
    let all = log.load(&stream("many-1"), 0).await.unwrap();
    assert_eq!(all, many.events);

    let larger = NewEvent::new("thing.grew", 1, &"x".repeat(1 << 20)).unwrap();
    for too_much in [vec![big; 8], vec![larger], events(10_001)] {
        let refused = log
            .append(command(vec![write("big-9", Expected::Any, too_much)], vec![]))
            .await;
        assert!(matches!(refused, Err(AppendError::Invalid(_))));
    }
}
