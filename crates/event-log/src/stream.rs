//! The name of a stream.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Longest stream name in bytes; it is part of an index key in both databases.
const MAX_BYTES: usize = 255;

/// The name of a stream, `category-id`: one consistency boundary, such as `wallet-0199…`.
///
/// The category is lower-case ASCII letters, digits and `_`, starting with a letter. The id is any
/// run of printable ASCII without spaces; it may itself contain `-`. At most 255 bytes together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StreamId(Arc<str>);

/// Why a text is not a stream name. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStreamId {
    /// The category is empty or holds something else than `[a-z][a-z0-9_]*`.
    #[error(
        "a stream's category is a lower-case letter followed by lower-case letters, digits or underscores"
    )]
    Category,
    /// The id is empty or holds a space, a control character or something outside ASCII.
    #[error("a stream's id is one or more printable ASCII characters without spaces")]
    Id,
    /// There is no `-` between a category and an id.
    #[error("a stream is named category-id")]
    NoDash,
    /// Longer than 255 bytes.
    #[error("a stream's name has at most {MAX_BYTES} bytes")]
    TooLong,
}

impl StreamId {
    /// The stream `category-id`.
    pub fn new(category: &str, id: impl fmt::Display) -> Result<Self, InvalidStreamId> {
        let id = id.to_string();
        check(category, &id)?;
        Ok(Self(format!("{category}-{id}").into()))
    }

    /// What precedes the first `-`: the kind of aggregate.
    #[must_use]
    pub fn category(&self) -> &str {
        self.0.split_once('-').map_or(&*self.0, |(category, _)| category)
    }

    /// What follows the first `-`: the aggregate's id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.split_once('-').map_or("", |(_, id)| id)
    }

    /// The whole name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(category: &str, id: &str) -> Result<(), InvalidStreamId> {
    let mut letters = category.bytes();
    let starts_well = letters.next().is_some_and(|b| b.is_ascii_lowercase());
    if !starts_well || !letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return Err(InvalidStreamId::Category);
    }
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(InvalidStreamId::Id);
    }
    if category.len() + 1 + id.len() > MAX_BYTES {
        return Err(InvalidStreamId::TooLong);
    }
    Ok(())
}

impl FromStr for StreamId {
    type Err = InvalidStreamId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (category, id) = text.split_once('-').ok_or(InvalidStreamId::NoDash)?;
        check(category, id)?;
        Ok(Self(text.into()))
    }
}

impl TryFrom<String> for StreamId {
    type Error = InvalidStreamId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<StreamId> for String {
    fn from(stream: StreamId) -> Self {
        stream.0.as_ref().to_owned()
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_dash_separates_category_and_id() {
        let stream = StreamId::new("wallet", "a-b").unwrap();
        assert_eq!((stream.category(), stream.id()), ("wallet", "a-b"));
        assert_eq!(stream.as_str().parse::<StreamId>().unwrap(), stream);
    }

    #[test]
    fn names_that_would_read_back_differently_are_refused() {
        assert_eq!(StreamId::new("Wallet", "1"), Err(InvalidStreamId::Category));
        assert_eq!(StreamId::new("wal-let", "1"), Err(InvalidStreamId::Category));
        assert_eq!(StreamId::new("", "1"), Err(InvalidStreamId::Category));
        assert_eq!(StreamId::new("wallet", ""), Err(InvalidStreamId::Id));
        assert_eq!(StreamId::new("wallet", "a b"), Err(InvalidStreamId::Id));
        assert_eq!(StreamId::new("wallet", "a\0"), Err(InvalidStreamId::Id));
        assert_eq!(StreamId::new("wallet", "é"), Err(InvalidStreamId::Id));
        assert_eq!(
            StreamId::new("wallet", "x".repeat(249)),
            Err(InvalidStreamId::TooLong)
        );
        assert_eq!("wallet".parse::<StreamId>(), Err(InvalidStreamId::NoDash));
    }
}
