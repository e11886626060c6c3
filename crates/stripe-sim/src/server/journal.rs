//! The journal: every request and command that may change something, one JSON line each, written before the reply.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::core::{Command, Request, Settings, Simulator};

/// One line. Times are real Unix seconds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub(crate) enum Entry {
    /// The first line: what the ids of this journal come from.
    Begin {
        version: u32,
        seed: u64,
    },
    Request {
        at: i64,
        request: Request,
    },
    Command {
        at: i64,
        command: Command,
    },
    /// A webhook was answered with 2xx, or given up; it is not sent again after a restart.
    Delivered {
        account: String,
        event: String,
        endpoint: String,
    },
}

const VERSION: u32 = 1;

#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
}

/// A journal that was opened, and the Stripe that its lines lead to.
pub(crate) struct Opened {
    pub(crate) journal: Journal,
    pub(crate) simulator: Simulator,
    /// Webhooks that were queued but not delivered.
    pub(crate) undelivered: Vec<crate::core::WebhookCall>,
}

impl Journal {
    /// Open or begin a journal and replay it. A torn last line was never replied to and is cut off.
    pub(crate) fn open(path: &Path, mut settings: Settings) -> io::Result<Opened> {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)?;
        // Two servers that write one journal would each lose what the other did.
        file.try_lock()
            .map_err(|error| io::Error::new(io::ErrorKind::ResourceBusy, error))?;
        let (lines, whole) = read_lines(&mut file)?;
        if whole < file.metadata()?.len() {
            tracing::warn!(
                bytes_kept = whole,
                "the journal's last line is torn and is dropped"
            );
            file.set_len(whole)?;
        }
        let mut entries = Vec::with_capacity(lines.len());
        for (number, line) in lines.iter().enumerate() {
            let entry = serde_json::from_str::<Entry>(line).map_err(|error| {
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("journal line {}: {error}", number + 1),
                )
            })?;
            entries.push(entry);
        }
        let mut journal = Self { file };
        match entries.first() {
            None => journal.write(&Entry::Begin {
                version: VERSION,
                seed: settings.seed,
            })?,
            Some(Entry::Begin {
                version: VERSION,
                seed,
            }) => settings.seed = *seed,
            Some(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "not a journal of this version",
                ));
            }
        }
        let mut simulator = Simulator::new(settings);
        let undelivered = replay(&mut simulator, entries);
        Ok(Opened {
            journal,
            simulator,
            undelivered,
        })
    }

    /// One line in one write, so that a killed process leaves whole lines or a torn last one.
    pub(crate) fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.write_all(&line)
    }
}

fn read_lines(file: &mut File) -> io::Result<(Vec<String>, u64)> {
    file.seek(SeekFrom::Start(0))?;
    let mut reader = BufReader::new(&mut *file);
    let (mut lines, mut whole, mut line) = (Vec::new(), 0_u64, Vec::new());
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line)?;
        if read == 0 || line.last() != Some(&b'\n') {
            return Ok((lines, whole));
        }
        whole += u64::try_from(read).unwrap_or_default();
        lines.push(String::from_utf8_lossy(&line).trim_end().to_owned());
    }
}

fn replay(simulator: &mut Simulator, entries: Vec<Entry>) -> Vec<crate::core::WebhookCall> {
    let mut queued = Vec::new();
    for entry in entries {
        match entry {
            Entry::Begin { .. } => {}
            Entry::Request { at, request } => {
                simulator.handle(&request, at);
            }
            Entry::Command { at, command } => {
                // A command that was refused when it came is refused again, and changes nothing again.
                drop(simulator.command(&command, at));
            }
            Entry::Delivered {
                account,
                event,
                endpoint,
            } => {
                simulator.webhook_delivered(&account, &event);
                queued.retain(|call: &crate::core::WebhookCall| {
                    call.event != event || call.endpoint != endpoint
                });
            }
        }
        queued.extend(simulator.take_webhooks());
    }
    queued
}
