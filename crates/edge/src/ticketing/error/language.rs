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
    /// The most wanted language (see [`domain::text`]) that there is.
    #[must_use]
    pub fn of(wanted: &[String]) -> Self {
        match domain::text::choose(wanted, &[Self::English.tag(), Self::Spanish.tag()]) {
            Some("es") => Self::Spanish,
            _ => Self::English,
        }
    }

    /// As `Content-Language` names it.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
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
