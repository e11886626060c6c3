//! What an accepted command's caller gets back.

use crate::command::Command;
use crate::{Appended, Position, Recorded, Version};

/// The command's events as recorded, from the position after `after` and each stream's version in
/// `bases` on. Payloads move, they are not copied.
pub(super) fn appended(command: Command, after: u64, bases: Vec<Version>) -> Appended {
    let Command {
        writes, metadata, at, ..
    } = command;
    let mut position = after;
    let mut events = Vec::with_capacity(writes.iter().map(|write| write.events.len()).sum());
    for (write, base) in writes.into_iter().zip(bases) {
        for (event, version) in write.events.into_iter().zip(base + 1..) {
            position += 1;
            events.push(Recorded {
                position: Position(position),
                stream: write.stream.clone(),
                version,
                kind: event.kind,
                schema: event.schema,
                at,
                data: event.data,
                metadata: metadata.clone(),
            });
        }
    }
    Appended {
        last: Position(position),
        events,
    }
}
