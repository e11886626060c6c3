//! The log itself.

use domain::{Aggregate, Purchase};
use event_log::{Expected, Metadata, NewEvent, Position, StreamId, StreamWrite, Upcasters};
use projector::audit::{Report, Rule, verify};

use super::tampered::Tampered;
use crate::{
    auditing::audit,
    doctored::Doctored,
    fixtures::{completed, minute, purchase, started, voided},
    world::{origin, write},
};

/// Events changed behind the database's back.
async fn doctored(change: impl FnOnce(&mut Doctored)) -> Report {
    let tampered = Tampered::new().await;
    let mut log = Doctored::new(tampered.server.everything().await);
    change(&mut log);
    verify(&log, &Upcasters::new()).await.unwrap()
}

#[tokio::test]
async fn an_event_that_was_cut_out_is_missed() {
    let report = doctored(|log| drop(log.events.remove(3))).await;
    assert!(report.broken.contains_key(&Rule::GaplessPositions), "{report}");
    assert_eq!(report.violations[0].position, Position(5));
    let report = doctored(|log| drop(log.events.pop())).await;
    assert!(report.broken.contains_key(&Rule::GaplessPositions), "{report}");
}

#[tokio::test]
async fn a_version_that_was_changed_is_noticed() {
    let report = doctored(|log| log.events[2].version = 7).await;
    assert!(report.broken.contains_key(&Rule::GaplessVersions), "{report}");
}

#[tokio::test]
async fn a_payload_that_was_rewritten_is_no_longer_canonical() {
    let report = doctored(|log| log.events[2].data.insert(1, ' ')).await;
    assert_eq!(
        report.broken.keys().copied().collect::<Vec<_>>(),
        [Rule::Canonical],
        "{report}"
    );
}

#[tokio::test]
async fn an_event_of_an_unknown_shape_is_unreadable() {
    let strange = |stream: StreamId, kind: &str, data: serde_json::Value| StreamWrite {
        stream,
        expected: Expected::Any,
        events: vec![NewEvent::new(kind, 1, &data).unwrap()],
    };
    let of_purchase = |number| StreamId::new(Purchase::CATEGORY, purchase(number)).unwrap();
    for write in [
        strange(
            of_purchase(9),
            "purchase.blessed",
            serde_json::json!({"type": "blessed"}),
        ),
        strange(
            StreamId::new("parcel", 1).unwrap(),
            "parcel.sent",
            serde_json::json!({"type": "sent"}),
        ),
        strange(
            of_purchase(2),
            "purchase.refunded",
            serde_json::to_value(completed()).unwrap(),
        ),
    ] {
        let tampered = Tampered::new().await;
        tampered.server.append([write]).await;
        let report = audit(&tampered.server).await;
        assert!(report.broken.contains_key(&Rule::Readable), "{report}");
    }
}

#[tokio::test]
async fn an_event_that_cannot_follow_is_noticed() {
    let tampered = Tampered::new().await;
    let report = tampered
        .purchase(2, [voided()])
        .await
        .breaks(&[Rule::Possible])
        .await;
    assert_eq!(report.violations[0].stream.id(), purchase(2).as_str());
}

#[tokio::test]
async fn an_event_without_an_origin_is_noticed() {
    let nobody = Metadata {
        actor: String::new(),
        ..origin("one")
    };
    let nowhere = origin("");
    let blank = Metadata {
        request: Some(String::new()),
        ..origin("one")
    };
    for metadata in [nobody, nowhere, blank] {
        let tampered = Tampered::new().await;
        tampered
            .server
            .append_as(
                metadata,
                minute(50),
                [write::<Purchase>(purchase(9), [started(9)])],
            )
            .await;
        tampered.breaks(&[Rule::Origin]).await;
    }
}
