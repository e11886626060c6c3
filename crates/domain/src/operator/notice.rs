//! What an operator announces: service alerts and fare-free periods.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{NoticeId, catalog::TimeRange, text::Text};

/// What a service alert does to sales (ticketing API, "ServiceAlert effects").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertEffect {
    /// Nobody needs a fare, so none is sold.
    FareFree,
    /// Nothing.
    OtherEffect,
}

/// Something riders should know now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAlert {
    /// Its handle.
    pub id: NoticeId,
    /// Its headline.
    pub header: Text,
    /// Its body.
    pub description: Text,
    /// What it does to sales.
    pub effect: AlertEffect,
    /// When it is shown.
    pub active: TimeRange,
}

/// A time in which riding is free and nothing is sold or activated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FareFreePeriod {
    /// Its handle.
    pub id: NoticeId,
    /// What riders are told, in a headline; without it, that riding is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Text>,
    /// What riders are told besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// When.
    pub active: TimeRange,
}

/// An announcement and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Announced<T> {
    pub(super) notice: T,
    #[serde(default)]
    pub(super) withdrawn_at: Option<DateTime<Utc>>,
}

impl<T> Announced<T> {
    pub(super) const fn new(notice: T) -> Self {
        Self {
            notice,
            withdrawn_at: None,
        }
    }

    pub(super) const fn stands(&self) -> bool {
        self.withdrawn_at.is_none()
    }
}

/// Whether a range has room for a moment at all.
pub(super) fn is_possible(range: &TimeRange) -> bool {
    range.start.zip(range.end).is_none_or(|(start, end)| start < end)
}
