//! Who makes the charge.

use domain::{app::WebUrl, operator::Charging};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who makes the charge on the operator's account. Left out, that stays as it is; at first it is the engine.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum ChargingDocument {
    /// The engine.
    Engine,
    /// The operator, with a token that it is handed for each purchase (docs/operator-charging.md).
    Operator {
        /// The one webhook endpoint that gets tokens (HTTPS). Left out, it is any of the operator's that asks for
        /// `purchase.charge_requested` by its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        webhook: Option<String>,
        /// For how many seconds a token may be charged, 1 to 86400; left out, ten minutes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        charge_within_seconds: Option<u32>,
    },
}

pub(super) fn charging_of(document: &ChargingDocument) -> Result<Charging, String> {
    Ok(match document {
        ChargingDocument::Engine => Charging::Engine,
        ChargingDocument::Operator {
            webhook,
            charge_within_seconds,
        } => Charging::Operator {
            webhook: webhook
                .as_deref()
                .map(WebUrl::parse)
                .transpose()
                .map_err(|error| format!("charging.webhook: {error}"))?,
            charge_within_seconds: *charge_within_seconds,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Charging {
        charging_of(&serde_json::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn an_operator_charges_only_where_it_says_so() {
        assert_eq!(read(r#"{"by":"engine"}"#), Charging::Engine);
        let itself = Charging::Operator {
            webhook: WebUrl::parse("https://bus.example/charge").ok(),
            charge_within_seconds: Some(90),
        };
        let said = r#"{"by":"operator","webhook":"https://bus.example/charge","charge_within_seconds":90}"#;
        assert_eq!(read(said), itself);
        assert!(serde_json::from_str::<ChargingDocument>(r#"{"by":"operator","hook":"x"}"#).is_err());
    }
}
