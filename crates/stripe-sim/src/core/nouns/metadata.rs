//! Metadata: up to 50 texts a caller attaches to an object. <https://docs.stripe.com/api/metadata>

use std::collections::BTreeMap;

use crate::core::error::ApiError;
use crate::core::params::{Node, Params};

pub(super) type Metadata = BTreeMap<String, String>;

const MOST_KEYS: usize = 50;
const LONGEST_KEY: usize = 40;
const LONGEST_VALUE: usize = 500;

/// Merge the request's `metadata` into an object's: an empty value removes a key, an empty hash removes all.
pub(super) fn merge(existing: &mut Metadata, params: &Params) -> Result<(), ApiError> {
    let mut merged = existing.clone();
    match params.at("metadata") {
        None => return Ok(()),
        Some(Node::Text(_)) => merged.clear(),
        Some(Node::Parts(parts)) => {
            for (key, node) in parts {
                let Node::Text(value) = node else {
                    return Err(ApiError::invalid(
                        "Metadata values must be strings, but for key '".to_owned()
                            + key
                            + "' you passed in a value of type hash.",
                    )
                    .param("metadata"));
                };
                check(key, value)?;
                if value.is_empty() {
                    merged.remove(key);
                } else {
                    merged.insert(key.clone(), value.clone());
                }
            }
        }
    }
    if merged.len() > MOST_KEYS {
        return Err(
            ApiError::invalid(format!("Metadata may have at most {MOST_KEYS} keys.")).param("metadata"),
        );
    }
    *existing = merged;
    Ok(())
}

fn check(key: &str, value: &str) -> Result<(), ApiError> {
    let length = key.chars().count();
    if length > LONGEST_KEY {
        return Err(ApiError::invalid(format!(
            "Metadata keys can have up to {LONGEST_KEY} characters. You passed in a key that is {length} characters."
        ))
        .param("metadata"));
    }
    let length = value.chars().count();
    if length > LONGEST_VALUE {
        return Err(ApiError::invalid(format!(
            "Metadata values can have up to {LONGEST_VALUE} characters, but you passed in a value that is {length} \
             characters."
        ))
        .param("metadata"));
    }
    Ok(())
}

/// The metadata of a new object.
pub(super) fn fresh(params: &Params) -> Result<Metadata, ApiError> {
    let mut metadata = Metadata::new();
    merge(&mut metadata, params)?;
    Ok(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::params::decode;

    fn after(start: &[(&str, &str)], form: &str) -> Result<Metadata, ApiError> {
        let mut metadata = start
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        merge(&mut metadata, &Params(decode(&[form]).unwrap()))?;
        Ok(metadata)
    }

    #[test]
    fn keys_are_added_replaced_and_removed_one_by_one() {
        let metadata = after(
            &[("a", "1"), ("b", "2")],
            "metadata[a]=&metadata[b]=3&metadata[c]=4",
        )
        .unwrap();
        assert_eq!(
            metadata
                .into_iter()
                .map(|(key, value)| key + &value)
                .collect::<Vec<_>>(),
            ["b3", "c4"]
        );
        assert!(after(&[("a", "1")], "metadata=").unwrap().is_empty());
    }

    #[test]
    fn too_long_or_too_many_entries_are_refused() {
        assert!(after(&[], &format!("metadata[{}]=x", "k".repeat(41))).is_err());
        assert!(after(&[], &format!("metadata[k]={}", "v".repeat(501))).is_err());
        let many: Vec<String> = (0..51).map(|key| format!("metadata[{key}]=x")).collect();
        assert!(after(&[], &many.join("&")).is_err());
    }
}
