//! Long lists, page by page.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::problem::Problem;

/// How many are shown unless it is said otherwise, and at most.
const PAGE: usize = 100;
const LONGEST_PAGE: usize = 1_000;

#[derive(Deserialize)]
struct Asked {
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Which part of a list is wanted: `limit` and `cursor` in the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paging {
    /// How many at most.
    pub(super) limit: usize,
    /// The name of the last one that was seen, as [`Page`] was given it.
    pub(super) after: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Query(asked) = Query::<Asked>::try_from_uri(&parts.uri)
            .map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
        let limit = asked.limit.unwrap_or(PAGE);
        if !(1..=LONGEST_PAGE).contains(&limit) {
            return Err(Problem::unreadable(format!("limit is from 1 to {LONGEST_PAGE}.")));
        }
        let after = asked.cursor.map(|cursor| read(&cursor)).transpose()?;
        Ok(Self { limit, after })
    }
}

fn read(cursor: &str) -> Result<String, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Problem::unreadable("The cursor is none that a list gave."))
}

/// The name of the last one as clients get it.
pub(super) fn cursor(last: &str) -> String {
    URL_SAFE_NO_PAD.encode(last)
}

/// A part of a list, and what to ask for next.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    data: Vec<T>,
    /// What to send as `cursor` for those that follow; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// What was found, and the name of the last one if more follow.
    pub(super) fn new(data: Vec<T>, last: Option<&str>) -> Self {
        Self {
            data,
            next_cursor: last.map(cursor),
        }
    }

    /// A part of a whole list that is sorted by `name`.
    pub(super) fn of<I>(
        all: impl IntoIterator<Item = I>,
        paging: &Paging,
        name: impl Fn(&I) -> String,
        show: impl Fn(I) -> T,
    ) -> Self {
        let seen = |item: &I| paging.after.as_ref().is_some_and(|after| name(item) <= *after);
        let mut rest = all.into_iter().skip_while(seen).peekable();
        let mut data = Vec::new();
        let mut last = None;
        while data.len() < paging.limit {
            let Some(item) = rest.next() else { break };
            last = Some(name(&item));
            data.push(show(item));
        }
        let more = rest.peek().is_some();
        Self::new(data, last.as_deref().filter(|_| more))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: usize, cursor: Option<&str>) -> Page<u8> {
        let after = cursor.map(|cursor| read(cursor).unwrap());
        Page::of([1_u8, 2, 3], &Paging { limit, after }, u8::to_string, |it| it)
    }

    #[test]
    fn pages_follow_each_other_without_a_gap_or_a_repeat() {
        let first = page(2, None);
        assert_eq!(first.data, [1, 2]);
        let second = page(2, first.next_cursor.as_deref());
        assert_eq!((second.data, second.next_cursor), (vec![3], None));
    }

    #[test]
    fn the_last_page_says_so_even_when_it_is_full() {
        assert_eq!(page(3, None).next_cursor, None);
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for bad in ["%", "é", "_w"] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
