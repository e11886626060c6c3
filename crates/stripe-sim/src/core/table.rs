//! Rows in the order they were made, found by id.

use std::collections::HashMap;

use serde_json::Value;

/// Something with an id that Stripe renders as a JSON object.
pub(crate) trait Object {
    /// The value of `object`.
    const NAME: &'static str;

    fn id(&self) -> &str;

    /// Unix time, seconds.
    fn created(&self) -> i64;

    /// The object as the API shows it, nothing expanded.
    fn render(&self, now: i64) -> Value;
}

#[derive(Debug)]
pub(crate) struct Table<T> {
    rows: Vec<Option<T>>,
    by_id: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            by_id: HashMap::new(),
        }
    }
}

impl<T: Object> Table<T> {
    pub(crate) fn insert(&mut self, row: T) {
        self.by_id.insert(row.id().to_owned(), self.rows.len());
        self.rows.push(Some(row));
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.rows.get(*self.by_id.get(id)?)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.rows.get_mut(*self.by_id.get(id)?)?.as_mut()
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<T> {
        let place = self.by_id.remove(id)?;
        self.rows.get_mut(place)?.take()
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.rows.iter().flatten()
    }

    pub(crate) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.rows.iter_mut().flatten()
    }

    /// Where a row stands among all ever made; later rows stand higher.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Rows with their places, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = (usize, &T)> {
        self.rows
            .iter()
            .enumerate()
            .rev()
            .filter_map(|(place, row)| Some((place, row.as_ref()?)))
    }
}
