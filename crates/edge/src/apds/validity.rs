//! When a rate table applies: at all times, at some times of the week, or once.

use chrono::{DateTime, NaiveTime, Timelike, Utc, Weekday};
use domain::tariff::WeekTimes;
use serde_json::Value;

use super::{
    Terms,
    reader::{Flaws, Object},
};

const EVERY_DAY: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// When a table applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Applies {
    /// Whenever no other does.
    Otherwise,
    /// At these times of every week.
    Weekly(Vec<WeekTimes>),
    /// From one moment to another.
    Once(DateTime<Utc>, DateTime<Utc>),
}

/// When a table applies, by its `validity`.
pub(super) fn read(table: &mut Object<'_>, terms: Terms, flaws: &mut Flaws) -> Applies {
    let Some(mut validity) = table.object("validity", flaws) else {
        return Applies::Otherwise;
    };
    validity.get("validityStatus");
    let specification = validity.object("validityTimeSpecification", flaws);
    validity.finish(flaws);
    let Some(mut specification) = specification else {
        return Applies::Otherwise;
    };
    let start = moment(&mut specification, "overallStartTime", flaws);
    let end = moment(&mut specification, "overallEndTime", flaws);
    let start_at = specification.at("overallStartTime");
    let end_at = specification.at("overallEndTime");
    let periods = specification.list("validPeriod", flaws);
    let weekly: Vec<WeekTimes> = periods
        .iter()
        .flat_map(|(path, period)| times(period, path, flaws))
        .collect();
    specification.finish(flaws);
    match (periods.is_empty(), start, end) {
        (true, Some(start), Some(end)) => return Applies::Once(start, end),
        (_, _, Some(_)) => {
            let reason = "prices by the week have no end here: publish others when they end";
            flaws.add(&end_at, reason);
        }
        (_, Some(start), None) if start > terms.effective_from => {
            flaws.add(&start_at, "is after the moment from which the import is in force");
        }
        (_, _, None) => {}
    }
    match periods.is_empty() {
        true => Applies::Otherwise,
        false => Applies::Weekly(weekly),
    }
}

/// A moment with an offset.
pub(super) fn moment(object: &mut Object<'_>, name: &str, flaws: &mut Flaws) -> Option<DateTime<Utc>> {
    let text = object.text(name, flaws)?;
    match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => Some(moment.with_timezone(&Utc)),
        Err(_) => {
            flaws.add(&object.at(name), "has to be a time in RFC 3339");
            None
        }
    }
}

fn times(period: &Value, path: &str, flaws: &mut Flaws) -> Vec<WeekTimes> {
    let Some(mut period) = Object::of(period, path, flaws) else {
        return Vec::new();
    };
    let mut days = Vec::new();
    for (path, item) in period.list("recurringDayWeekMonthPeriod", flaws) {
        let Some(mut item) = Object::of(item, &path, flaws) else {
            continue;
        };
        for (path, day) in item.list("applicableDay", flaws) {
            match day.as_str().map(str::parse::<Weekday>) {
                Some(Ok(day)) => days.push(day),
                _ => flaws.add(&path, "has to be a day of the week, like monday"),
            }
        }
        item.finish(flaws);
    }
    if days.is_empty() {
        days = EVERY_DAY.to_vec();
    }
    let mut times = Vec::new();
    for (path, item) in period.list("recurringTimePeriodOfDay", flaws) {
        let Some(mut item) = Object::of(item, &path, flaws) else {
            continue;
        };
        let from = minute(&mut item, "startTimeOfPeriod", flaws);
        let until = minute(&mut item, "endTimeOfPeriod", flaws);
        item.finish(flaws);
        if let (Some(from_minute), Some(until_minute)) = (from, until) {
            times.push(WeekTimes {
                days: days.clone(),
                from_minute,
                until_minute,
            });
        }
    }
    period.finish(flaws);
    if times.is_empty() {
        times.push(WeekTimes {
            days,
            from_minute: 0,
            until_minute: 1_440,
        });
    }
    times
}

/// A time of day, `18:00` or `18:00:00`, on the clocks of the place.
fn minute(object: &mut Object<'_>, name: &str, flaws: &mut Flaws) -> Option<u16> {
    object.required(name, flaws)?;
    let text = object.text(name, flaws)?;
    if matches!(text, "24:00" | "24:00:00") && name == "endTimeOfPeriod" {
        return Some(1_440);
    }
    let time =
        NaiveTime::parse_from_str(text, "%H:%M:%S").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M"));
    match time.ok().filter(|time| time.second() == 0) {
        Some(time) => u16::try_from(time.hour() * 60 + time.minute()).ok(),
        None => {
            let reason = "has to be a time of day to the minute, like 18:00, on the clocks of the place";
            flaws.add(&object.at(name), reason);
            None
        }
    }
}
