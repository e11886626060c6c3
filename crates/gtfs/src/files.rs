//! The files of a feed, out of a folder or a zip, within bounds.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use crate::report::{Place, Report, shown};

/// What is read of a feed. Everything else in it is passed over.
const READ: [&str; 12] = [
    "agency.txt",
    "areas.txt",
    "fare_leg_rules.txt",
    "fare_media.txt",
    "fare_products.txt",
    "fare_transfer_rules.txt",
    "networks.txt",
    "rider_categories.txt",
    "route_networks.txt",
    "routes.txt",
    "stop_areas.txt",
    "timeframes.txt",
];

/// What says more of fares and is not read.
const PASSED_OVER: [&str; 3] = ["fare_attributes.txt", "fare_leg_join_rules.txt", "fare_rules.txt"];

/// How many entries an archive may have.
const ENTRIES: usize = 2_000;

/// How long one file may be.
const FILE_BYTES: u64 = 16 * 1024 * 1024;

/// How long all files together may be.
const ALL_BYTES: u64 = 64 * 1024 * 1024;

/// No table of fares is longer than this many times its compressed form, unless it is short anyway.
const RATIO: u64 = 200;
const SHORT: u64 = 1024 * 1024;

/// The files of a feed that say something about fares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    found: BTreeMap<&'static str, Vec<u8>>,
    passed_over: Vec<&'static str>,
}

impl Files {
    /// Out of what was given: files by their names, or a zip of them. Folders in names are passed over, so that no name
    /// leads anywhere; a file that is not read for fares is passed over, too.
    pub fn of<N: AsRef<str>, B: AsRef<[u8]>>(
        given: impl IntoIterator<Item = (N, B)>,
    ) -> Result<Self, Report> {
        let (mut files, mut report) = (Self::default(), Report::default());
        for (name, bytes) in given {
            let bytes = bytes.as_ref();
            if is_zip(bytes) {
                files.unpack(bytes, &mut report);
            } else {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                if let Some(name) = files.wanted(name.as_ref(), length, &mut report) {
                    files.found.insert(name, bytes.to_vec());
                }
            }
        }
        if report.flaws.is_empty() {
            Ok(files)
        } else {
            Err(report)
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&[u8]> {
        self.found.get(name).map(Vec::as_slice)
    }

    pub(crate) fn passed_over(&self) -> &[&'static str] {
        &self.passed_over
    }

    /// The file's own name, if it is to be read and may be.
    fn wanted(&mut self, path: &str, length: u64, report: &mut Report) -> Option<&'static str> {
        let base = path.rsplit(['/', '\\']).next().unwrap_or_default();
        if let Some(name) = PASSED_OVER.into_iter().find(|name| *name == base) {
            self.passed_over.push(name);
        }
        let name = READ.into_iter().find(|name| *name == base)?;
        if self.found.contains_key(name) {
            report.flaw(Place::file(name), "the feed has two files of this name");
            return None;
        }
        let held: u64 = self
            .found
            .values()
            .map(|bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX))
            .fold(0, u64::saturating_add);
        if length > FILE_BYTES || held.saturating_add(length) > ALL_BYTES {
            report.flaw(Place::file(name), "the file is too long");
            return None;
        }
        Some(name)
    }

    fn unpack(&mut self, bytes: &[u8], report: &mut Report) {
        let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => archive,
            Err(error) => {
                return report.flaw(
                    Place::file("feed"),
                    format_args!("is not a readable zip: {error}"),
                );
            }
        };
        if archive.len() > ENTRIES {
            return report.flaw(
                Place::file("feed"),
                format_args!("the zip has more than {ENTRIES} entries"),
            );
        }
        if archive.has_duplicate_names() {
            return report.flaw(Place::file("feed"), "the zip has two files of one name");
        }
        for index in 0..archive.len() {
            // Raw first: what is not read need not be readable.
            let named = archive.by_index_raw(index).and_then(|entry| {
                let name = entry.name()?.into_owned();
                Ok((name, entry.size(), entry.compressed_size()))
            });
            let (path, length, packed) = match named {
                Ok((path, ..)) if path.ends_with('/') => continue,
                Ok(named) => named,
                Err(error) => {
                    report.flaw(Place::file("feed"), format_args!("the zip is damaged: {error}"));
                    continue;
                }
            };
            let Some(name) = self.wanted(&path, length, report) else {
                continue;
            };
            if length > SHORT && length / packed.max(1) > RATIO {
                report.flaw(Place::file(name), "unpacks to far more than it holds");
                self.found.insert(name, Vec::new());
                continue;
            }
            let mut text = Vec::new();
            // What an archive says of a length is only a claim.
            let read = archive
                .by_index(index)
                .map_err(|error| error.to_string())
                .and_then(|entry| {
                    entry
                        .take(FILE_BYTES.saturating_add(1))
                        .read_to_end(&mut text)
                        .map_err(|error| error.to_string())
                });
            match read {
                Ok(read) if u64::try_from(read).is_ok_and(|read| read == length) => {
                    self.found.insert(name, text);
                }
                // With a flaw nothing is given out; what is found once is not unpacked again.
                Ok(_) => {
                    report.flaw(Place::file(name), "is not as long as the zip says");
                    self.found.insert(name, Vec::new());
                }
                Err(error) => {
                    self.found.insert(name, Vec::new());
                    report.flaw(
                        Place::file(name),
                        format_args!("cannot be unpacked: {}", shown(&error)),
                    );
                }
            }
        }
    }
}

/// How a zip begins: with an entry, or with its end if it is empty.
fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}
