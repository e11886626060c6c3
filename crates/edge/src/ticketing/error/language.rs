//! The languages in which errors are told.

use super::{ErrorCode, english, spanish};

/// A language that every message is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The default, as `Accept-Language` has it.
    #[default]
    English,
    /// `es`
    Spanish,
}

impl Language {
    /// The first of the wanted languages (lower-case tags, most wanted first) that there is.
    #[must_use]
    pub fn of(wanted: &[String]) -> Self {
        wanted
            .iter()
            .find_map(|tag| match tag.split('-').next() {
                Some("en") => Some(Self::English),
                Some("es") => Some(Self::Spanish),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// What a rider can be shown for a code.
    #[must_use]
    pub const fn message(self, code: ErrorCode) -> &'static str {
        match self {
            Self::English => english::message(code.shown()),
            Self::Spanish => spanish::message(code.shown()),
        }
    }
}
