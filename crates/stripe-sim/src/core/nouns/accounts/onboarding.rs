//! What an account still owes Stripe before it may charge.

use serde_json::{Value, json};

use super::profile::Profile;
use crate::core::command::AccountState;

/// Facts Stripe asks for during hosted onboarding of a US company, in the order it lists them.
const TO_ONBOARD: [&str; 6] = [
    "business_profile.mcc",
    "business_profile.url",
    "business_type",
    "external_account",
    "tos_acceptance.date",
    "tos_acceptance.ip",
];

/// What a later review asks for.
const TO_REVIEW: [&str; 1] = ["individual.verification.document"];

pub(super) struct Onboarding {
    due: &'static [&'static str],
    overdue: bool,
    disabled_reason: Option<&'static str>,
}

impl Onboarding {
    pub(super) fn of(profile: &Profile) -> Self {
        match profile.state {
            AccountState::Enabled => Self {
                due: &[],
                overdue: false,
                disabled_reason: None,
            },
            AccountState::Onboarding => Self {
                due: &TO_ONBOARD,
                overdue: true,
                disabled_reason: Some("requirements.past_due"),
            },
            AccountState::Restricted => Self {
                due: &TO_REVIEW,
                overdue: true,
                disabled_reason: Some("requirements.past_due"),
            },
            AccountState::Rejected => Self {
                due: &[],
                overdue: false,
                disabled_reason: Some("rejected.other"),
            },
        }
    }

    pub(super) fn requirements(&self) -> Value {
        let past_due = if self.overdue { self.due } else { &[] };
        json!({
            "alternatives": [],
            "current_deadline": null,
            "currently_due": self.due,
            "disabled_reason": self.disabled_reason,
            "errors": [],
            "eventually_due": self.due,
            "past_due": past_due,
            "pending_verification": [],
        })
    }

    pub(super) fn nothing_in_future() -> Value {
        json!({
            "alternatives": [],
            "current_deadline": null,
            "currently_due": [],
            "disabled_reason": null,
            "errors": [],
            "eventually_due": [],
            "past_due": [],
            "pending_verification": [],
        })
    }
}
