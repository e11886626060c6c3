//! A batch: commands, with every stream and key they name listed once.

use std::collections::HashMap;

use crate::StreamId;
use crate::command::Command;

/// Commands to be committed together. A slot is an index into `streams` or `keys`.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) commands: Vec<Command>,
    /// Per command, the slots of its writes' streams.
    pub(crate) stream_slots: Vec<Vec<usize>>,
    /// Per command, the slots of its records' keys.
    pub(crate) key_slots: Vec<Vec<usize>>,
    pub(crate) streams: Vec<StreamId>,
    /// Scope and key.
    pub(crate) keys: Vec<(String, String)>,
}

impl Plan {
    pub(crate) fn new(commands: Vec<Command>) -> Self {
        let mut plan = Self::default();
        let mut streams = HashMap::with_capacity(commands.len());
        let mut keys = HashMap::new();
        for command in &commands {
            let slots = command.writes.iter().map(|write| {
                *streams.entry(&write.stream).or_insert_with(|| {
                    plan.streams.push(write.stream.clone());
                    plan.streams.len() - 1
                })
            });
            plan.stream_slots.push(slots.collect());
            let slots = command.records.iter().map(|record| {
                let (scope, key) = record.name();
                *keys.entry((scope, key)).or_insert_with(|| {
                    plan.keys.push((scope.to_owned(), key.to_owned()));
                    plan.keys.len() - 1
                })
            });
            plan.key_slots.push(slots.collect());
        }
        plan.commands = commands;
        plan
    }
}
