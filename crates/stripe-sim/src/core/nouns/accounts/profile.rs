//! What Stripe knows of an account, and how it shows it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::onboarding::Onboarding;
use crate::core::command::AccountState;
use crate::core::money::currency_of_country;
use crate::core::nouns::metadata::Metadata;
use crate::core::table::Object;

#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) id: String,
    pub(crate) created: i64,
    /// Accounts of one second are listed in the order they were made.
    pub(crate) number: usize,
    /// `standard`, `express`, `custom` or `none`.
    pub(crate) kind: &'static str,
    pub(crate) platform_controls: bool,
    pub(crate) country: String,
    pub(crate) currency: String,
    pub(crate) email: Option<String>,
    pub(crate) business_type: Option<String>,
    pub(crate) business: Map<String, Value>,
    pub(crate) statement_descriptor: Option<String>,
    pub(crate) state: AccountState,
    /// Capability to whether it was requested.
    pub(crate) capabilities: BTreeMap<String, bool>,
    pub(crate) payouts_automatic: bool,
    pub(crate) tos_accepted_at: Option<i64>,
    pub(crate) metadata: Metadata,
}

impl Profile {
    fn new(id: &str, kind: &'static str, country: &str, now: i64, state: AccountState) -> Self {
        Self {
            id: id.to_owned(),
            created: now,
            number: 0,
            kind,
            platform_controls: false,
            country: country.to_owned(),
            currency: currency_of_country(country).to_owned(),
            email: None,
            business_type: None,
            business: Map::new(),
            statement_descriptor: None,
            state,
            capabilities: BTreeMap::new(),
            payouts_automatic: true,
            tos_accepted_at: None,
            metadata: Metadata::new(),
        }
    }

    /// A platform: an onboarded standard account.
    pub(crate) fn platform(id: &str, now: i64) -> Self {
        let mut profile = Self::new(id, "standard", "US", now, AccountState::Enabled);
        profile.request_default_capabilities();
        profile
    }

    /// A connected account before its onboarding.
    pub(crate) fn connected(id: &str, kind: &'static str, country: &str, now: i64) -> Self {
        Self::new(id, kind, country, now, AccountState::Onboarding)
    }

    /// Standard accounts have card payments and transfers without asking.
    pub(crate) fn request_default_capabilities(&mut self) {
        if self.kind == "standard" {
            self.request_capability("card_payments", true);
            self.request_capability("transfers", true);
        }
    }

    pub(crate) fn request_capability(&mut self, name: &str, requested: bool) {
        self.capabilities.insert(name.to_owned(), requested);
    }

    pub(crate) fn charges_enabled(&self) -> bool {
        self.state == AccountState::Enabled
            && self.capabilities.get("card_payments").copied().unwrap_or(false)
    }

    pub(crate) fn payouts_enabled(&self) -> bool {
        matches!(self.state, AccountState::Enabled | AccountState::Restricted)
    }

    fn capability_status(&self, requested: bool) -> &'static str {
        match (requested, self.state) {
            (false, _) => "unrequested",
            (true, AccountState::Enabled) => "active",
            (true, AccountState::Onboarding) => "pending",
            (true, AccountState::Restricted | AccountState::Rejected) => "inactive",
        }
    }

    fn controller(&self) -> Value {
        if !self.platform_controls {
            return json!({ "type": "account" });
        }
        json!({
            "type": "application",
            "is_controller": true,
            "fees": { "payer": "application" },
            "losses": { "payments": "application" },
            "requirement_collection": if self.kind == "express" { "stripe" } else { "application" },
            "stripe_dashboard": { "type": if self.kind == "express" { "express" } else { "none" } },
        })
    }

    fn settings(&self) -> Value {
        json!({
            "bacs_debit_payments": { "display_name": null, "service_user_number": null },
            "branding": { "icon": null, "logo": null, "primary_color": null, "secondary_color": null },
            "card_issuing": { "tos_acceptance": { "date": null, "ip": null } },
            "card_payments": {
                "decline_on": { "avs_failure": false, "cvc_failure": false },
                "statement_descriptor_prefix": null,
                "statement_descriptor_prefix_kana": null,
                "statement_descriptor_prefix_kanji": null,
            },
            "dashboard": { "display_name": self.business.get("name"), "timezone": "Etc/UTC" },
            "payments": {
                "statement_descriptor": self.statement_descriptor,
                "statement_descriptor_kana": null,
                "statement_descriptor_kanji": null,
            },
            "payouts": {
                "debit_negative_balances": true,
                "schedule": {
                    "delay_days": 2,
                    "interval": if self.payouts_automatic { "daily" } else { "manual" },
                },
                "statement_descriptor": null,
            },
            "sepa_debit_payments": {},
        })
    }

    fn business_profile(&self) -> Value {
        let mut shown = Map::new();
        for name in [
            "annual_revenue",
            "estimated_worker_count",
            "mcc",
            "name",
            "product_description",
            "support_address",
            "support_email",
            "support_phone",
            "support_url",
            "url",
        ] {
            shown.insert(
                name.to_owned(),
                self.business.get(name).cloned().unwrap_or_default(),
            );
        }
        Value::Object(shown)
    }
}

impl Object for Profile {
    const NAME: &'static str = "account";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        let onboarding = Onboarding::of(self);
        let capabilities: BTreeMap<&String, &str> = self
            .capabilities
            .iter()
            .map(|(name, requested)| (name, self.capability_status(*requested)))
            .collect();
        json!({
            "id": self.id,
            "object": "account",
            "business_profile": self.business_profile(),
            "business_type": self.business_type,
            "capabilities": capabilities,
            "charges_enabled": self.charges_enabled(),
            "controller": self.controller(),
            "country": self.country,
            "created": self.created,
            "default_currency": self.currency,
            "details_submitted": self.state != AccountState::Onboarding,
            "email": self.email,
            "external_accounts": {
                "object": "list",
                "data": [],
                "has_more": false,
                "total_count": 0,
                "url": format!("/v1/accounts/{}/external_accounts", self.id),
            },
            "future_requirements": Onboarding::nothing_in_future(),
            "metadata": self.metadata,
            "payouts_enabled": self.payouts_enabled(),
            "requirements": onboarding.requirements(),
            "settings": self.settings(),
            "tos_acceptance": { "date": self.tos_accepted_at },
            "type": self.kind,
        })
    }
}
