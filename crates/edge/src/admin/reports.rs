//! What reports have in common: pages that say up to where they hold everything.

use engine::AsOf;
use serde::Serialize;

use super::{page::Page, problem::Problem};

/// A page of a report.
#[derive(Serialize)]
pub(super) struct ReportPage<T> {
    #[serde(flatten)]
    page: Page<T>,
    /// Up to which position of the log it holds everything.
    as_of: u64,
}

impl<T> ReportPage<T> {
    /// Of rows that were asked for with one more than the page holds.
    pub(super) fn of<R>(
        mut rows: Vec<R>,
        limit: usize,
        as_of: AsOf,
        name: impl Fn(&R) -> String,
        show: impl Fn(R) -> Result<T, Problem>,
    ) -> Result<Self, Problem> {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| more).map(name);
        let data: Result<Vec<T>, Problem> = rows.into_iter().map(show).collect();
        Ok(Self {
            page: Page::new(data?, last.as_deref()),
            as_of: as_of.0.0,
        })
    }
}

/// The name of a row: when it was, and which.
pub(super) fn cursor(at: i64, id: &str) -> String {
    format!("{at}:{id}")
}

/// The row that a cursor names.
pub(super) fn place(cursor: &str) -> Result<(i64, String), Problem> {
    let place = cursor
        .split_once(':')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    place.ok_or_else(|| Problem::unreadable("The cursor is none that a list gave."))
}
