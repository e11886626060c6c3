//! Stripe's form encoding: `card[number]=…`, `expand[]=a`, `items[0][price]=…`.

use std::collections::BTreeMap;

use super::tree::Node;
use crate::core::error::ApiError;

/// How deep brackets may nest; Stripe's own parameters stay well below it.
const DEEPEST: usize = 12;

/// Decode any number of form-encoded texts (query and body) into one tree.
pub(crate) fn decode(texts: &[&str]) -> Result<Node, ApiError> {
    let mut root = BTreeMap::new();
    for pair in texts
        .iter()
        .flat_map(|text| text.split('&'))
        .filter(|pair| !pair.is_empty())
    {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode_component(name);
        let path = segments(&name)?;
        insert(&mut root, &path, decode_component(value)).map_err(|()| {
            ApiError::invalid(format!(
                "Invalid parameter: {name} is given both as a value and as a hash"
            ))
            .param(&name)
        })?;
    }
    Ok(Node::Parts(root))
}

/// `a[b][]` into `a`, `b` and an empty segment.
fn segments(name: &str) -> Result<Vec<&str>, ApiError> {
    let invalid = || ApiError::invalid(format!("Invalid parameter name: {name}")).param(name);
    let Some((head, rest)) = name.split_once('[') else {
        return Ok(vec![name]);
    };
    let inner = rest.strip_suffix(']').ok_or_else(invalid)?;
    let mut path = vec![head];
    path.extend(inner.split("]["));
    if head.is_empty() || path.len() > DEEPEST {
        return Err(invalid());
    }
    Ok(path)
}

fn insert(parts: &mut BTreeMap<String, Node>, path: &[&str], value: String) -> Result<(), ()> {
    let Some((name, rest)) = path.split_first() else {
        return Err(());
    };
    // `a[]` appends: its name is the number of what is there already.
    let name = if name.is_empty() {
        parts.len().to_string()
    } else {
        (*name).to_owned()
    };
    if rest.is_empty() {
        parts.insert(name, Node::Text(value));
        return Ok(());
    }
    let inner = parts.entry(name).or_insert_with(|| Node::Parts(BTreeMap::new()));
    // `metadata=` followed by `metadata[a]=b` sets it anew.
    if matches!(inner, Node::Text(text) if text.is_empty()) {
        *inner = Node::Parts(BTreeMap::new());
    }
    match inner {
        Node::Parts(parts) => insert(parts, rest, value),
        Node::Text(_) => Err(()),
    }
}

/// Percent-decoding with `+` for a space. What is not UTF-8 becomes the replacement character.
pub(crate) fn decode_component(text: &str) -> String {
    if !text.contains(['%', '+']) {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                match (ahead.next().and_then(hex), ahead.next().and_then(hex)) {
                    (Some(high), Some(low)) => {
                        bytes.push(high * 16 + low);
                        rest = ahead;
                    }
                    _ => bytes.push(b'%'),
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::params::Params;

    #[test]
    fn brackets_become_a_tree() {
        let params =
            Params(decode(&["card[number]=4242&expand[]=a&expand[]=b&x[1][y]=z+%C3%A9%2B"]).unwrap());
        assert_eq!(params.text("card.number"), Some("4242"));
        assert_eq!(params.list("expand"), ["a", "b"]);
        assert_eq!(params.text("x.1.y"), Some("z é+"));
    }

    #[test]
    fn list_items_are_ordered_by_number_not_by_text() {
        let params = Params(decode(&["e[10]=k&e[2]=c&e[0]=a"]).unwrap());
        assert_eq!(params.list("e"), ["a", "c", "k"]);
    }

    #[test]
    fn broken_brackets_and_values_that_are_also_hashes_are_refused() {
        assert!(decode(&["a[b=1"]).is_err());
        assert!(decode(&["[b]=1"]).is_err());
        assert!(decode(&["a=1&a[b]=2"]).is_err());
        let deep = format!("a{}=1", "[b]".repeat(50));
        assert!(decode(&[&deep]).is_err());
    }

    #[test]
    fn a_broken_percent_sign_stays_as_it_is() {
        assert_eq!(decode_component("100%"), "100%");
        assert_eq!(decode_component("%zz%41"), "%zzA");
    }
}
