//! From a stay to its price.

use chrono::{DateTime, Utc};

use super::{
    calculation::{Calculation, Charged, Line, Maximum},
    clock::{Clock, Slice, Source, minutes_begun},
    purse::{Held, Purse},
    refusal::TariffRefusal,
    terms::{DayKind, Price, Tariff, Tier},
};

/// Minutes in 24 hours.
const DAY: u32 = 1_440;

impl Tariff {
    /// What a stay costs. The same stay always costs the same: a quote is the bill.
    ///
    /// The work grows with the number of times that the price changes in the stay, not with its minutes, and the stay's
    /// length is limited.
    pub fn price(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Calculation, TariffRefusal> {
        let minutes = minutes_begun(end - start).ok_or(TariffRefusal::EndsBeforeStart)?;
        let longest_minutes = self.longest_minutes();
        let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
        if minutes > longest_minutes {
            return Err(TariffRefusal::TooLong { longest_minutes });
        }
        let mut walk = Walk {
            tariff: self,
            clock: Clock::new(self, start),
            purse: Purse::new(self),
            minutes,
            end,
            lines: Vec::new(),
            open: None,
        };
        walk.go()?;
        Ok(Calculation::of(walk.lines, self.currency, self.tax)?)
    }

    /// The price of a period or an event, and whether the maxima of day and stay hold it down.
    fn price_of(&self, source: Source) -> Option<(&Price, bool, Charged)> {
        match source {
            Source::Period(place) => self.periods.get(place).map(|it| {
                let name = it.name.clone();
                (&it.price, true, Charged::Period { name })
            }),
            Source::Event(place) => self.events.get(place).map(|it| {
                let name = it.name.clone();
                (&it.price, !it.beyond_maxima, Charged::Event { name })
            }),
        }
    }
}

impl Price {
    /// The tier at so many minutes of a stretch, and at which minute of the stretch it ends.
    fn tier_at(&self, minute: u32) -> Option<(Tier, u32)> {
        let mut begins = 0_u32;
        for tier in &self.tiers {
            let ends = tier
                .minutes
                .map_or(u32::MAX, |minutes| begins.saturating_add(minutes));
            if minute < ends {
                return Some((*tier, ends));
            }
            begins = ends;
        }
        None
    }
}

/// A stretch as far as it has been charged, and the line that is being written.
struct Open {
    source: Source,
    /// The day that the stretch is bound to, if each day begins a new one.
    bound_to: Option<i64>,
    /// The minute at which the stretch began.
    began: u32,
    /// What it cost so far, before the maxima of day and stay.
    spent: i64,
    /// The day that the line belongs to.
    day: i64,
    /// The minute at which the line begins.
    line_began: u32,
    charged: Charged,
    intervals: u32,
    held: Held,
}

struct Walk<'t> {
    tariff: &'t Tariff,
    clock: Clock<'t>,
    purse: Purse,
    minutes: u32,
    end: DateTime<Utc>,
    lines: Vec<Line>,
    open: Option<Open>,
}

impl Walk<'_> {
    fn go(&mut self) -> Result<(), TariffRefusal> {
        let Some(mut minute) = self.begin()? else {
            return Ok(());
        };
        let mut slice = self.clock.slice(minute)?;
        self.enter(minute, &slice)?;
        while minute < self.minutes {
            if minute >= slice.until {
                slice = self.clock.slice(minute)?;
            }
            minute = self.step(minute, &slice)?;
        }
        self.close(self.minutes)
    }

    /// The first minute that is paid for, if any is.
    fn begin(&mut self) -> Result<Option<u32>, TariffRefusal> {
        let (free, charged_after_all) = self
            .tariff
            .free
            .map_or((0, false), |free| (free.minutes, free.charged_when_exceeded));
        let is_free = self.minutes <= free;
        let first = match charged_after_all && !is_free {
            true => 0,
            false => free.min(self.minutes),
        };
        if first > 0 {
            let held = Held::nothing();
            self.write(Charged::Free, 0, first, 0, held)?;
        }
        Ok((!is_free).then_some(first))
    }

    /// Charges for staying at all.
    fn enter(&mut self, minute: u32, slice: &Slice) -> Result<(), TariffRefusal> {
        if self.tariff.flat == 0 {
            return Ok(());
        }
        let (day, _) = self.day(minute, slice);
        let asked = Held {
            amount: self.tariff.flat,
            by: None,
        };
        let held = self.purse.charge(asked, day);
        self.write(Charged::Entry, minute, minute, 0, held)
    }

    /// Charges what begins at a minute, as much of it as is alike at once, and gives the next minute that has to be paid.
    fn step(&mut self, minute: u32, slice: &Slice) -> Result<u32, TariffRefusal> {
        let (day, day_ends) = self.day(minute, slice);
        let tariff = self.tariff;
        let (price, is_held, charged) = tariff.price_of(slice.source).ok_or(TariffRefusal::Unpriced)?;
        let restarts = tariff.day_maximum.is_some_and(|maximum| maximum.restarts);
        let bound_to = restarts.then_some(day);
        let before = match &self.open {
            Some(open) if open.source == slice.source && open.bound_to == bound_to => {
                Some((open.began, open.spent, open.day == day))
            }
            _ => None,
        };
        let (began, spent) = before.map_or((minute, 0), |(began, spent, _)| (began, spent));
        let horizon = self.minutes.min(slice.until).min(day_ends);
        let (next, intervals, by_time) = match price.tier_at(minute - began) {
            None => (horizon, 0, 0),
            Some((tier, ends)) => begun(tier, minute, horizon.min(began.saturating_add(ends)))?,
        };
        let flat = if before.is_none() { price.flat } else { 0 };
        let asked = Held {
            amount: flat.checked_add(by_time).ok_or(TariffRefusal::OutOfRange)?,
            by: None,
        };
        let asked = asked.within(price.maximum, spent, Maximum::Stretch);
        let held = match is_held {
            true => self.purse.charge(asked, day),
            false => asked,
        };
        if before.is_none_or(|(_, _, is_same_day)| !is_same_day) {
            self.close(minute)?;
            self.open = Some(Open {
                source: slice.source,
                bound_to,
                began,
                spent,
                day,
                line_began: minute,
                charged,
                intervals: 0,
                held: Held::nothing(),
            });
        }
        if let Some(open) = &mut self.open {
            open.spent = open.spent.saturating_add(asked.amount);
            open.intervals = open.intervals.saturating_add(intervals);
            open.held = open.held.and(held);
        }
        Ok(next)
    }

    /// The day that a minute belongs to, and the first minute after it.
    fn day(&self, minute: u32, slice: &Slice) -> (i64, u32) {
        match self.tariff.day_maximum.map(|maximum| maximum.day) {
            None => (0, u32::MAX),
            Some(DayKind::Calendar) => (i64::from(slice.date), slice.until),
            Some(DayKind::FromEntry) => {
                let day = minute / DAY;
                (i64::from(day), (day + 1).saturating_mul(DAY))
            }
        }
    }

    /// Writes the line that is open, which reaches to a minute.
    fn close(&mut self, minute: u32) -> Result<(), TariffRefusal> {
        match self.open.take() {
            Some(open) => self.write(open.charged, open.line_began, minute, open.intervals, open.held),
            None => Ok(()),
        }
    }

    fn write(
        &mut self,
        charged: Charged,
        from: u32,
        until: u32,
        intervals: u32,
        held: Held,
    ) -> Result<(), TariffRefusal> {
        let until = until.min(self.minutes);
        self.lines.push(Line {
            charged,
            from: self.clock.moment(from)?.min(self.end),
            until: self.clock.moment(until)?.min(self.end),
            minutes: until - from.min(until),
            intervals,
            amount: held.amount,
            tax: 0,
            maximum: held.by,
        });
        Ok(())
    }
}

/// The intervals of a tier that begin at a minute or after it and before the horizon: the first minute that they leave
/// unpaid, how many they are, and what they cost.
fn begun(tier: Tier, minute: u32, horizon: u32) -> Result<(u32, u32, i64), TariffRefusal> {
    let every = tier.every_minutes.max(1);
    let intervals = (horizon - minute).div_ceil(every);
    let next = intervals
        .checked_mul(every)
        .and_then(|length| minute.checked_add(length))
        .ok_or(TariffRefusal::OutOfRange)?;
    let cost = i64::from(intervals)
        .checked_mul(tier.price)
        .ok_or(TariffRefusal::OutOfRange)?;
    Ok((next, intervals, cost))
}
