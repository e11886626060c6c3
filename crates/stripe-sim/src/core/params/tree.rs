//! The decoded parameters, and typed ways to read them after they were checked.

use std::collections::BTreeMap;

use serde_json::Value;

/// One parameter: a text, or named parts. A list is named parts whose names are numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Text(String),
    Parts(BTreeMap<String, Node>),
}

impl Node {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Parts(_) => None,
        }
    }

    pub(crate) fn part(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Text(_) => None,
            Self::Parts(parts) => parts.get(name),
        }
    }

    /// The parts in list order: by number where names are numbers.
    pub(crate) fn items(&self) -> Vec<&Self> {
        let Self::Parts(parts) = self else {
            return Vec::new();
        };
        let mut numbered: Vec<(u64, &Self)> = parts
            .iter()
            .map(|(name, node)| (name.parse().unwrap_or(u64::MAX), node))
            .collect();
        numbered.sort_by_key(|(number, _)| *number);
        numbered.into_iter().map(|(_, node)| node).collect()
    }

    /// The tree as JSON, all leaves strings, an empty text null.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Text(text) if text.is_empty() => Value::Null,
            Self::Text(text) => Value::String(text.clone()),
            Self::Parts(parts) => Value::Object(
                parts
                    .iter()
                    .map(|(name, node)| (name.clone(), node.to_json()))
                    .collect(),
            ),
        }
    }

    /// A text that is the same for the same parameters in any order; the key layer compares it.
    pub(crate) fn canonical(&self, out: &mut String) {
        match self {
            Self::Text(text) => {
                out.push('=');
                out.push_str(&text.len().to_string());
                out.push(':');
                out.push_str(text);
            }
            Self::Parts(parts) => {
                for (name, node) in parts {
                    out.push('[');
                    out.push_str(name);
                    node.canonical(out);
                    out.push(']');
                }
            }
        }
    }
}

/// All parameters of one request.
#[derive(Debug, Clone)]
pub(crate) struct Params(pub(crate) Node);

impl Params {
    /// The node at a dotted path: `invoice_settings.default_payment_method`.
    pub(crate) fn at(&self, path: &str) -> Option<&Node> {
        path.split('.').try_fold(&self.0, |node, name| node.part(name))
    }

    /// A text parameter, also when empty.
    pub(crate) fn raw(&self, path: &str) -> Option<&str> {
        self.at(path).and_then(Node::text)
    }

    /// A text parameter; empty counts as absent.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.raw(path).filter(|text| !text.is_empty())
    }

    pub(crate) fn owned(&self, path: &str) -> Option<String> {
        self.text(path).map(str::to_owned)
    }

    pub(crate) fn int(&self, path: &str) -> Option<i64> {
        self.text(path).and_then(|text| text.parse().ok())
    }

    pub(crate) fn flag(&self, path: &str) -> Option<bool> {
        match self.text(path) {
            Some("true" | "1") => Some(true),
            Some("false" | "0") => Some(false),
            _ => None,
        }
    }

    pub(crate) fn list(&self, path: &str) -> Vec<&str> {
        match self.at(path) {
            Some(Node::Text(text)) if !text.is_empty() => vec![text],
            Some(node) => node.items().into_iter().filter_map(Node::text).collect(),
            None => Vec::new(),
        }
    }

    /// Whether the parameter was given at all, even to unset it.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.at(path).is_some()
    }

    /// A nested value as JSON; null when absent or unset.
    pub(crate) fn json(&self, path: &str) -> Value {
        self.at(path).map_or(Value::Null, Node::to_json)
    }
}
