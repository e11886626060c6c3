//! A world in which rides are capped, and what time would have done to it.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use event_log::{Append, Database, Expected, Filter, Metadata, NewEvent, Position, StreamWrite};
use serde_json::Value;

use super::{Setting, Store, World, repository};

impl World {
    /// A world with a daily cap of 3.00 and no service day that ends within hours.
    pub(crate) async fn capped(store: Store) -> Self {
        let template = repository().join("tests/marketplaces/capped.yaml");
        let half_a_day_away = (Utc::now() + TimeDelta::hours(12)).format("%H:%M").to_string();
        let file = std::fs::read_to_string(template)
            .unwrap()
            .replace("HALF_A_DAY_AWAY", &half_a_day_away);
        let folder = tempfile::tempdir().unwrap();
        let marketplace = folder.path().join("marketplace.yaml");
        std::fs::write(&marketplace, file).unwrap();
        Self::of(Setting {
            marketplace: Some(marketplace),
            ..Setting::on(store)
        })
        .await
    }

    /// What the log of the test environment holds of a kind.
    pub(crate) async fn recorded(&self, kind: &str) -> Vec<Value> {
        let database = Database::open(self.database()).await.unwrap();
        let log = database.log();
        let events = log.read(Position::START, 100_000, &Filter::All).await.unwrap();
        let of_kind = events.into_iter().filter(|event| event.kind == kind);
        of_kind
            .map(|event| serde_json::from_str(&event.data).unwrap())
            .collect()
    }

    /// Puts events into the only wallet there is, while no server runs: as they would stand there had time passed.
    pub(crate) async fn record_in_wallet(&self, events: Vec<Value>) {
        let database = Database::open(self.database()).await.unwrap();
        let log = database.log();
        let read = log
            .read(Position::START, 100_000, &Filter::categories(["wallet"]))
            .await;
        let stream = read.unwrap().last().unwrap().stream.clone();
        let events = events.iter().map(|event| {
            let kind = format!("wallet.{}", event["type"].as_str().unwrap());
            NewEvent::new(kind, 1, event).unwrap()
        });
        let append = Append {
            writes: vec![StreamWrite {
                stream,
                expected: Expected::Any,
                events: events.collect(),
            }],
            records: vec![],
            metadata: Metadata {
                actor: "admin".to_owned(),
                app: None,
                causation: None,
                correlation: "time".to_owned(),
                request: None,
            },
            at: Utc::now(),
        };
        log.append(append).await.unwrap();
    }
}

/// A moment so many hours from now, as events hold it.
pub(crate) fn in_hours(hours: i64) -> String {
    let at: DateTime<Utc> = Utc::now() + TimeDelta::hours(hours);
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
