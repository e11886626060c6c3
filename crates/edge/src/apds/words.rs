//! Texts, lengths of time and amounts as such files write them.

use domain::{Currency, text::Text};
use serde_json::Value;

use super::reader::{Flaws, Object};

/// A text in one language, or a list of `{"language", "string"}` of which the first is the operator's own.
pub(super) fn text(value: &Value, path: &str, flaws: &mut Flaws) -> Option<Text> {
    if let Some(plain) = value.as_str() {
        return Some(Text::plain(plain));
    }
    let Some(items) = value.as_array().filter(|items| !items.is_empty()) else {
        flaws.add(
            path,
            "has to be a text, or a list of objects with language and string",
        );
        return None;
    };
    let mut text: Option<Text> = None;
    for (index, item) in items.iter().enumerate() {
        let mut item = Object::of(item, &format!("{path}[{index}]"), flaws)?;
        let language = item.text("language", flaws).map(str::to_lowercase);
        item.required("string", flaws)?;
        let string = item.text("string", flaws)?.to_owned();
        item.finish(flaws);
        match (&mut text, language) {
            (None, language) => {
                text = Some(Text {
                    language,
                    ..Text::plain(string)
                });
            }
            (Some(text), Some(language)) => {
                text.translations.insert(language, string);
            }
            (Some(_), None) => flaws.add(&format!("{path}[{index}].language"), "is missing"),
        }
    }
    text
}

/// Whole minutes, as a number or as an ISO 8601 duration: `PT1H30M`, `P1D`.
pub(super) fn minutes(value: &Value, path: &str, flaws: &mut Flaws) -> Option<u32> {
    let number = value.as_u64().and_then(|minutes| u32::try_from(minutes).ok());
    let minutes = number.or_else(|| value.as_str().and_then(duration));
    if minutes.is_none() {
        flaws.add(
            path,
            "has to be whole minutes, or a duration of days, hours and minutes like PT1H30M",
        );
    }
    minutes
}

fn duration(text: &str) -> Option<u32> {
    let (mut total, mut number, mut in_time, mut any) = (0_u32, String::new(), false, false);
    for letter in text.strip_prefix('P')?.chars() {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        if letter == 'T' && number.is_empty() && !in_time {
            in_time = true;
            continue;
        }
        let unit = match (letter, in_time) {
            ('D', false) => 1_440,
            ('H', true) => 60,
            ('M', true) => 1,
            _ => return None,
        };
        total = total.checked_add(number.parse::<u32>().ok()?.checked_mul(unit)?)?;
        number.clear();
        any = true;
    }
    (any && number.is_empty()).then_some(total)
}

/// An amount in a currency's major unit as minor units, exactly.
pub(super) fn amount(value: &Value, currency: Currency, path: &str, flaws: &mut Flaws) -> Option<i64> {
    let amount = scaled(value, currency.exponent());
    if amount.is_none() {
        flaws.add(
            path,
            "has to be an amount with no more decimals than the currency has",
        );
    }
    amount
}

/// A percentage as hundredths of a percent, exactly.
pub(super) fn basis_points(value: &Value, path: &str, flaws: &mut Flaws) -> Option<u32> {
    let points = scaled(value, 2).and_then(|points| u32::try_from(points).ok());
    if points.is_none() {
        flaws.add(path, "has to be a percentage of two decimals at most");
    }
    points
}

/// A decimal number times a power of ten, if that is whole. The decimals are those that were written: a number in JSON
/// is read with more digits than any price has.
fn scaled(value: &Value, exponent: u32) -> Option<i64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.as_str()),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let decimals = decimals.trim_end_matches('0');
    let places = usize::try_from(exponent).ok()?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(decimals) || decimals.len() > places {
        return None;
    }
    let padded = format!("{whole}{decimals:0<places$}");
    padded.parse::<i64>().ok()?.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_read_to_the_minor_unit_or_not_at_all() {
        for (value, exponent, expected) in [
            (json!(2.8), 2, Some(280)),
            (json!("2.80"), 2, Some(280)),
            (json!(0.29), 2, Some(29)),
            (json!(3), 2, Some(300)),
            (json!(3.0), 0, Some(3)),
            (json!(-1.5), 2, Some(-150)),
            (json!(1.255), 2, None),
            (json!(1.5), 0, None),
            (json!(1e30), 2, None),
            (json!("1,5"), 2, None),
            (json!(""), 2, None),
            (json!(true), 2, None),
        ] {
            assert_eq!(scaled(&value, exponent), expected, "{value}");
        }
    }

    #[test]
    fn durations_are_whole_minutes() {
        for (text, expected) in [
            ("PT30M", Some(30)),
            ("PT1H30M", Some(90)),
            ("P1D", Some(1_440)),
            ("P1DT2H", Some(1_560)),
            ("P", None),
            ("PT", None),
            ("PT30S", None),
            ("P1M", None),
            ("PT5", None),
            ("30", None),
        ] {
            assert_eq!(duration(text), expected, "{text}");
        }
    }
}
