//! A JSON object as names and values, with nothing lost on the way: names that are repeated, and numbers as written.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One value as it was written.
pub(super) enum Field {
    /// `null`, which counts as absent.
    Null,
    /// A string, a number or a boolean, as a form would carry it.
    Text(String),
    /// An object.
    Map(Vec<(String, Field)>),
    /// A list, or a string that is no text.
    Malformed,
}

/// The members of an object in their order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

/// The members of what has to be one JSON object and nothing after it.
pub(super) fn object(body: &[u8]) -> Option<Vec<(String, Field)>> {
    let Members(members) = serde_json::from_slice(body).ok()?;
    Some(
        members
            .into_iter()
            .map(|(name, raw)| (name, field(raw, true)))
            .collect(),
    )
}

/// Objects within objects are as deep as any parameter goes.
fn field(raw: &RawValue, nested: bool) -> Field {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'n') => Field::Null,
        Some(b'"') => serde_json::from_str(text).map_or(Field::Malformed, Field::Text),
        Some(b'{') if nested => match serde_json::from_str(text) {
            Ok(Members(members)) => Field::Map(
                members
                    .into_iter()
                    .map(|(name, raw)| (name, field(raw, false)))
                    .collect(),
            ),
            Err(_) => Field::Malformed,
        },
        Some(b't' | b'f' | b'-' | b'0'..=b'9') => Field::Text(text.to_owned()),
        _ => Field::Malformed,
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Each)
    }
}
