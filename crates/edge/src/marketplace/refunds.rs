//! What an operator lets apps give back.

use domain::operator::RefundRules;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What apps may give back by themselves. Without it only the operator can.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundsDocument {
    /// For how many minutes after the purchase an app may give back what was not used. Left out, it may not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_for_minutes: Option<u32>,
    /// Whether the engine's fee goes back to the operator in proportion.
    #[serde(default = "yes")]
    pub returns_engine_fee: bool,
}

const fn yes() -> bool {
    true
}

pub(super) fn refund_rules_of(document: Option<&RefundsDocument>) -> RefundRules {
    document.map_or_else(RefundRules::default, |it| RefundRules {
        unused_for_minutes: it.unused_for_minutes,
        returns_engine_fee: it.returns_engine_fee,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_not_allowed_and_costs_the_operator_nothing() {
        assert_eq!(refund_rules_of(None), RefundRules::default());
        let document: RefundsDocument = serde_json::from_str("{}").unwrap();
        assert_eq!(refund_rules_of(Some(&document)), RefundRules::default());
        let document: RefundsDocument =
            serde_json::from_str(r#"{"unused_for_minutes":60,"returns_engine_fee":false}"#).unwrap();
        let rules = RefundRules {
            unused_for_minutes: Some(60),
            returns_engine_fee: false,
        };
        assert_eq!(refund_rules_of(Some(&document)), rules);
        assert!(serde_json::from_str::<RefundsDocument>(r#"{"unused_for_hours":1}"#).is_err());
    }
}
