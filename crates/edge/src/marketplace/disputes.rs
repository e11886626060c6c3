//! What becomes of passes whose payment a rider's bank disputes.

use domain::operator::DisputedPasses;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an operator does about disputes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputesDocument {
    /// What becomes of the passes that were bought; left out, they are suspended.
    #[serde(default)]
    pub passes: DisputedPassesDocument,
}

/// What becomes of the passes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputedPassesDocument {
    /// They stay the rider's, whoever gets the money.
    Keep,
    /// They cannot be used from the moment in which the bank takes the money, and are given back or void once it is
    /// decided whose it is.
    #[default]
    Suspend,
    /// They stay in use until the operator has lost the money, and are void then.
    VoidIfLost,
}

pub(super) fn disputed_passes_of(document: Option<&DisputesDocument>) -> DisputedPasses {
    match document.map(|document| document.passes).unwrap_or_default() {
        DisputedPassesDocument::Keep => DisputedPasses::Keep,
        DisputedPassesDocument::Suspend => DisputedPasses::Suspend,
        DisputedPassesDocument::VoidIfLost => DisputedPasses::VoidIfLost,
    }
}

pub(super) const fn disputes(passes: DisputedPasses) -> DisputesDocument {
    DisputesDocument {
        passes: match passes {
            DisputedPasses::Keep => DisputedPassesDocument::Keep,
            DisputedPasses::Suspend => DisputedPassesDocument::Suspend,
            DisputedPasses::VoidIfLost => DisputedPassesDocument::VoidIfLost,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_written_as_it_is_read_and_none_is_the_usual_one() {
        for (name, passes) in [
            ("keep", DisputedPasses::Keep),
            ("suspend", DisputedPasses::Suspend),
            ("void_if_lost", DisputedPasses::VoidIfLost),
        ] {
            let document: DisputesDocument =
                serde_json::from_str(&format!(r#"{{"passes":"{name}"}}"#)).unwrap();
            assert_eq!(disputed_passes_of(Some(&document)), passes);
            assert_eq!(disputes(passes).passes, document.passes);
        }
        assert_eq!(disputed_passes_of(None), DisputedPasses::default());
        let empty: DisputesDocument = serde_json::from_str("{}").unwrap();
        assert_eq!(disputed_passes_of(Some(&empty)), DisputedPasses::Suspend);
        assert!(serde_json::from_str::<DisputesDocument>(r#"{"passes":"burn"}"#).is_err());
    }
}
