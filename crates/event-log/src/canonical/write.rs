//! Writing a value as canonical JSON.

use serde::Serialize;
use serde_json::Value;

/// Largest magnitude of an integer: what every JSON reader represents exactly (RFC 7493, 2.2).
pub(super) const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Why a value has no canonical form, or a text is not one. It repeats neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// A number with a fraction or an exponent: amounts are integers.
    #[error("a number is not an integer")]
    Float,
    /// An integer beyond ±(2⁵³ − 1), which many readers would round.
    #[error("an integer lies beyond ±(2^53 - 1)")]
    TooLarge,
    /// A text holds U+0000, which PostgreSQL cannot show.
    #[error("a text holds a NUL character")]
    Nul,
    /// Nested deeper than 128 levels, where common readers give up.
    #[error("it is nested deeper than 128 levels")]
    TooDeep,
    /// The value's own serialization failed.
    #[error("the value cannot be written as JSON")]
    Unserializable,
    /// The text is not JSON, or JSON in another form than the canonical one.
    #[error("not canonical JSON at byte {0}")]
    NotCanonical(usize),
}

/// `value` as canonical JSON after RFC 8785: keys sorted by UTF-16 code units, no whitespace, the
/// shortest escapes. Numbers are integers within ±(2⁵³ − 1); others are refused, because what is
/// hashed for finance must not depend on how a reader rounds.
pub fn canonical_json(value: &(impl Serialize + ?Sized)) -> Result<String, CanonicalError> {
    let value = serde_json::to_value(value).map_err(|_| CanonicalError::Unserializable)?;
    let mut out = String::new();
    write(&value, 0, &mut out)?;
    Ok(out)
}

/// Deepest nesting, the limit serde_json has for reading.
pub(super) const MAX_DEPTH: usize = 127;

fn write(value: &Value, depth: usize, out: &mut String) -> Result<(), CanonicalError> {
    if depth > MAX_DEPTH {
        return Err(CanonicalError::TooDeep);
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(number, out)?,
        Value::String(text) => write_text(text, out)?,
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, depth + 1, out)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (index, (key, item)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(key, out)?;
                out.push(':');
                write(item, depth + 1, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn write_number(number: &serde_json::Number, out: &mut String) -> Result<(), CanonicalError> {
    let size = match (number.as_u64(), number.as_i64()) {
        (Some(natural), _) => natural,
        (None, Some(negative)) => negative.unsigned_abs(),
        (None, None) => return Err(CanonicalError::Float),
    };
    if size > MAX_INTEGER {
        return Err(CanonicalError::TooLarge);
    }
    out.push_str(&number.to_string());
    Ok(())
}

/// The JSON string literal of `text`; serde_json's escapes are those of RFC 8785, 3.2.2.2.
fn write_text(text: &str, out: &mut String) -> Result<(), CanonicalError> {
    if text.contains('\0') {
        return Err(CanonicalError::Nul);
    }
    out.push_str(&serde_json::to_string(text).map_err(|_| CanonicalError::Unserializable)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_by_utf16_code_units() {
        // RFC 8785, 3.2.3: the smiley's first code unit is D83D, before FB33.
        let value = json!({
            "\u{20ac}": 5, "\r": 1, "\u{fb33}": 7, "1": 2, "\u{1f600}": 6, "\u{80}": 3, "\u{f6}": 4,
        });
        assert_eq!(
            canonical_json(&value).unwrap(),
            "{\"\\r\":1,\"1\":2,\"\u{80}\":3,\"\u{f6}\":4,\"\u{20ac}\":5,\"\u{1f600}\":6,\"\u{fb33}\":7}"
        );
    }

    #[test]
    fn texts_take_the_shortest_escapes() {
        let text = "\u{8}\t\n\u{c}\r\"\\/\u{1f}\u{7f}é";
        assert_eq!(
            canonical_json(text).unwrap(),
            "\"\\b\\t\\n\\f\\r\\\"\\\\/\\u001f\u{7f}é\""
        );
    }

    #[test]
    fn numbers_that_readers_would_round_are_refused() {
        assert_eq!(canonical_json(&1.5), Err(CanonicalError::Float));
        assert_eq!(canonical_json(&1.0), Err(CanonicalError::Float));
        assert_eq!(canonical_json(&(1_u64 << 53)), Err(CanonicalError::TooLarge));
        assert_eq!(canonical_json(&-(1_i64 << 53)), Err(CanonicalError::TooLarge));
        assert_eq!(
            canonical_json(&[0, -9_007_199_254_740_991_i64]).unwrap(),
            "[0,-9007199254740991]"
        );
        assert_eq!(canonical_json("a\0b"), Err(CanonicalError::Nul));
    }
}
