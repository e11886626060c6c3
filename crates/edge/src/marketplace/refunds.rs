//! What an operator lets apps give back.

use std::ops::Not;

use domain::operator::RefundRules;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is given back, and on whose word. An operator says it of everything it sells, a fare of itself: then nothing of
/// what the operator says counts for it. Without it, only the operator can give back, and only what was not used.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundsDocument {
    /// For how many minutes after the purchase an app may give back what was not used. Left out, it may not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_for_minutes: Option<u32>,
    /// Whether the engine's fee goes back to the operator in proportion.
    #[serde(default = "yes")]
    pub returns_engine_fee: bool,
    /// Whether the operator gives back used passes as well; left out, only what was never activated.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub used: bool,
    /// For how many minutes after the purchase the operator gives anything back; left out, at any time; 0 is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_minutes: Option<u32>,
    /// Whether a book of which rides were used gives back the rides that are left; left out, a book goes back whole or
    /// not at all.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub parts_of_books: bool,
}

const fn yes() -> bool {
    true
}

pub(super) const fn refund_rules_of(document: &RefundsDocument) -> RefundRules {
    RefundRules {
        unused_for_minutes: document.unused_for_minutes,
        returns_engine_fee: document.returns_engine_fee,
        gives_back_used: document.used,
        within_minutes: document.within_minutes,
        gives_back_parts_of_books: document.parts_of_books,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_not_allowed_and_costs_the_operator_nothing() {
        let document: RefundsDocument = serde_json::from_str("{}").unwrap();
        assert_eq!(refund_rules_of(&document), RefundRules::default());
        let document: RefundsDocument =
            serde_json::from_str(r#"{"unused_for_minutes":60,"returns_engine_fee":false}"#).unwrap();
        let rules = RefundRules {
            unused_for_minutes: Some(60),
            returns_engine_fee: false,
            ..RefundRules::default()
        };
        assert_eq!(refund_rules_of(&document), rules);
        let document: RefundsDocument =
            serde_json::from_str(r#"{"used":true,"within_minutes":1440,"parts_of_books":true}"#).unwrap();
        let rules = RefundRules {
            gives_back_used: true,
            within_minutes: Some(1_440),
            gives_back_parts_of_books: true,
            ..RefundRules::default()
        };
        assert_eq!(refund_rules_of(&document), rules);
        assert!(serde_json::from_str::<RefundsDocument>(r#"{"unused_for_hours":1}"#).is_err());
    }
}
