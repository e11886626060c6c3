//! Short ways to say what a test appends.

use chrono::{DateTime, Utc};
use event_log::{Answer, Append, Expected, Metadata, NewEvent, RecordWrite, StreamId, StreamWrite};
use serde_json::json;

pub(crate) fn stream(name: &str) -> StreamId {
    name.parse().unwrap()
}

/// An event whose payload tells it apart from others.
pub(crate) fn event(note: &str) -> NewEvent {
    NewEvent::new("thing.happened", 1, &json!({ "note": note, "amount": 1250 })).unwrap()
}

pub(crate) fn events(count: usize) -> Vec<NewEvent> {
    (0..count).map(|n| event(&n.to_string())).collect()
}

pub(crate) fn write(name: &str, expected: Expected, events: Vec<NewEvent>) -> StreamWrite {
    StreamWrite {
        stream: stream(name),
        expected,
        events,
    }
}

pub(crate) fn metadata() -> Metadata {
    Metadata {
        actor: "user:u-1".into(),
        app: Some("app-1".into()),
        causation: None,
        correlation: "c-1".into(),
        request: Some("r-1".into()),
    }
}

pub(crate) fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_268_800, 123_456_789).unwrap()
}

pub(crate) fn command(writes: Vec<StreamWrite>, records: Vec<RecordWrite>) -> Append {
    Append {
        writes,
        records,
        metadata: metadata(),
        at: noon(),
    }
}

/// One write to one stream.
pub(crate) fn append(name: &str, expected: Expected, count: usize) -> Append {
    command(vec![write(name, expected, events(count))], vec![])
}

pub(crate) fn answer(body: &str) -> Answer {
    Answer {
        status: 201,
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.into(),
    }
}

pub(crate) fn claim(key: &str, reference: &str, answer: Option<Answer>) -> RecordWrite {
    RecordWrite::Claim {
        scope: "app-1".into(),
        key: key.into(),
        fingerprint: format!("hash of {reference}"),
        reference: reference.into(),
        answer,
    }
}

pub(crate) fn settle(key: &str, body: &str) -> RecordWrite {
    RecordWrite::Settle {
        scope: "app-1".into(),
        key: key.into(),
        answer: answer(body),
    }
}

pub(crate) fn release(key: &str) -> RecordWrite {
    RecordWrite::Release {
        scope: "app-1".into(),
        key: key.into(),
    }
}
