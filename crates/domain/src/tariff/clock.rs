//! The minutes of a stay on the local clock: which of them have the same price and the same date.

use chrono::{DateTime, Datelike, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike, Utc};

use super::{
    refusal::TariffRefusal,
    terms::Tariff,
    week::{DAY_MINUTES, Week, WeekMinute},
};

const DAY_SECONDS: u32 = 86_400;

/// What prices a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A period, by its place in the tariff.
    Period(usize),
    /// An event, by its place in the tariff.
    Event(usize),
}

/// Minutes of a stay one after the other that have one price and one local date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) source: Source,
    /// The local date, as a number of days.
    pub(super) date: i32,
    /// The first minute after them, counted from the beginning of the stay.
    pub(super) until: u32,
}

/// The local clock over a stay.
pub(super) struct Clock<'t> {
    tariff: &'t Tariff,
    start: DateTime<Utc>,
    week: Week,
    /// Places of the events, in the order of time.
    events: Vec<usize>,
}

/// Minutes of a time, a started one as a whole one; none if it is negative or longer than any clock goes.
pub(crate) fn minutes_begun(time: TimeDelta) -> Option<u64> {
    let seconds = u64::try_from(time.num_seconds()).ok()?;
    let beyond = u64::from(time.subsec_nanos() > 0);
    (time >= TimeDelta::zero()).then(|| (seconds + beyond).div_ceil(60))
}

impl<'t> Clock<'t> {
    pub(super) fn new(tariff: &'t Tariff, start: DateTime<Utc>) -> Self {
        let mut events: Vec<usize> = (0..tariff.events.len()).collect();
        events.sort_by_key(|place| tariff.events.get(*place).map(|event| event.from));
        Self {
            tariff,
            start,
            week: Week::of(&tariff.periods),
            events,
        }
    }

    /// The moment at which a minute of the stay begins.
    pub(super) fn moment(&self, minute: u32) -> Result<DateTime<Utc>, TariffRefusal> {
        TimeDelta::try_minutes(i64::from(minute))
            .and_then(|passed| self.start.checked_add_signed(passed))
            .ok_or(TariffRefusal::OutOfRange)
    }

    /// The slice that a minute begins, no longer than to the end of its local date.
    ///
    /// Where clocks are changed within it, it ends there and the next one is read off the changed clock. No zone ever
    /// changed its clocks twice within one date.
    pub(super) fn slice(&self, minute: u32) -> Result<Slice, TariffRefusal> {
        let at = self.moment(minute)?;
        let (offset, local) = self.local(at)?;
        let second_of_day = local.num_seconds_from_midnight();
        let minute_of_day = u16::try_from(second_of_day / 60).unwrap_or(DAY_MINUTES - 1);
        let (period, unchanged_until) = self.week.at(WeekMinute::of(local.weekday(), minute_of_day));
        let midnight = WeekMinute::of(local.weekday(), 0);
        let change = u32::from(unchanged_until.saturating_sub(midnight.0)) * 60;
        let seconds = change.min(DAY_SECONDS).saturating_sub(second_of_day);
        let mut until = minute.saturating_add(seconds.div_ceil(60).max(1));
        until = self.unchanged_clocks(minute, until, offset)?;
        let (event, event_change) = self.event_at(at);
        if let Some(change) = event_change {
            let length = minutes_begun(change - at).and_then(|minutes| u32::try_from(minutes).ok());
            until = until.min(minute.saturating_add(length.unwrap_or(u32::MAX).max(1)));
        }
        let source = event.map(Source::Event).or(period.map(Source::Period));
        Ok(Slice {
            source: source.ok_or(TariffRefusal::Unpriced)?,
            date: local.num_days_from_ce(),
            until,
        })
    }

    fn local(&self, at: DateTime<Utc>) -> Result<(i32, NaiveDateTime), TariffRefusal> {
        let utc = at.naive_utc();
        let offset = self.tariff.zone.offset_from_utc_datetime(&utc).fix();
        let local = utc.checked_add_offset(offset).ok_or(TariffRefusal::OutOfRange)?;
        Ok((offset.local_minus_utc(), local))
    }

    /// The first minute after `minute`, and at most `until`, by which clocks were changed.
    fn unchanged_clocks(&self, minute: u32, until: u32, offset: i32) -> Result<u32, TariffRefusal> {
        let is_same = |minute| Ok::<_, TariffRefusal>(self.local(self.moment(minute)?)?.0 == offset);
        if is_same(until)? {
            return Ok(until);
        }
        let (mut same, mut changed) = (minute, until);
        while changed - same > 1 {
            let middle = same + (changed - same) / 2;
            if is_same(middle)? {
                same = middle;
            } else {
                changed = middle;
            }
        }
        Ok(changed)
    }

    /// The event at a moment, and when it is over; or when the next begins.
    fn event_at(&self, at: DateTime<Utc>) -> (Option<usize>, Option<DateTime<Utc>>) {
        let events = &self.tariff.events;
        let begins = |place: &usize| events.get(*place).map(|event| event.from);
        let next = self
            .events
            .partition_point(|place| begins(place).is_some_and(|from| from <= at));
        let current = next
            .checked_sub(1)
            .and_then(|last| self.events.get(last))
            .copied();
        let current = current.and_then(|place| Some((place, events.get(place)?.until)));
        match current.filter(|(_, until)| at < *until) {
            Some((place, until)) => (Some(place), Some(until)),
            None => (None, self.events.get(next).and_then(begins)),
        }
    }
}
