//! Parameters against an operation's description, refused in Stripe's words.

use std::collections::BTreeMap;

use super::schema::{Kind, Operation};
use super::tree::Node;
use crate::core::error::ApiError;

/// Ids and codes cannot be unset; Stripe refuses an empty text for them.
const NEVER_EMPTY: [&str; 9] = [
    "account",
    "amount",
    "card",
    "charge",
    "currency",
    "customer",
    "payment_intent",
    "payment_method",
    "source",
];

/// Refuse unknown, missing and ill-typed parameters, in that order.
pub(crate) fn check(operation: &Operation, params: &Node) -> Result<(), ApiError> {
    let Node::Parts(given) = params else {
        return Ok(());
    };
    let mut unknown = Vec::new();
    collect_unknown(&operation.params, given, "", &mut unknown);
    if let Some(first) = unknown.first() {
        let plural = if unknown.len() == 1 { "" } else { "s" };
        return Err(ApiError::invalid(format!(
            "Received unknown parameter{plural}: {}",
            unknown.join(", ")
        ))
        .code("parameter_unknown")
        .param(first));
    }
    if let Some(name) = operation.required.iter().find(|name| !given.contains_key(*name)) {
        return Err(missing(name));
    }
    for (name, node) in given {
        if let Some(kind) = operation.params.get(name) {
            check_kind(kind, node, name)?;
        }
    }
    Ok(())
}

/// `Missing required param: amount.`
pub(crate) fn missing(name: &str) -> ApiError {
    ApiError::invalid(format!("Missing required param: {name}."))
        .code("parameter_missing")
        .param(name)
}

fn collect_unknown(
    known: &BTreeMap<String, Kind>,
    given: &BTreeMap<String, Node>,
    prefix: &str,
    out: &mut Vec<String>,
) {
    for (name, node) in given {
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}[{name}]")
        };
        match known.get(name) {
            None => out.push(path),
            Some(kind) => unknown_within(kind, node, &path, out),
        }
    }
}

fn unknown_within(kind: &Kind, node: &Node, path: &str, out: &mut Vec<String>) {
    match (kind, node) {
        (Kind::Object(known), Node::Parts(given)) => collect_unknown(known, given, path, out),
        (Kind::Array(inner), Node::Parts(given)) => {
            for (name, item) in given {
                unknown_within(inner, item, &format!("{path}[{name}]"), out);
            }
        }
        (Kind::Any(branches), Node::Parts(_)) => {
            // The branch that fits best decides: a value may be a hash or an id.
            let best = branches
                .iter()
                .filter(|branch| takes_parts(branch))
                .map(|branch| {
                    let mut found = Vec::new();
                    unknown_within(branch, node, path, &mut found);
                    found
                });
            if let Some(found) = best.min_by_key(Vec::len) {
                out.extend(found);
            }
        }
        _ => {}
    }
}

fn takes_parts(kind: &Kind) -> bool {
    match kind {
        Kind::Object(_) | Kind::Array(_) | Kind::Map => true,
        Kind::Any(branches) => branches.iter().any(takes_parts),
        Kind::String | Kind::Integer | Kind::Number | Kind::Boolean | Kind::Enum(_) => false,
    }
}

fn check_kind(kind: &Kind, node: &Node, path: &str) -> Result<(), ApiError> {
    match (kind, node) {
        (Kind::Any(branches), _) => check_any(branches, node, path),
        (Kind::Object(known), Node::Parts(given)) => given.iter().try_for_each(|(name, inner)| {
            known
                .get(name)
                .map_or(Ok(()), |kind| check_kind(kind, inner, &format!("{path}[{name}]")))
        }),
        (Kind::Array(inner), Node::Parts(given)) => given
            .iter()
            .try_for_each(|(name, item)| check_kind(inner, item, &format!("{path}[{name}]"))),
        (Kind::Map, Node::Parts(_)) => Ok(()),
        (Kind::Object(_) | Kind::Map, Node::Text(_)) => Err(ApiError::invalid("Invalid object").param(path)),
        (Kind::Array(_), Node::Text(_)) => Err(ApiError::invalid("Invalid array").param(path)),
        (_, Node::Parts(_)) => {
            Err(ApiError::invalid(format!("Invalid string: {path} is a hash")).param(path))
        }
        (_, Node::Text(text)) => check_text(kind, text, path),
    }
}

fn check_any(branches: &[Kind], node: &Node, path: &str) -> Result<(), ApiError> {
    let mut refused = None;
    for branch in branches {
        match check_kind(branch, node, path) {
            Ok(()) => return Ok(()),
            // Say what is wrong with the branch that has the right shape.
            Err(error) => {
                if refused.is_none() || takes_parts(branch) == matches!(node, Node::Parts(_)) {
                    refused = Some(error);
                }
            }
        }
    }
    refused.map_or(Ok(()), Err)
}

fn check_text(kind: &Kind, text: &str, path: &str) -> Result<(), ApiError> {
    match kind {
        Kind::Enum(allowed) if !allowed.iter().any(|value| value == text) => {
            let allowed: Vec<&str> = allowed
                .iter()
                .map(String::as_str)
                .filter(|value| !value.is_empty())
                .collect();
            Err(ApiError::invalid(format!("Invalid {path}: must be {}", one_of(&allowed))).param(path))
        }
        Kind::Integer | Kind::Number | Kind::Boolean if text.is_empty() => Err(empty(path)),
        Kind::String if text.is_empty() && NEVER_EMPTY.contains(&path) => Err(empty(path)),
        Kind::Integer if text.parse::<i64>().is_err() => {
            Err(ApiError::invalid(format!("Invalid integer: {text}"))
                .code("parameter_invalid_integer")
                .param(path))
        }
        Kind::Number if text.parse::<f64>().is_err() => {
            Err(ApiError::invalid(format!("Invalid decimal: {text}")).param(path))
        }
        Kind::Boolean if !matches!(text, "true" | "false" | "1" | "0") => {
            Err(ApiError::invalid(format!("Invalid boolean: {text}")).param(path))
        }
        _ => Ok(()),
    }
}

fn one_of(values: &[&str]) -> String {
    match values {
        [] => "empty".to_owned(),
        [only] => (*only).to_owned(),
        [one, other] => format!("one of {one} or {other}"),
        [start @ .., last] => format!("one of {}, or {last}", start.join(", ")),
    }
}

fn empty(path: &str) -> ApiError {
    ApiError::invalid(format!(
        "You passed an empty string for '{path}'. We assume empty values are an attempt to unset a parameter; however \
         '{path}' cannot be unset. You should remove '{path}' from your request or supply a non-empty value."
    ))
    .code("parameter_invalid_empty")
    .param(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::params::{catalogue, decode};

    fn refusal(operation: &str, form: &str) -> ApiError {
        check(&catalogue()[operation], &decode(&[form]).unwrap()).unwrap_err()
    }

    #[test]
    fn an_unknown_parameter_is_named() {
        let error = refusal("POST /v1/charges", "amount=1&currency=usd&colour=red");
        assert_eq!(error.message, "Received unknown parameter: colour");
        assert_eq!(error.code.as_deref(), Some("parameter_unknown"));
        let error = refusal("POST /v1/charges", "b=1&a=2");
        assert_eq!(error.message, "Received unknown parameters: a, b");
        let error = refusal("POST /v1/tokens", "card[number]=1&card[colour]=red");
        assert_eq!(error.message, "Received unknown parameter: card[colour]");
    }

    #[test]
    fn a_missing_parameter_is_named() {
        let error = refusal("POST /v1/payment_intents", "currency=usd");
        assert_eq!(error.message, "Missing required param: amount.");
        assert_eq!(error.param.as_deref(), Some("amount"));
    }

    #[test]
    fn what_is_not_a_number_a_truth_or_a_known_word_is_refused() {
        assert_eq!(
            refusal("POST /v1/charges", "amount=1.5").message,
            "Invalid integer: 1.5"
        );
        assert_eq!(
            refusal("POST /v1/charges", "capture=yes").message,
            "Invalid boolean: yes"
        );
        assert_eq!(
            refusal("POST /v1/refunds", "reason=boredom").message,
            "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer"
        );
        assert_eq!(refusal("POST /v1/charges", "expand=a").message, "Invalid array");
    }

    #[test]
    fn an_id_cannot_be_unset_with_an_empty_text() {
        let error = refusal("POST /v1/charges", "source=");
        assert_eq!(error.code.as_deref(), Some("parameter_invalid_empty"));
    }

    #[test]
    fn a_parameter_that_is_an_id_or_a_hash_accepts_both() {
        let operation = &catalogue()["POST /v1/tokens"];
        check(operation, &decode(&["customer=cus_1&card=card_1"]).unwrap()).unwrap();
        check(
            operation,
            &decode(&["card[number]=4242424242424242&card[exp_month]=1"]).unwrap(),
        )
        .unwrap();
    }
}
