//! Checking that a text is canonical JSON, in one pass and without building the value.
//!
//! Every event passes through here before it may join a batch, so it has to be quick; and what it
//! lets through, PostgreSQL's `json` accepts.

use std::cmp::Ordering;

use super::CanonicalError;
use super::write::{MAX_DEPTH, MAX_INTEGER};

/// Whether `text` is exactly what [`canonical_json`](super::canonical_json) would write.
pub(crate) fn check(text: &str) -> Result<(), CanonicalError> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
    };
    reader.value(0)?;
    if reader.at == text.len() {
        Ok(())
    } else {
        Err(reader.wrong())
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self) -> CanonicalError {
        CanonicalError::NotCanonical(self.at)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, expected: u8) -> Result<(), CanonicalError> {
        if self.peek() != Some(expected) {
            return Err(self.wrong());
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<(), CanonicalError> {
        if depth > MAX_DEPTH {
            return Err(CanonicalError::TooDeep);
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => Err(self.wrong()),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), CanonicalError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(self.wrong());
        }
        self.at += word.len();
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Result<(), CanonicalError> {
        self.take(b'[')?;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value(depth + 1)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => return self.take(b']'),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), CanonicalError> {
        self.take(b'{')?;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        let mut last: Option<&str> = None;
        loop {
            let start = self.at;
            let key = self.string()?;
            if last.is_some_and(|last| order(last, key) != Ordering::Less) {
                self.at = start;
                return Err(self.wrong());
            }
            last = Some(key);
            self.take(b':')?;
            self.value(depth + 1)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => return self.take(b'}'),
            }
        }
    }

    fn number(&mut self) -> Result<(), CanonicalError> {
        let negative = self.peek() == Some(b'-');
        if negative {
            self.at += 1;
        }
        let start = self.at;
        let mut size: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            size = size.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        match self.at - start {
            0 => return Err(self.wrong()),
            1 if !(negative && size == 0) => {}
            // Neither -0 nor leading zeros.
            _ if self.bytes.get(start) == Some(&b'0') => return Err(self.wrong()),
            _ => {}
        }
        match self.peek() {
            Some(b'.' | b'e' | b'E') => Err(CanonicalError::Float),
            _ if size > MAX_INTEGER => Err(CanonicalError::TooLarge),
            _ => Ok(()),
        }
    }

    /// The literal's inside, escapes untouched.
    fn string(&mut self) -> Result<&'a str, CanonicalError> {
        self.take(b'"')?;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(0x20..) => self.at += 1,
                _ => return Err(self.wrong()),
            }
        }
        let inside = self.text.get(start..self.at).ok_or_else(|| self.wrong())?;
        self.at += 1;
        Ok(inside)
    }

    /// Only the escapes that have no shorter spelling.
    fn escape(&mut self) -> Result<(), CanonicalError> {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        match rest {
            [b'b' | b't' | b'n' | b'f' | b'r' | b'"' | b'\\', ..] => {
                self.at += 2;
                Ok(())
            }
            [b'u', b'0', b'0', b'0', b'0', ..] => Err(CanonicalError::Nul),
            [
                b'u',
                b'0',
                b'0',
                high @ b'0'..=b'1',
                low @ (b'0'..=b'9' | b'a'..=b'f'),
                ..,
            ] => {
                let short = *high == b'0' && matches!(low, b'8' | b'9' | b'a' | b'c' | b'd');
                if short {
                    return Err(self.wrong());
                }
                self.at += 6;
                Ok(())
            }
            _ => Err(self.wrong()),
        }
    }
}

/// Keys' order by the UTF-16 code units of what they spell. Bytes give the same order as long as
/// neither escapes nor characters from U+E000 on are in the way.
fn order(a: &str, b: &str) -> Ordering {
    let plain = |key: &str| key.bytes().all(|byte| byte != b'\\' && byte < 0xee);
    if plain(a) && plain(b) {
        return a.cmp(b);
    }
    spelled(a).encode_utf16().cmp(spelled(b).encode_utf16())
}

fn spelled(inside: &str) -> String {
    // The literal was just checked, so it parses; were it not to, its text orders it well enough.
    serde_json::from_str(&format!("\"{inside}\"")).unwrap_or_else(|_| inside.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical_json;
    use proptest::prelude::*;
    use serde_json::Value;

    fn any_value() -> impl Strategy<Value = Value> {
        let text = "[ -~\u{1}-\u{1f}\u{7f}é€\u{e000}\u{fb33}\u{1f600}\"\\\\]{0,6}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
            (-12_i64..12).prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(text, inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_passes_and_reads_back(value in any_value()) {
            let text = canonical_json(&value).unwrap();
            prop_assert_eq!(check(&text), Ok(()));
            prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        }

        /// Any text that passes is the one text of its value.
        #[test]
        fn what_passes_is_what_would_be_written(text in "[\\[\\]{}\":,0-9a-c\\\\ .eE\\-]{0,12}") {
            if check(&text).is_ok() {
                let value: Value = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(canonical_json(&value).unwrap(), text);
            }
        }
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for text in [
            "",
            " 1",
            "1 ",
            "{ }",
            "[1, 2]",
            "{\"b\":1,\"a\":2}",
            "{\"a\":1,\"a\":2}",
            "01",
            "-0",
            "+1",
            "1,",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "'a'",
            "\"\\u0041\"",
            "\"\\/\"",
            "\"\\u000a\"",
            "\"\\u001F\"",
            "\"\t\"",
            "\"a",
            "tru",
            "nulll",
            "[",
            "{\"a\"}",
            "\"\\u00e9\"",
            "-",
        ] {
            assert!(
                matches!(check(text), Err(CanonicalError::NotCanonical(_))),
                "{text}"
            );
        }
        assert_eq!(check("1.0"), Err(CanonicalError::Float));
        assert_eq!(check("1e3"), Err(CanonicalError::Float));
        assert_eq!(check("9007199254740992"), Err(CanonicalError::TooLarge));
        assert_eq!(check("\"\\u0000\""), Err(CanonicalError::Nul));
        assert_eq!(check(&"[".repeat(200)), Err(CanonicalError::TooDeep));
    }
}
