//! Old shapes of events, lifted to today's on reading.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Recorded;

/// Turns a payload of one schema version into the next. The text says what was wrong, without
/// repeating the payload.
pub type Upcaster = fn(Value) -> Result<Value, String>;

/// Why a stored event could not be read as today's shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LiftError {
    /// A step refused the payload.
    #[error("{kind} schema {schema} cannot be lifted: {reason}")]
    Step {
        /// The event's kind.
        kind: String,
        /// The schema version the step starts from.
        schema: u16,
        /// What the step said.
        reason: String,
    },
    /// Steps exist further up, but none starts from this version.
    #[error("{kind} has no upcaster from schema {schema}")]
    Gap {
        /// The event's kind.
        kind: String,
        /// The schema version without a step.
        schema: u16,
    },
    /// The event was written by a newer program.
    #[error("{kind} schema {schema} is newer than this program knows ({known})")]
    TooNew {
        /// The event's kind.
        kind: String,
        /// The stored schema version.
        schema: u16,
        /// The newest version that the registered steps lead to.
        known: u16,
    },
    /// The lifted payload is not of the type asked for.
    #[error("{kind} schema {schema} does not have the expected shape, at line {line} column {column}")]
    Shape {
        /// The event's kind.
        kind: String,
        /// The schema version after lifting.
        schema: u16,
        /// Where the payload stopped making sense.
        line: usize,
        /// Where the payload stopped making sense.
        column: usize,
    },
}

/// The steps from every old shape to today's, by kind and the schema version they start from.
#[derive(Debug, Clone, Default)]
pub struct Upcasters {
    kinds: HashMap<&'static str, Steps>,
}

#[derive(Debug, Clone, Default)]
struct Steps {
    by_schema: HashMap<u16, Upcaster>,
    newest: u16,
}

impl Upcasters {
    /// No steps: every event is read as it was stored.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Add the step that lifts `kind` from `schema` to `schema + 1`. A second step for the same
    /// version replaces the first.
    #[must_use]
    pub fn step(mut self, kind: &'static str, schema: u16, step: Upcaster) -> Self {
        let steps = self.kinds.entry(kind).or_default();
        steps.by_schema.insert(schema, step);
        steps.newest = steps.newest.max(schema.saturating_add(1));
        self
    }

    /// The payload of `recorded` in today's shape.
    ///
    /// An event whose kind never changed is parsed straight from its text.
    pub fn lift<T: DeserializeOwned>(&self, recorded: &Recorded) -> Result<T, LiftError> {
        let shape = |schema| {
            move |error: serde_json::Error| LiftError::Shape {
                kind: recorded.kind.clone(),
                schema,
                line: error.line(),
                column: error.column(),
            }
        };
        let Some(steps) = self.kinds.get(recorded.kind.as_str()) else {
            return serde_json::from_str(&recorded.data).map_err(shape(recorded.schema));
        };
        if recorded.schema == steps.newest {
            return serde_json::from_str(&recorded.data).map_err(shape(recorded.schema));
        }
        let value = serde_json::from_str(&recorded.data).map_err(shape(recorded.schema))?;
        let value = steps.climb(&recorded.kind, recorded.schema, value)?;
        serde_json::from_value(value).map_err(shape(steps.newest))
    }
}

impl Steps {
    fn climb(&self, kind: &str, from: u16, mut value: Value) -> Result<Value, LiftError> {
        if from > self.newest {
            return Err(LiftError::TooNew {
                kind: kind.to_owned(),
                schema: from,
                known: self.newest,
            });
        }
        for schema in from..self.newest {
            let step = self.by_schema.get(&schema).ok_or_else(|| LiftError::Gap {
                kind: kind.to_owned(),
                schema,
            })?;
            value = step(value).map_err(|reason| LiftError::Step {
                kind: kind.to_owned(),
                schema,
                reason,
            })?;
        }
        Ok(value)
    }
}

impl Recorded {
    /// The payload in today's shape; see [`Upcasters::lift`].
    pub fn lift<T: DeserializeOwned>(&self, upcasters: &Upcasters) -> Result<T, LiftError> {
        upcasters.lift(self)
    }
}
