//! The end of a pass's use, and of the ticket it shows meanwhile.

use chrono::{DateTime, Days, Months, TimeDelta, Utc};

use super::service_day::{service_day_end, service_day_of, start_of};
use crate::catalog::{ServiceCalendar, Validity};

const MINUTES_PER_DAY: i64 = 1_440;

/// When the use of a pass first activated at `activated_at` ends for good. None where the validity is of no length,
/// or where its end cannot be represented.
///
/// A duration is real minutes. Service days run to the end of the last of them. Calendar months run to the beginning
/// of the service day of the same date so many months on, or of the last day of a month that has no such date.
#[must_use]
pub fn ends_at(
    validity: Validity,
    calendar: ServiceCalendar,
    activated_at: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    match validity {
        Validity::Duration { minutes: 0 }
        | Validity::ServiceDays { days: 0 }
        | Validity::CalendarMonths { months: 0 } => None,
        Validity::Duration { minutes } => {
            activated_at.checked_add_signed(TimeDelta::try_minutes(i64::from(minutes))?)
        }
        Validity::ServiceDays { days } => end_of_days(calendar, activated_at, u64::from(days)),
        Validity::CalendarMonths { months } => {
            let first = service_day_of(calendar, activated_at)?;
            start_of(calendar, first.checked_add_months(Months::new(months))?)
        }
    }
}

/// When a ticket shown from `at` on goes stale and the pass must be activated again: with the service day, and at the
/// latest when the pass ends (ticketing API, "Pass Statuses").
#[must_use]
pub fn ticket_expires_at(
    calendar: ServiceCalendar,
    at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    Some(service_day_end(calendar, at)?.min(ends_at))
}

/// The end of the `days`-th service day, where a date that the zone left out is not counted: nobody could ride on it.
fn end_of_days(calendar: ServiceCalendar, at: DateTime<Utc>, days: u64) -> Option<DateTime<Utc>> {
    let first = service_day_of(calendar, at)?;
    let last = first.checked_add_days(Days::new(days))?;
    let end = start_of(calendar, last)?;
    let on_the_wall = i64::try_from(days).ok()?.checked_mul(MINUTES_PER_DAY)?;
    let really = end
        .signed_duration_since(start_of(calendar, first)?)
        .num_minutes();
    // Summer time makes up minutes to hours, a date left out a whole day: rounding tells them apart.
    let left_out = (on_the_wall - really + MINUTES_PER_DAY / 2).div_euclid(MINUTES_PER_DAY);
    match u64::try_from(left_out) {
        Ok(left_out @ 1..) => start_of(calendar, last.checked_add_days(Days::new(left_out))?),
        _ => Some(end),
    }
}
