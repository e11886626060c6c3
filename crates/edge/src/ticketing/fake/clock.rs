//! Moments, counted from now in the zone of the published examples.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::{America::Los_Angeles, Tz};
use engine::{Host, SystemHost};

use crate::ticketing::view;

/// The zone of Big Blue Bus.
const ZONE: Tz = Los_Angeles;

/// The moment at which an answer is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock(DateTime<Utc>);

impl Clock {
    /// Now.
    pub(super) fn now() -> Self {
        Self(SystemHost.now())
    }

    /// Some other moment.
    #[cfg(test)]
    pub(super) const fn at(moment: DateTime<Utc>) -> Self {
        Self(moment)
    }

    /// So many hours from now, or ago if negative.
    pub(super) fn in_hours(self, hours: i64) -> String {
        view::local(self.0 + TimeDelta::hours(hours), ZONE)
    }

    /// The beginning of the day after so many days.
    pub(super) fn midnight_in(self, days: u64) -> String {
        let day = self.0.with_timezone(&ZONE).date_naive() + Days::new(days);
        let midnight = ZONE.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
        // Los Angeles changes its clocks at two in the morning, so that there is always a midnight.
        view::local(midnight.map_or(self.0, |at| at.to_utc()), ZONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(text: &str) -> Clock {
        Clock::at(text.parse().unwrap())
    }

    #[test]
    fn moments_are_told_in_the_agencys_zone() {
        let printed = clock("2020-03-14T23:57:25.831410Z");
        assert_eq!(printed.in_hours(2), "2020-03-14T18:57:25.831410-07:00");
        assert_eq!(printed.in_hours(-24), "2020-03-13T16:57:25.831410-07:00");
        assert_eq!(printed.midnight_in(2), "2020-03-16T00:00:00-07:00");
    }

    #[test]
    fn midnight_is_midnight_when_clocks_change() {
        let eve = clock("2020-03-08T07:30:00Z");
        assert_eq!(eve.in_hours(0), "2020-03-07T23:30:00-08:00");
        assert_eq!(eve.midnight_in(1), "2020-03-08T00:00:00-08:00");
        assert_eq!(eve.midnight_in(2), "2020-03-09T00:00:00-07:00");
    }
}
