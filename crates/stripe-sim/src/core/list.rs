//! Lists: newest first, cursors by id, `has_more`: <https://docs.stripe.com/api/pagination>.

use serde_json::{Value, json};

use super::error::ApiError;
use super::params::{Node, Params};
use super::table::{Object, Table};

const USUAL: usize = 10;
const MOST: i64 = 100;

/// Where a page starts and how long it is.
pub(crate) struct Page {
    limit: usize,
    /// Only rows made before this place.
    before: Option<usize>,
    /// Only rows made after this place, the nearest ones.
    after: Option<usize>,
}

/// How long a page is to be.
pub(crate) fn limit(params: &Params) -> Result<usize, ApiError> {
    match params.int("limit") {
        None => Ok(USUAL),
        Some(limit @ 1..=MOST) => Ok(usize::try_from(limit).unwrap_or(USUAL)),
        Some(_) => Err(ApiError::invalid("Invalid integer: must be between 1 and 100")
            .code("parameter_invalid_integer")
            .param("limit")),
    }
}

impl Page {
    /// Read the paging parameters; `place` finds a row by id.
    pub(crate) fn read(
        params: &Params,
        noun: &str,
        place: impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, ApiError> {
        let cursor = |name: &str| match params.text(name) {
            None => Ok(None),
            Some(id) => place(id)
                .map(Some)
                .ok_or_else(|| ApiError::missing(noun, id, name)),
        };
        let (before, after) = (cursor("starting_after")?, cursor("ending_before")?);
        if before.is_some() && after.is_some() {
            return Err(ApiError::invalid(
                "You can only specify one of these parameters: starting_after, ending_before.",
            ));
        }
        Ok(Self {
            limit: limit(params)?,
            before,
            after,
        })
    }

    /// Cut the page out of rows that come newest first with their places.
    pub(crate) fn cut<T>(&self, rows: impl Iterator<Item = (usize, T)>) -> (Vec<T>, bool) {
        let fits = |place: usize| {
            self.before.is_none_or(|before| place < before) && self.after.is_none_or(|after| place > after)
        };
        let mut fitting = rows.filter(|(place, _)| fits(*place)).map(|(_, row)| row);
        if self.after.is_none() {
            let page: Vec<T> = fitting.by_ref().take(self.limit).collect();
            return (page, fitting.next().is_some());
        }
        // Going backwards: the rows nearest to the cursor, still newest first.
        let mut all: Vec<T> = fitting.collect();
        let surplus = all.len().saturating_sub(self.limit);
        (all.split_off(surplus), surplus > 0)
    }
}

/// A list object.
pub(crate) fn envelope(url: &str, data: Vec<Value>, has_more: bool) -> Value {
    let mut list = serde_json::Map::new();
    list.insert("object".to_owned(), json!("list"));
    list.insert("url".to_owned(), json!(url));
    list.insert("has_more".to_owned(), json!(has_more));
    list.insert("data".to_owned(), Value::Array(data));
    Value::Object(list)
}

/// One page of a table's rows that pass a filter.
pub(crate) fn page<T: Object>(
    params: &Params,
    table: &Table<T>,
    url: &str,
    now: i64,
    wanted: impl Fn(&T) -> bool,
) -> Result<Value, ApiError> {
    let page = Page::read(params, T::NAME, |id| table.place(id))?;
    let created = CreatedFilter::read(params, "created");
    let rows = table
        .newest_first()
        .filter(|(_, row)| created.fits(row.created()) && wanted(row));
    let (rows, has_more) = page.cut(rows);
    Ok(envelope(
        url,
        rows.into_iter().map(|row| row.render(now)).collect(),
        has_more,
    ))
}

/// `created=…` or `created[gte]=…`.
pub(crate) struct CreatedFilter {
    least: i64,
    most: i64,
}

impl CreatedFilter {
    pub(crate) fn read(params: &Params, name: &str) -> Self {
        let bound = |relation: &str| params.int(&format!("{name}.{relation}"));
        if let Some(Node::Text(_)) = params.at(name) {
            let exact = params.int(name).unwrap_or_default();
            return Self {
                least: exact,
                most: exact,
            };
        }
        let least = bound("gte")
            .unwrap_or(i64::MIN)
            .max(bound("gt").map_or(i64::MIN, |it| it.saturating_add(1)));
        let most = bound("lte")
            .unwrap_or(i64::MAX)
            .min(bound("lt").map_or(i64::MAX, |it| it.saturating_sub(1)));
        Self { least, most }
    }

    pub(crate) fn fits(&self, created: i64) -> bool {
        (self.least..=self.most).contains(&created)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::params::decode;

    fn cut(form: &str) -> (Vec<usize>, bool) {
        let params = Params(decode(&[form]).unwrap());
        let page = Page::read(&params, "row", |id| id.parse().ok()).unwrap();
        page.cut((0..25).rev().map(|place| (place, place)))
    }

    #[test]
    fn pages_go_newest_first_and_say_whether_there_is_more() {
        assert_eq!(cut(""), ((15..25).rev().collect(), true));
        assert_eq!(cut("starting_after=15"), ((5..15).rev().collect(), true));
        assert_eq!(cut("starting_after=5"), ((0..5).rev().collect(), false));
    }

    #[test]
    fn going_backwards_gives_the_rows_nearest_to_the_cursor() {
        assert_eq!(cut("ending_before=5&limit=3"), (vec![8, 7, 6], true));
        assert_eq!(cut("ending_before=22"), (vec![24, 23], false));
    }

    #[test]
    fn a_page_is_at_most_a_hundred_long_and_cursors_exclude_each_other() {
        for form in ["limit=0", "limit=101"] {
            assert!(limit(&Params(decode(&[form]).unwrap())).is_err());
        }
        let both = Params(decode(&["starting_after=1&ending_before=2"]).unwrap());
        assert!(Page::read(&both, "row", |_| Some(1)).is_err());
    }

    #[test]
    fn created_can_be_bounded_on_both_sides() {
        let filter = CreatedFilter::read(
            &Params(decode(&["created[gt]=5&created[lte]=9"]).unwrap()),
            "created",
        );
        assert_eq!(
            (0..12).filter(|at| filter.fits(*at)).collect::<Vec<i64>>(),
            [6, 7, 8, 9]
        );
    }
}
