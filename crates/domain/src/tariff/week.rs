//! Which period applies at which minute of the week.

use std::fmt;

use chrono::Weekday;

use super::terms::{Period, WeekTimes};

/// Minutes of a day on a clock that nobody changes.
pub(super) const DAY_MINUTES: u16 = 1_440;

const WEEK_MINUTES: u16 = 7 * DAY_MINUTES;

/// A minute of the week on the local clock, from Monday's midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeekMinute(pub(super) u16);

/// What is between two minutes of the week, and which period it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) from: u16,
    pub(super) until: u16,
    pub(super) period: usize,
}

/// The week of a tariff.
pub(super) struct Week {
    /// By their beginnings.
    pub(super) spans: Vec<Span>,
    /// The period that applies outside of all spans.
    pub(super) base: Option<usize>,
}

impl WeekMinute {
    pub(super) fn of(day: Weekday, minute: u16) -> Self {
        let days = u16::try_from(day.num_days_from_monday()).unwrap_or_default();
        Self((days * DAY_MINUTES).saturating_add(minute) % WEEK_MINUTES)
    }
}

impl fmt::Display for WeekMinute {
    /// `Mon 08:00`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = Weekday::try_from(u8::try_from(self.0 / DAY_MINUTES % 7).unwrap_or_default());
        let minute = self.0 % DAY_MINUTES;
        match day {
            Ok(day) => write!(f, "{day} {:02}:{:02}", minute / 60, minute % 60),
            Err(_) => Err(fmt::Error),
        }
    }
}

impl Week {
    /// The week of some periods. Times that no clock shows are left out.
    pub(super) fn of(periods: &[Period]) -> Self {
        let mut spans = Vec::new();
        for (period, it) in periods.iter().enumerate() {
            it.times.iter().for_each(|times| take(&mut spans, times, period));
        }
        spans.sort_unstable();
        Self {
            spans,
            base: periods.iter().position(|it| it.times.is_empty()),
        }
    }

    /// The period at a minute of the week, and the minute up to which nothing changes.
    pub(super) fn at(&self, minute: WeekMinute) -> (Option<usize>, u16) {
        let next = self.spans.partition_point(|span| span.from <= minute.0);
        let current = next.checked_sub(1).and_then(|last| self.spans.get(last));
        if let Some(span) = current.filter(|span| minute.0 < span.until) {
            return (Some(span.period), span.until);
        }
        let until = self.spans.get(next).map_or(WEEK_MINUTES, |span| span.from);
        (self.base, until)
    }

    /// Stretches of the week without a period.
    pub(super) fn gaps(&self) -> Vec<(WeekMinute, WeekMinute)> {
        if self.base.is_some() {
            return Vec::new();
        }
        let mut gaps = Vec::new();
        let mut covered = 0;
        for span in &self.spans {
            if span.from > covered {
                gaps.push((WeekMinute(covered), WeekMinute(span.from)));
            }
            covered = covered.max(span.until);
        }
        if covered < WEEK_MINUTES {
            gaps.push((WeekMinute(covered), WeekMinute(0)));
        }
        gaps
    }

    /// Where a span begins before an earlier one is over: the two periods, and from when to when.
    pub(super) fn overlaps(&self) -> Vec<(Span, Span)> {
        let mut found = Vec::new();
        let mut longest: Option<Span> = None;
        for span in &self.spans {
            if let Some(earlier) = longest.filter(|earlier| span.from < earlier.until) {
                found.push((earlier, *span));
            }
            if longest.is_none_or(|earlier| span.until > earlier.until) {
                longest = Some(*span);
            }
        }
        found
    }

    /// Whether the spans leave nothing for a period without times.
    pub(super) fn is_full(&self) -> bool {
        let without_base = Self {
            spans: self.spans.clone(),
            base: None,
        };
        without_base.gaps().is_empty()
    }
}

/// The spans of one entry, those that run over the end of the week in two parts.
fn take(spans: &mut Vec<Span>, times: &WeekTimes, period: usize) {
    if times.from_minute >= DAY_MINUTES || times.until_minute > DAY_MINUTES {
        return;
    }
    let length = if times.until_minute > times.from_minute {
        times.until_minute - times.from_minute
    } else {
        DAY_MINUTES - times.from_minute + times.until_minute
    };
    for day in &times.days {
        let WeekMinute(from) = WeekMinute::of(*day, times.from_minute);
        let until = from + length;
        spans.push(Span {
            from,
            until: until.min(WEEK_MINUTES),
            period,
        });
        if until > WEEK_MINUTES {
            spans.push(Span {
                from: 0,
                until: until - WEEK_MINUTES,
                period,
            });
        }
    }
}
