//! A CSV table of a feed.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::{Place, Report};

/// How many rows a table may have, its header and bad ones included. There are as many fares as products, and no rider reads more.
const fn most_rows(file: &str) -> usize {
    match file.as_bytes() {
        b"fare_products.txt" | b"fare_transfer_rules.txt" => 5_000,
        _ => 200_000,
    }
}

/// A table, as far as it can be read.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) file: &'static str,
    /// Where each column is.
    columns: BTreeMap<String, usize>,
    rows: Vec<(u64, Vec<String>)>,
    /// Whether the feed has it.
    pub(crate) is_there: bool,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'t> {
    table: &'t Table,
    /// The line it begins in.
    pub(crate) line: u64,
    fields: &'t [String],
}

impl Table {
    /// Reads what there is. Rows that cannot be read are in the report.
    pub(crate) fn read(file: &'static str, bytes: Option<&[u8]>, report: &mut Report) -> Self {
        let mut table = Self {
            file,
            ..Self::default()
        };
        let Some(bytes) = bytes else { return table };
        table.is_there = true;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let mut lines = Lines::of(bytes);
        let mut record = csv::ByteRecord::new();
        let (mut header, mut read) = (0, 0_usize);
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) => {
                    report.flaw(Place::file(file), format_args!("cannot be read: {error}"));
                    break;
                }
            }
            read += 1;
            if read > most_rows(file) {
                let reason = format_args!("has more than {} rows", most_rows(file));
                report.flaw(Place::file(file), reason);
                break;
            }
            let line = lines.at(record.position().map_or(0, csv::Position::byte));
            let fields: Option<Vec<String>> = record
                .iter()
                .map(|field| String::from_utf8(field.to_vec()).ok())
                .collect();
            let Some(fields) = fields else {
                report.flaw(Place::row(file, line), "is not UTF-8");
                continue;
            };
            if table.columns.is_empty() {
                header = fields.len();
                table.take_header(fields, line, report);
            } else if fields.iter().all(String::is_empty) && fields.len() == 1 {
                // A line of blanks.
            } else if fields.len() != header {
                let reason = format_args!("has {} fields, and the header has {header}", fields.len());
                report.flaw(Place::row(file, line), reason);
            } else if fields.iter().any(|field| field.contains(['\n', '\r'])) {
                // GTFS has no line breaks in fields. A quote that is left open would swallow the rows behind it.
                report.flaw(
                    Place::row(file, line),
                    "has a line break in a field: a quote is not closed",
                );
            } else {
                table.rows.push((line, fields));
            }
        }
        table
    }

    fn take_header(&mut self, names: Vec<String>, line: u64, report: &mut Report) {
        for (index, name) in names.into_iter().enumerate() {
            if !name.is_empty() && self.columns.insert(name, index).is_some() {
                report.flaw(Place::row(self.file, line), "the header names a column twice");
            }
        }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, fields)| Row {
            table: self,
            line: *line,
            fields,
        })
    }

    /// Says it once where a column is missing that every row needs.
    pub(crate) fn needs(&self, columns: &[&str], report: &mut Report) {
        if !self.is_there {
            return;
        }
        for column in columns {
            if !self.columns.contains_key(*column) {
                report.flaw(Place::file(self.file).field(column), "the column is missing");
            }
        }
    }

    /// Every id that stands in a column, in whatever state the rest of its row is.
    pub(crate) fn ids(&self, column: &str) -> BTreeSet<&str> {
        self.rows().filter_map(|row| row.get(column)).collect()
    }
}

impl<'t> Row<'t> {
    /// What stands in a column, unless it is empty.
    pub(crate) fn get(&self, column: &str) -> Option<&'t str> {
        let index = *self.table.columns.get(column)?;
        let field = self.fields.get(index)?.as_str();
        (!field.is_empty()).then_some(field)
    }

    pub(crate) fn owned(&self, column: &str) -> Option<String> {
        self.get(column).map(str::to_owned)
    }

    /// What has to stand in a column. Where the whole column is missing, that was said already.
    pub(crate) fn need(&self, column: &'static str, report: &mut Report) -> Option<&'t str> {
        let found = self.get(column);
        if found.is_none() && self.table.columns.contains_key(column) {
            report.flaw(self.place().field(column), "is missing");
        }
        found
    }

    /// One of a few numbers; `absent` stands for an empty field.
    pub(crate) fn choice<const N: usize>(
        &self,
        column: &'static str,
        choices: [&str; N],
        report: &mut Report,
    ) -> Option<&'t str> {
        let found = self.get(column)?;
        if choices.contains(&found) {
            return Some(found);
        }
        let reason = format_args!("must be one of {}", choices.join(", "));
        report.flaw(self.place().field(column), reason);
        None
    }

    pub(crate) fn place(&self) -> Place<'t> {
        Place::row(self.table.file, self.line)
    }

    /// Whether the columns' values were not seen before; else it says so.
    pub(crate) fn is_first<'k>(
        &self,
        columns: &[&str],
        seen: &mut BTreeMap<Vec<&'k str>, u64>,
        report: &mut Report,
    ) -> bool
    where
        't: 'k,
    {
        let key: Vec<&str> = columns
            .iter()
            .map(|column| self.get(column).unwrap_or_default())
            .collect();
        match seen.get(&key) {
            Some(first) => {
                let named = columns.join(", ");
                report.flaw(self.place(), format_args!("has the same {named} as row {first}"));
                false
            }
            None => {
                seen.insert(key, self.line);
                true
            }
        }
    }
}

/// Lines by position. The reader's own count is off where lines end in CR LF or are blank, as it is taken before those
/// are passed over.
struct Lines<'b> {
    bytes: &'b [u8],
    counted: usize,
    line: u64,
}

impl<'b> Lines<'b> {
    const fn of(bytes: &'b [u8]) -> Self {
        Self {
            bytes,
            counted: 0,
            line: 1,
        }
    }

    /// In which line the next text behind a position begins. Positions only grow.
    fn at(&mut self, position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(usize::MAX);
        let rest = self.bytes.get(self.counted..).unwrap_or_default();
        let before = position.saturating_sub(self.counted);
        let blank = rest.get(before..).unwrap_or_default().iter();
        let blank = blank.take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = before.saturating_add(blank).min(rest.len());
        let breaks = rest.iter().take(passed).filter(|byte| **byte == b'\n').count();
        self.counted = self.counted.saturating_add(passed);
        self.line = self
            .line
            .saturating_add(u64::try_from(breaks).unwrap_or(u64::MAX));
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> (Vec<(u64, Option<String>)>, Vec<String>) {
        let mut report = Report::default();
        let table = Table::read("areas.txt", Some(text), &mut report);
        let rows = table.rows().map(|row| (row.line, row.owned("name"))).collect();
        (rows, report.flaws.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_byte_order_mark_carriage_returns_and_a_missing_last_newline_change_nothing() {
        let plain = read(b"id,name,more\n1,North,x\n2,\"South, \"\"old\"\"\",y\n");
        assert_eq!(
            plain.0,
            [
                (2, Some("North".to_owned())),
                (3, Some("South, \"old\"".to_owned())),
            ]
        );
        assert!(plain.1.is_empty());
        let other = read(b"\xef\xbb\xbfid, name ,more\r\n1,North,x\r\n2,\"South, \"\"old\"\"\",y");
        assert_eq!(other, plain);
    }

    #[test]
    fn a_row_is_named_by_the_line_it_begins_in() {
        let (rows, flaws) = read(b"id,name\r\n\r\n1,\"on one line\"\r\n\n \r\n2,after");
        assert_eq!(rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 6]);
        assert!(flaws.is_empty(), "{flaws:?}");
    }

    #[test]
    fn a_quote_that_is_left_open_swallows_no_row_in_silence() {
        for bytes in [
            &b"id,name\n1,North\n2,\"South\n3,East\n"[..],
            b"id,name\n1,North\n2,\"South\n3,\"East\n",
        ] {
            let (rows, flaws) = read(bytes);
            assert_eq!(rows.len(), 1);
            let told = "areas.txt row 3: has a line break in a field: a quote is not closed";
            assert_eq!(flaws, [told]);
        }
    }

    #[test]
    fn bad_rows_are_counted_too() {
        let bad = format!("id,name\n{}", "x\n".repeat(200_001));
        let (_, flaws) = read(bad.as_bytes());
        assert!(flaws.len() < 3_000, "{}", flaws.len());
        assert_eq!(
            flaws.last().map(String::as_str),
            Some("feed: there is more, which is not told")
        );
    }

    #[test]
    fn a_row_of_another_length_is_a_flaw_and_the_others_stand() {
        let (rows, flaws) = read(b"id,name\n1,North\n2,South,4,00\n3\n4,West\n5,\xff\n");
        assert_eq!(rows.len(), 2);
        assert_eq!(
            flaws,
            [
                "areas.txt row 3: has 4 fields, and the header has 2",
                "areas.txt row 4: has 1 fields, and the header has 2",
                "areas.txt row 6: is not UTF-8",
            ]
        );
    }
}
