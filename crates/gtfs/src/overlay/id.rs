//! Ids of the feed, as people write them.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

/// An id of the feed. YAML takes some for numbers or truth values, as `04` and `no`: asked for a text, it gives what is
/// written there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct FeedId(String);

impl FeedId {
    /// As it stands in the feed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for FeedId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_string(Written)
    }
}

struct Written;

impl de::Visitor<'_> for Written {
    type Value = FeedId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id of the feed")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<FeedId, E> {
        Ok(FeedId(text.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<FeedId, E> {
        Ok(FeedId(number.to_string()))
    }
}

impl JsonSchema for FeedId {
    fn schema_name() -> Cow<'static, str> {
        "FeedId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An id as it stands in the feed.",
            "type": ["string", "integer"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_what_is_written_whatever_yaml_takes_it_for() {
        let written = "[4, 04, '04', n, no, on, Y, 1.0, ADULT, 0x1f, 1e3, a-b]";
        let ids: Vec<FeedId> = serde_saphyr::from_str(written).unwrap();
        let ids: Vec<&str> = ids.iter().map(FeedId::as_str).collect();
        let same = [
            "4", "04", "04", "n", "no", "on", "Y", "1.0", "ADULT", "0x1f", "1e3", "a-b",
        ];
        assert_eq!(ids, same);
    }
}
