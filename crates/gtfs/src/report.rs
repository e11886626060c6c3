//! Everything that is wrong, and everything that could not be said, each with its place.

use std::fmt;

use serde::Serialize;

/// Something to know about one place of the feed or the overlay.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// `fare_products.txt`, or `overlay`.
    pub file: String,
    /// In which line the row begins; the header is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// Which column, or which place in the overlay: `rules[2].valid_for`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What there is to know.
    pub reason: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, " row {row}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", {field}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// What was found. With flaws nothing is imported; notes are for people to read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What has to be put right.
    pub flaws: Vec<Finding>,
    /// What a catalog cannot express, and what may not be meant.
    pub notes: Vec<Finding>,
}

/// What the overlay is called where a file is named.
pub(crate) const OVERLAY: &str = "overlay";

/// How much a report tells of either kind. Whoever has more to put right begins with these.
const FINDINGS: usize = 2_000;

/// The longest id that a report repeats.
const SHOWN: usize = 64;

/// A place in a feed or overlay.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) file: &'a str,
    pub(crate) row: Option<u64>,
    pub(crate) field: Option<&'a str>,
}

impl<'a> Place<'a> {
    pub(crate) const fn file(file: &'a str) -> Self {
        Self {
            file,
            row: None,
            field: None,
        }
    }

    pub(crate) const fn row(file: &'a str, row: u64) -> Self {
        Self {
            file,
            row: Some(row),
            field: None,
        }
    }

    pub(crate) const fn overlay(field: &'a str) -> Self {
        Self {
            file: OVERLAY,
            row: None,
            field: Some(field),
        }
    }

    pub(crate) const fn field(self, field: &'a str) -> Self {
        Self {
            field: Some(field),
            ..self
        }
    }

    fn finding(self, reason: impl fmt::Display) -> Finding {
        Finding {
            file: self.file.to_owned(),
            row: self.row,
            field: self.field.map(str::to_owned),
            reason: reason.to_string(),
        }
    }
}

impl Report {
    pub(crate) fn flaw(&mut self, place: Place<'_>, reason: impl fmt::Display) {
        tell(&mut self.flaws, place, reason);
    }

    pub(crate) fn note(&mut self, place: Place<'_>, reason: impl fmt::Display) {
        tell(&mut self.notes, place, reason);
    }
}

fn tell(findings: &mut Vec<Finding>, place: Place<'_>, reason: impl fmt::Display) {
    if findings.len() < FINDINGS {
        findings.push(place.finding(reason));
    } else if findings.len() == FINDINGS {
        findings.push(Place::file("feed").finding("there is more, which is not told"));
    }
}

/// An id of the feed, as a report repeats it: short, and without anything that is not to be seen.
pub(crate) fn shown(id: &str) -> String {
    let mut text: String = id
        .chars()
        .take(SHOWN)
        .map(|letter| if letter.is_control() { '?' } else { letter })
        .collect();
    if id.chars().nth(SHOWN).is_some() {
        text.push('…');
    }
    text
}
