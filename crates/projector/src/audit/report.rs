//! What an audit found.

use std::{collections::BTreeMap, fmt};

use event_log::{Position, StreamId};
use serde::Serialize;

use super::Rule;

/// The most violations that are kept in full; the rest are counted.
const KEPT: usize = 1_000;
/// The most lines of one list that are printed for people.
const PRINTED: usize = 25;

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The event that breaks it, or the last one of the purchase it was found in.
    pub position: Position,
    /// Its stream.
    pub stream: StreamId,
    /// The rule.
    pub rule: Rule,
    /// In what way. Holds no payload.
    pub what: String,
}

/// A purchase that is not over. No violation: somebody or something is still to act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenPurchase {
    /// Its stream.
    pub stream: StreamId,
    /// Where it was started.
    pub started: Position,
    /// Whether money was taken already.
    pub charged: bool,
    /// Whether it waits for a person, because nothing goes on by itself.
    pub awaits_person: bool,
}

/// How much of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Events read.
    pub events: u64,
    /// Streams they belong to.
    pub streams: u64,
    /// Purchases started.
    pub purchases: u64,
    /// Charged, whatever came of it.
    pub charged: u64,
    /// Ended with what was ordered.
    pub completed: u64,
    /// Declined or given up.
    pub ended_without: u64,
    /// Given back as a whole.
    pub refunded: u64,
    /// Passes and pass books issued.
    pub items_issued: u64,
}

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Position of the last event that was read.
    pub head: Position,
    /// How much was read.
    pub counts: Counts,
    /// Events by the category of their stream.
    pub by_category: BTreeMap<String, u64>,
    /// Purchases that are not over, the oldest first.
    pub open: Vec<OpenPurchase>,
    /// Broken rules in the order of the log, as far as they are kept.
    pub violations: Vec<Violation>,
    /// How many there are of each rule, kept or not.
    pub broken: BTreeMap<Rule, u64>,
}

impl Report {
    /// Whether every rule holds.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.broken.is_empty()
    }

    pub(super) fn note(
        &mut self,
        rule: Rule,
        position: Position,
        stream: &StreamId,
        what: impl Into<String>,
    ) {
        *self.broken.entry(rule).or_default() += 1;
        if self.violations.len() < KEPT {
            self.violations.push(Violation {
                position,
                stream: stream.clone(),
                rule,
                what: what.into(),
            });
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts {
            events,
            streams,
            purchases,
            charged,
            completed,
            ended_without,
            refunded,
            items_issued,
        } = self.counts;
        writeln!(
            f,
            "{events} events in {streams} streams, up to position {}",
            self.head
        )?;
        for (category, count) in &self.by_category {
            writeln!(f, "  {category:12} {count:>10}")?;
        }
        writeln!(
            f,
            "{purchases} purchases: {completed} completed, {ended_without} declined or given up, {} open",
            self.open.len()
        )?;
        writeln!(
            f,
            "{charged} charged, {refunded} refunded in full, {items_issued} passes and books issued"
        )?;
        writeln!(f)?;
        for rule in Rule::ALL {
            let verdict = match self.broken.get(&rule) {
                None => "holds".to_owned(),
                Some(count) => format!("BROKEN {count} times"),
            };
            writeln!(f, "  {rule:4} {:50} {verdict}", rule.text())?;
        }
        let open = self.open.iter().map(|open| {
            let charged = if open.charged { "charged" } else { "not charged" };
            let person = if open.awaits_person {
                ", waits for a person"
            } else {
                ""
            };
            format!("position {}: {}, {charged}{person}", open.started, open.stream)
        });
        list(f, "Open purchases", open)?;
        let violations = self.violations.iter().map(|it| {
            format!(
                "{} at position {} in {}: {}",
                it.rule, it.position, it.stream, it.what
            )
        });
        list(f, "Violations", violations)?;
        writeln!(
            f,
            "\nThe log is {}.",
            if self.is_sound() { "sound" } else { "NOT SOUND" }
        )
    }
}

fn list(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    lines: impl ExactSizeIterator<Item = String>,
) -> fmt::Result {
    let count = lines.len();
    if count == 0 {
        return Ok(());
    }
    writeln!(f, "\n{title}:")?;
    for line in lines.take(PRINTED) {
        writeln!(f, "  {line}")?;
    }
    match count.saturating_sub(PRINTED) {
        0 => Ok(()),
        more => writeln!(f, "  … and {more} more"),
    }
}
