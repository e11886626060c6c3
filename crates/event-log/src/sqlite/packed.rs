//! Fetching many events as one text.
//!
//! A row costs the driver a copy and an allocation per column and a hand-over between threads, far
//! more than SQLite needs to find it. So SQLite joins a page's columns and rows with two control
//! characters that no column can hold: names are printable, and canonical JSON escapes them.

use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Row, Sqlite, SqlitePool};

use crate::convert::{from_sql, short_from_sql, stream_from_sql, time_from_sql};
use crate::{Position, RawMetadata, ReadError, Recorded};

/// Most events fetched by one statement. Were each as large as events may be, their text would still
/// fit into what SQLite takes for one (10⁹ bytes).
pub(super) const PAGE: i64 = 500;

const COLUMN: char = '\u{1f}';
const ROW: char = '\u{1e}';

/// Wraps a statement that selects the events' columns in the order of the table.
macro_rules! packed {
    ($select:literal) => {
        concat!(
            "SELECT count(*), group_concat(concat_ws(char(31), position, stream, version, kind, schema, at, metadata, data), char(30)) FROM (",
            $select,
            ")"
        )
    };
}
pub(super) use packed;

/// Run a wrapped statement, append its events to `events`, and tell how many there were.
pub(super) async fn fetch(
    pool: &SqlitePool,
    query: Query<'_, Sqlite, SqliteArguments>,
    events: &mut Vec<Recorded>,
) -> Result<i64, ReadError> {
    let row = query.fetch_one(pool).await?;
    let count: i64 = row.try_get(0)?;
    let text: Option<&str> = row.try_get(1)?;
    let known = events.len();
    events.reserve(usize::try_from(count).unwrap_or_default());
    for line in text.into_iter().flat_map(|text| text.split(ROW)) {
        events.push(recorded(line).ok_or_else(corrupt)??);
    }
    let new = events.get(known..).unwrap_or_default();
    // A row written past this program could hold a separator; it must not pass for two events.
    let ordered = new
        .iter()
        .zip(new.iter().skip(1))
        .all(|(a, b)| a.position < b.position);
    if i64::try_from(new.len()) != Ok(count) || !ordered {
        return Err(corrupt());
    }
    Ok(count)
}

fn corrupt() -> ReadError {
    ReadError::Corrupt("an event with a control character".into())
}

/// None if the line does not have the columns of an event.
fn recorded(line: &str) -> Option<Result<Recorded, ReadError>> {
    let mut columns = line.split(COLUMN);
    let mut column = || columns.next();
    let number = |text: &str| text.parse::<i64>().ok();
    let position = number(column()?)?;
    let stream = column()?;
    let version = number(column()?)?;
    let kind = column()?;
    let schema = number(column()?)?;
    let at = number(column()?)?;
    let (metadata, data) = (column()?, column()?);
    let event = || {
        Ok(Recorded {
            position: Position(from_sql(position)?),
            stream: stream_from_sql(stream)?,
            version: from_sql(version)?,
            kind: kind.to_owned(),
            schema: short_from_sql(schema)?,
            at: time_from_sql(at)?,
            metadata: RawMetadata::from_stored(metadata),
            data: data.to_owned(),
        })
    };
    column().is_none().then(event)
}
