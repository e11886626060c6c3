//! What operators see of the calls: counts by call and outcome, and how long they took.

use std::sync::{Arc, Mutex};

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use payments::Gateway;
use serde_json::json;

use crate::{
    server::{Reply, Server},
    world::{charge, operator, platform, stripe},
};

/// Writes down every measure as `name{label=value,…}`.
#[derive(Clone, Default)]
struct Notebook(Arc<Mutex<Vec<String>>>);

struct Line {
    notebook: Notebook,
    text: String,
}

impl Notebook {
    fn line(&self, key: &Key) -> Arc<Line> {
        let labels: Vec<_> = key
            .labels()
            .map(|label| format!("{}={}", label.key(), label.value()))
            .collect();
        let text = format!("{}{{{}}}", key.name(), labels.join(","));
        Arc::new(Line {
            notebook: self.clone(),
            text,
        })
    }
}

impl Line {
    fn note(&self) {
        self.notebook.0.lock().unwrap().push(self.text.clone());
    }
}

impl CounterFn for Line {
    fn increment(&self, value: u64) {
        assert_eq!(value, 1);
        self.note();
    }

    fn absolute(&self, _: u64) {}
}

impl HistogramFn for Line {
    fn record(&self, _: f64) {
        self.note();
    }
}

impl Recorder for Notebook {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.line(key))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.line(key))
    }
}

#[tokio::test]
async fn every_call_is_counted_by_how_it_ended_and_timed() {
    let notebook = Notebook::default();
    let _guard = metrics::set_default_local_recorder(&notebook);
    let declined = json!({ "error": { "type": "card_error", "code": "card_declined" } });
    let paid = json!({ "object": "charge", "id": "ch_1", "status": "succeeded" });
    let busy = json!({ "error": { "code": "rate_limit" } });
    let replies = [
        Reply::json(200, &paid),
        Reply::json(402, &declined),
        Reply::json(429, &busy),
        Reply::text(502, ""),
    ];
    let server = Server::start(replies).await;
    let stripe = stripe(&server.url);
    for _ in 0..4 {
        let _ = stripe
            .retrieve_charge(&platform(), &operator(), &charge("ch_1"))
            .await;
    }
    let lines = notebook.0.lock().unwrap().clone();
    let (counts, times): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.contains("outcome="));
    assert_eq!(
        counts,
        ["done", "refused", "not_executed", "unknown"]
            .map(|outcome| format!("stripe_calls_total{{call=retrieve_charge,outcome={outcome}}}"))
    );
    assert_eq!(
        times,
        vec!["stripe_call_duration_seconds{call=retrieve_charge}"; 4]
    );
}
