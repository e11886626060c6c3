//! A command that passed every check which needs no database.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::canonical::check;
use crate::convert::to_microsecond;
use crate::{
    Answer, Append, AppendError, Metadata, NewEvent, RawMetadata, RecordWrite, StreamWrite, canonical_json,
};

/// Longest kind of event, scope and fingerprint, in bytes.
const MAX_NAME: usize = 255;
/// Longest idempotency key and reference: scope and key share an index entry of at most 2,704 bytes.
const MAX_KEY: usize = 1024;
/// Largest payload, in bytes. Readers count on it when they fetch whole pages at once.
const MAX_EVENT: usize = 1 << 20;
/// What one command may weigh in all, in bytes.
const MAX_COMMAND: usize = 8 << 20;
/// How many events one command may append.
const MAX_EVENTS: usize = 10_000;

/// A command fit for a batch: nothing in it can make the database refuse the batch as a whole.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) writes: Vec<StreamWrite>,
    pub(crate) records: Vec<RecordWrite>,
    pub(crate) metadata: RawMetadata,
    pub(crate) at: DateTime<Utc>,
    /// Weight of all texts, for bounding a batch.
    pub(crate) bytes: usize,
}

impl TryFrom<Append> for Command {
    type Error = AppendError;

    fn try_from(append: Append) -> Result<Self, AppendError> {
        let Append {
            writes,
            records,
            metadata,
            at,
        } = append;
        if writes.is_empty() && records.is_empty() {
            return Err(invalid("it writes nothing"));
        }
        let metadata = checked_metadata(&metadata)?;
        let mut bytes = 0;
        check_writes(&writes, metadata.as_str().len(), &mut bytes)?;
        check_records(&records, &mut bytes)?;
        if bytes > MAX_COMMAND {
            return Err(invalid("it is larger than 8 MiB"));
        }
        Ok(Self {
            writes,
            records,
            metadata,
            at: to_microsecond(at),
            bytes,
        })
    }
}

fn invalid(why: impl Into<String>) -> AppendError {
    AppendError::Invalid(why.into())
}

fn checked_metadata(metadata: &Metadata) -> Result<RawMetadata, AppendError> {
    let text = canonical_json(metadata).map_err(|error| invalid(format!("metadata: {error}")))?;
    if text.len() > 8 * MAX_KEY {
        return Err(invalid("metadata: larger than 8 KiB"));
    }
    Ok(RawMetadata::from_stored(&text))
}

fn check_writes(writes: &[StreamWrite], metadata: usize, bytes: &mut usize) -> Result<(), AppendError> {
    let mut seen = HashSet::with_capacity(writes.len());
    let mut events = 0_usize;
    for write in writes {
        if !seen.insert(&write.stream) {
            return Err(invalid(format!("two writes to stream {}", write.stream)));
        }
        for event in &write.events {
            check_event(event)?;
            *bytes += event.data.len() + event.kind.len() + write.stream.as_str().len() + metadata;
        }
        events += write.events.len();
    }
    if events > MAX_EVENTS {
        return Err(invalid("it has more than 10,000 events"));
    }
    Ok(())
}

fn check_event(event: &NewEvent) -> Result<(), AppendError> {
    let kind = &event.kind;
    let well_named = kind
        .bytes()
        .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'));
    if kind.is_empty() || kind.len() > MAX_NAME || !well_named {
        return Err(invalid(
            "an event's kind is lower-case letters, digits, dots, underscores and dashes",
        ));
    }
    if event.schema == 0 {
        return Err(invalid(format!("event {kind}: schema versions start at 1")));
    }
    if event.data.len() > MAX_EVENT {
        return Err(invalid(format!("event {kind}: larger than 1 MiB")));
    }
    check(&event.data).map_err(|error| invalid(format!("event {kind}: {error}")))
}

fn check_records(records: &[RecordWrite], bytes: &mut usize) -> Result<(), AppendError> {
    let mut seen = HashSet::with_capacity(records.len());
    for record in records {
        let (scope, key) = record.name();
        check_text("scope", scope, MAX_NAME)?;
        check_text("key", key, MAX_KEY)?;
        if !seen.insert((scope, key)) {
            return Err(invalid("two changes to one idempotency key"));
        }
        *bytes += scope.len() + key.len();
        match record {
            RecordWrite::Claim {
                fingerprint,
                reference,
                answer,
                ..
            } => {
                check_text("fingerprint", fingerprint, MAX_NAME)?;
                check_text("reference", reference, MAX_KEY)?;
                if let Some(answer) = answer {
                    check_answer(answer, bytes)?;
                }
            }
            RecordWrite::Settle { answer, .. } => check_answer(answer, bytes)?,
            RecordWrite::Release { .. } => {}
        }
    }
    Ok(())
}

fn check_answer(answer: &Answer, bytes: &mut usize) -> Result<(), AppendError> {
    *bytes += answer.body.len();
    for text in answer.headers.iter().flat_map(|(name, value)| [name, value]) {
        *bytes += text.len();
        refuse_nul("an answer's header", text)?;
    }
    refuse_nul("an answer's body", &answer.body)
}

fn check_text(what: &str, text: &str, longest: usize) -> Result<(), AppendError> {
    if text.len() > longest {
        return Err(invalid(format!("{what}: longer than {longest} bytes")));
    }
    refuse_nul(what, text)
}

/// PostgreSQL stores no NUL in a text; one such command would bring down its whole batch.
fn refuse_nul(what: &str, text: &str) -> Result<(), AppendError> {
    if text.contains('\0') {
        return Err(invalid(format!("{what}: holds a NUL character")));
    }
    Ok(())
}
