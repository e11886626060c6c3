//! Degrees of latitude and longitude as clients write them, in whole millionths: no float is ever made of them.

use crate::params::{ParamError, Params};

/// Millionths have six decimals.
const DECIMALS: i32 = 6;

/// Longest number that is looked at. A double never takes more to be written in full.
const MAX_LENGTH: usize = 64;

/// A latitude in millionths of a degree, if one is given.
pub(super) fn latitude(params: &Params, name: &str) -> Result<Option<i32>, ParamError> {
    within(params, name, 90)
}

/// A longitude in millionths of a degree, if one is given.
pub(super) fn longitude(params: &Params, name: &str) -> Result<Option<i32>, ParamError> {
    within(params, name, 180)
}

fn within(params: &Params, name: &str, most: i32) -> Result<Option<i32>, ParamError> {
    let Some(text) = params.optional(name)? else {
        return Ok(None);
    };
    let found = millionths(text).filter(|found| found.abs() <= i64::from(most) * 1_000_000);
    let found = found.and_then(|found| i32::try_from(found).ok());
    found
        .map(Some)
        .ok_or_else(|| ParamError::malformed(name, format!("a decimal number from -{most} to {most}")))
}

/// `37.773972` is 37,773,972. What is finer than a millionth is rounded, halves away from zero; JSON may write an
/// exponent.
fn millionths(text: &str) -> Option<i64> {
    let text = Some(text.trim()).filter(|text| text.len() <= MAX_LENGTH)?;
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // How many of the digits stand before the point, once the number is in millionths.
    let point = i32::try_from(whole.len())
        .ok()?
        .checked_add(exponent)?
        .checked_add(DECIMALS)?;
    let magnitude = rounded(&digits, point)?;
    Some(if is_negative { -magnitude } else { magnitude })
}

/// The whole number that so many of the digits are, rounded by the one that follows them.
fn rounded(digits: &str, point: i32) -> Option<i64> {
    let Ok(point) = usize::try_from(point) else {
        return Some(0);
    };
    let meaningful = digits.trim_start_matches('0');
    // Zeros before the first digit that counts move the point with them.
    let Some(point) = point.checked_sub(digits.len() - meaningful.len()) else {
        return Some(0);
    };
    if meaningful.is_empty() {
        return Some(0);
    }
    if point > 18 {
        return None;
    }
    let kept: String = meaningful
        .chars()
        .chain(std::iter::repeat('0'))
        .take(point)
        .collect();
    let kept = if kept.is_empty() {
        0
    } else {
        kept.parse::<i64>().ok()?
    };
    let next = meaningful.as_bytes().get(point).copied().unwrap_or(b'0');
    kept.checked_add(i64::from(next >= b'5'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn degrees_are_read_to_the_millionth() {
        for (text, expected) in [
            ("37.773972", 37_773_972),
            ("-122.431297", -122_431_297),
            ("0", 0),
            ("0.0", 0),
            ("-0", 0),
            ("+1.5", 1_500_000),
            (".5", 500_000),
            ("5.", 5_000_000),
            ("000090", 90_000_000),
            ("1.0000004", 1_000_000),
            ("1.0000005", 1_000_001),
            ("-1.0000005", -1_000_001),
            ("0.0000004999", 0),
            ("0.99999999", 1_000_000),
            ("1e-7", 0),
            ("5e-7", 1),
            ("1.5E2", 150_000_000),
            ("0.00000000000000000000000000000000000000000000000000000001", 0),
        ] {
            assert_eq!(millionths(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_decimal_number_is_none() {
        let endless = "1".repeat(MAX_LENGTH + 1);
        for text in [
            "",
            "-",
            ".",
            "e5",
            "1,5",
            "1.2.3",
            "0x1",
            "NaN",
            "inf",
            "1e",
            "1e99999999999",
            "1e40",
            "٣",
            "1 2",
            "--1",
            &endless,
        ] {
            assert_eq!(millionths(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_in_millionths_is_read_as_it_was(number in -180_000_000_i64..=180_000_000) {
            let (whole, rest) = (number.abs() / 1_000_000, number.abs() % 1_000_000);
            let sign = if number < 0 { "-" } else { "" };
            prop_assert_eq!(millionths(&format!("{sign}{whole}.{rest:06}")), Some(number));
        }

        #[test]
        fn nothing_that_is_sent_brings_it_down(text in "[-+0-9.eE ]{0,70}") {
            let _ = millionths(&text);
        }
    }
}
