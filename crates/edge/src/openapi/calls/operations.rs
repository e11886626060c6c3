//! Alive, ready, measured, described.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::openapi::call::{Access, Call};

const TAG: &str = "Operation";

pub(super) fn calls() -> Vec<Call> {
    vec![
        Call::new(
            TAG,
            ("get", "/healthz"),
            "isAlive",
            Access::Open,
            "The process answers.",
        )
        .answers_text("text/plain"),
        Call::new(
            TAG,
            ("get", "/readyz"),
            "isReady",
            Access::Open,
            "Every log answers.",
        )
        .answers_text("text/plain")
        .says_why(503),
        Call::new(
            TAG,
            ("get", "/metrics"),
            "getMetrics",
            Access::Open,
            "Prometheus's text format.",
        )
        .answers_text("text/plain"),
        Call::new(
            TAG,
            ("get", "/openapi.json"),
            "getDescription",
            Access::Open,
            "This document.",
        )
        .answers::<BTreeMap<String, Value>>(),
        Call::new(
            TAG,
            ("get", "/docs"),
            "readDescription",
            Access::Open,
            "This document as a page.",
        )
        .answers_text("text/html"),
    ]
}
