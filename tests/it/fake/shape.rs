//! Comparing an answer with the printed one: equal but for the moments, and those as far apart as printed.

use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta};
use chrono_tz::America::Los_Angeles;
use serde_json::Value;

/// How far moments of one answer may be off: the printed ones are some microseconds apart.
const TOLERANCE: TimeDelta = TimeDelta::seconds(1);

/// A moment as it is printed, and as it came.
struct Moment {
    path: String,
    printed: DateTime<FixedOffset>,
    got: DateTime<FixedOffset>,
}

/// The answer is the printed one.
#[track_caller]
pub(super) fn same(name: &str, printed: &Value, got: &Value) {
    let mut moments = Vec::new();
    compare(name, printed, got, &mut moments);
    let mut shifts = Vec::new();
    for moment in &moments {
        let zone = moment.got.with_timezone(&Los_Angeles).fixed_offset();
        assert_eq!(
            zone.offset(),
            moment.got.offset(),
            "{}: not in the zone",
            moment.path
        );
        if moment.printed.time() == NaiveTime::MIN {
            assert_eq!(moment.got.time(), NaiveTime::MIN, "{}: no midnight", moment.path);
        } else {
            shifts.push((moment.got - moment.printed, &moment.path));
        }
    }
    for (shift, path) in &shifts {
        let off = (*shift - shifts[0].0).abs();
        assert!(off < TOLERANCE, "{path} is {off} off from {}", shifts[0].1);
    }
}

fn moment(value: &Value) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok()
}

#[track_caller]
fn compare(path: &str, printed: &Value, got: &Value, moments: &mut Vec<Moment>) {
    match (printed, got) {
        (Value::Object(printed), Value::Object(got)) => {
            let names =
                |object: &serde_json::Map<String, Value>| -> Vec<String> { object.keys().cloned().collect() };
            assert_eq!(names(printed), names(got), "members of {path}");
            for (name, value) in printed {
                compare(&format!("{path}.{name}"), value, &got[name], moments);
            }
        }
        (Value::Array(printed), Value::Array(got)) => {
            assert_eq!(printed.len(), got.len(), "length of {path}");
            for (at, (printed, got)) in printed.iter().zip(got).enumerate() {
                compare(&format!("{path}[{at}]"), printed, got, moments);
            }
        }
        _ => match (moment(printed), moment(got)) {
            (Some(printed), Some(got)) => moments.push(Moment {
                path: path.to_owned(),
                printed,
                got,
            }),
            _ => assert_eq!(printed, got, "{path}"),
        },
    }
}
