//! Service days: from one cut-off on the operator's clocks to the next.
//!
//! Clocks change, so the local time of a cut-off may not exist, or exist twice. Either way the later reading counts, in
//! the rider's favour: a cut-off that exists twice is the second of the two, and one that does not exist is read as if
//! the clocks had not been changed yet (as RFC 5545, section 3.3.5, reads it). A date that a zone leaves out altogether
//! (Apia, 30 December 2011) thereby becomes a service day of no length.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::catalog::ServiceCalendar;

const MINUTES_PER_DAY: u16 = 1_440;

/// Longer than any gap a zone ever left in its local time: a whole date, in the zones that crossed the date line.
const LONGER_THAN_ANY_GAP: TimeDelta = TimeDelta::hours(26);

/// How far, in days, a local date can be from the service day it belongs to, either way: one for the cut-off and one
/// for a date that a zone left out or repeated.
const FURTHEST_NEIGHBOUR: i64 = 2;

/// When the service day that a moment belongs to ends: the first cut-off after it. None where the calendar's cut-off
/// is not a time of day, or where the moment lies at the end of representable time.
#[must_use]
pub fn service_day_end(calendar: ServiceCalendar, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let day = service_day_of(calendar, at)?;
    start_of(calendar, day.succ_opt()?)
}

/// The date by which the service day of a moment goes: the only one that has begun by then and not yet ended.
#[must_use]
pub fn service_day_of(calendar: ServiceCalendar, at: DateTime<Utc>) -> Option<NaiveDate> {
    let today = local_date(calendar.zone, at)?;
    for distance in (-FURTHEST_NEIGHBOUR..=FURTHEST_NEIGHBOUR).rev() {
        let day = today.checked_add_signed(TimeDelta::try_days(distance)?)?;
        if start_of(calendar, day)? <= at {
            return Some(day);
        }
    }
    None
}

/// When a service day begins, which is when the one before ends.
pub(super) fn start_of(calendar: ServiceCalendar, day: NaiveDate) -> Option<DateTime<Utc>> {
    if calendar.cutoff_minutes >= MINUTES_PER_DAY {
        return None;
    }
    let cutoff = TimeDelta::try_minutes(i64::from(calendar.cutoff_minutes))?;
    let local = day.and_hms_opt(0, 0, 0)?.checked_add_signed(cutoff)?;
    latest(calendar.zone, local).or_else(|| in_gap(calendar.zone, local))
}

fn local_date(zone: Tz, at: DateTime<Utc>) -> Option<NaiveDate> {
    let utc = at.naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    Some(utc.checked_add_offset(offset)?.date())
}

fn latest(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    Some(zone.from_local_datetime(&local).latest()?.to_utc())
}

/// A local time that does not exist, by the clocks as they were set before the gap.
fn in_gap(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    latest(zone, local.checked_sub_signed(LONGER_THAN_ANY_GAP)?)?.checked_add_signed(LONGER_THAN_ANY_GAP)
}
