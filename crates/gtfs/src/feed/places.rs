//! Where and when: `areas`, `stop_areas`, `networks`, `route_networks`, `timeframes`.

use std::collections::BTreeMap;

use crate::{
    report::Report,
    table::{Row, Table},
};

/// The names of places and the times of time frames, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Names by area; an area without a name is called by its id.
    pub(crate) areas: BTreeMap<String, String>,
    /// Names by network.
    pub(crate) networks: BTreeMap<String, String>,
    /// Times by group, in the order of the feed.
    pub(crate) frames: BTreeMap<String, Vec<Frame>>,
}

/// From a time of day until another, as the feed writes them; all day long without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) times: Option<(String, String)>,
}

impl Places {
    pub(super) fn areas(&mut self, table: &Table, report: &mut Report) {
        self.areas = names(table, ("area_id", "area_name"), report);
    }

    pub(super) fn networks(&mut self, table: &Table, report: &mut Report) {
        self.networks = names(table, ("network_id", "network_name"), report);
    }

    pub(super) fn frames(&mut self, table: &Table, report: &mut Report) {
        table.needs(&["timeframe_group_id", "service_id"], report);
        let mut seen = BTreeMap::new();
        for row in table.rows() {
            let group = row.need("timeframe_group_id", report);
            row.need("service_id", report);
            let key = ["timeframe_group_id", "start_time", "end_time", "service_id"];
            let first = group.is_none() || row.is_first(&key, &mut seen, report);
            let Ok(frame) = frame(&row, report) else { continue };
            if let (true, Some(group)) = (first, group) {
                self.frames.entry(group.to_owned()).or_default().push(frame);
            }
        }
    }
}

/// Names by id. Who has no name is called by the id.
fn names(
    table: &Table,
    (id, name): (&'static str, &'static str),
    report: &mut Report,
) -> BTreeMap<String, String> {
    table.needs(&[id], report);
    let mut seen = BTreeMap::new();
    let mut found = BTreeMap::new();
    for row in table.rows() {
        let Some(own) = row.need(id, report) else { continue };
        if row.is_first(&[id], &mut seen, report) {
            found.insert(own.to_owned(), row.get(name).unwrap_or(own).to_owned());
        }
    }
    found
}

/// The times of a row. What is wrong with them is in the report.
fn frame(row: &Row<'_>, report: &mut Report) -> Result<Frame, ()> {
    let (start, end) = (row.get("start_time"), row.get("end_time"));
    let (start, end) = match (start, end) {
        (None, None) => return Ok(Frame { times: None }),
        (Some(start), Some(end)) => (start, end),
        _ => {
            report.flaw(
                row.place(),
                "has one of start_time and end_time, and needs both or none",
            );
            return Err(());
        }
    };
    match (seconds(start), seconds(end)) {
        (Some(from), Some(until)) if from < until => Ok(Frame {
            times: Some((minutes(start), minutes(end))),
        }),
        (Some(_), Some(_)) => {
            report.flaw(row.place().field("end_time"), "is not after start_time");
            Err(())
        }
        (from, _) => {
            let field = if from.is_none() { "start_time" } else { "end_time" };
            let reason = "must be a time of day such as 06:00:00, at most 24:00:00";
            report.flaw(row.place().field(field), reason);
            Err(())
        }
    }
}

/// A time of day in seconds.
fn seconds(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(|part| {
        let is_number = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| is_number)
    });
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let all = hours.checked_mul(3_600)?.checked_add(minutes.checked_mul(60)?)?;
    let all = all.checked_add(seconds)?;
    let fits = minutes < 60 && seconds < 60 && all <= 86_400 && parts.next().is_none();
    fits.then_some(all)
}

/// A time of day as people say it.
fn minutes(text: &str) -> String {
    text.rsplit_once(':')
        .map_or(text, |(minutes, _)| minutes)
        .to_owned()
}

pub(super) fn stop_areas(table: &Table, report: &mut Report) {
    table.needs(&["area_id", "stop_id"], report);
    pairs(table, ["area_id", "stop_id"], report);
}

pub(super) fn route_networks(table: &Table, report: &mut Report) {
    table.needs(&["network_id", "route_id"], report);
    let mut seen = BTreeMap::new();
    for row in table.rows() {
        row.need("network_id", report);
        if row.need("route_id", report).is_some() {
            row.is_first(&["route_id"], &mut seen, report);
        }
    }
}

fn pairs(table: &Table, columns: [&'static str; 2], report: &mut Report) {
    let mut seen = BTreeMap::new();
    for row in table.rows() {
        let found = columns.map(|column| row.need(column, report));
        if found.iter().all(Option::is_some) {
            row.is_first(&columns, &mut seen, report);
        }
    }
}
