//! Canonical JSON: one value, one text.

use serde::Serialize;
use serde_json::Value;

/// Largest magnitude of an integer: what every JSON reader represents exactly (RFC 7493, 2.2).
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Why a value has no canonical form, or a text is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    /// The value's own serialization failed.
    #[error("the value cannot be written as JSON")]
    Unserializable,
}

/// `value` as canonical JSON after RFC 8785: keys sorted by UTF-16 code units, no whitespace, the
/// shortest escapes. Numbers are integers within ±(2⁵³ − 1); others are refused, because what is
/// hashed for finance must not depend on how a reader rounds.
pub fn canonical_json(value: &impl Serialize) -> Result<String, CanonicalError> {
    let value = serde_json::to_value(value).map_err(|_| CanonicalError::Unserializable)?;
    let mut out = String::new();
    write(&value, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut String) -> Result<(), CanonicalError> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => {
            let size = match (number.as_u64(), number.as_i64()) {
                (Some(natural), _) => natural,
                (None, Some(negative)) => negative.unsigned_abs(),
                (None, None) => return Err(CanonicalError::Float),
            };
            if size > MAX_INTEGER {
                return Err(CanonicalError::TooLarge);
            }
            out.push_str(&number.to_string());
        }
        Value::String(text) => write_text(text, out)?,
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out)?;
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
                write(item, out)?;
            }
            out.push('}');
        }
    }
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
