//! The days, weeks and months in which fares are capped.

use chrono::{DateTime, Datelike, Days, Months, Utc};
use serde::{Deserialize, Serialize};

use super::service_day::{service_day_of, start_of};
use crate::catalog::{CapPeriod, ServiceCalendar};

const DAYS_PER_WEEK: u64 = 7;

/// A stretch of time, from its first moment to the first after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its first moment.
    pub from: DateTime<Utc>,
    /// The first moment after it.
    pub until: DateTime<Utc>,
}

impl Period {
    /// Whether a moment is in it.
    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.until
    }
}

/// The service day, the week of service days from Monday, or the month of service days that a moment belongs to. None
/// where its ends cannot be represented.
#[must_use]
pub fn period_of(period: CapPeriod, calendar: ServiceCalendar, at: DateTime<Utc>) -> Option<Period> {
    let day = service_day_of(calendar, at)?;
    let (first, after) = match period {
        CapPeriod::ServiceDay => (day, day.succ_opt()?),
        CapPeriod::ServiceWeek => {
            let since_monday = u64::from(day.weekday().num_days_from_monday());
            let monday = day.checked_sub_days(Days::new(since_monday))?;
            (monday, monday.checked_add_days(Days::new(DAYS_PER_WEEK))?)
        }
        CapPeriod::CalendarMonth => {
            let first = day.with_day(1)?;
            (first, first.checked_add_months(Months::new(1))?)
        }
    };
    Some(Period {
        from: start_of(calendar, first)?,
        until: start_of(calendar, after)?,
    })
}
