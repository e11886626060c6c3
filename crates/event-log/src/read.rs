//! What to read, and what can go wrong.

/// Which events a reader wants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Filter {
    /// Every event.
    #[default]
    All,
    /// Events of streams in these categories; found by index, however long the log is.
    Categories(Vec<String>),
}

impl Filter {
    /// Events of streams in these categories.
    pub fn categories<S: Into<String>>(categories: impl IntoIterator<Item = S>) -> Self {
        Self::Categories(categories.into_iter().map(Into::into).collect())
    }
}

/// Why reading failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The database could not be used; safe to retry.
    #[error("the log is unavailable: {0}")]
    Unavailable(String),
    /// The database refuses, and will until somebody puts it right.
    #[error("the log's database refuses: {0}")]
    Refused(String),
    /// A stored row is not what this program writes: somebody else did, or the file is damaged.
    #[error("the log holds an unreadable row: {0}")]
    Corrupt(String),
}
