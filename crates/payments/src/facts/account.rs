//! An operator's connected account, and the links that lead it through onboarding.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use domain::{Currency, StripeAccountId};
use serde_json::Value;

use super::read::{self, Unreadable};

/// What is known of a connected account. <https://docs.stripe.com/api/accounts/object>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    /// The account.
    pub account: StripeAccountId,
    /// It can take charges now.
    pub charges_enabled: bool,
    /// It is paid out.
    pub payouts_enabled: bool,
    /// The operator has been through the form.
    pub details_submitted: bool,
    /// What Stripe wants to know now, in its own field names.
    pub currently_due: Vec<String>,
    /// What it wanted to know before now.
    pub past_due: Vec<String>,
    /// What it will want to know as business grows.
    pub eventually_due: Vec<String>,
    /// Until when what is due has to be answered.
    pub current_deadline: Option<DateTime<Utc>>,
    /// What the account may be used for, and how far that is: `card_payments` is `active`.
    pub capabilities: BTreeMap<String, String>,
    /// Why it is restricted: `requirements.past_due`, `rejected.fraud`, …
    pub disabled_reason: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// What it settles in unless told otherwise.
    pub default_currency: Option<Currency>,
}

impl AccountFacts {
    /// Reads an `account`, as an answer or a webhook shows it. What it does not say about charging counts as no.
    pub fn read(account: &Value) -> Result<Self, Unreadable> {
        let id = read::id(account, "id", StripeAccountId::parse);
        let wants = account.get("requirements").unwrap_or(&Value::Null);
        Ok(Self {
            account: id.ok_or(Unreadable {
                object: "account",
                field: "id",
            })?,
            charges_enabled: read::flag(account, "charges_enabled").unwrap_or(false),
            payouts_enabled: read::flag(account, "payouts_enabled").unwrap_or(false),
            details_submitted: read::flag(account, "details_submitted").unwrap_or(false),
            currently_due: read::texts(wants, "currently_due"),
            past_due: read::texts(wants, "past_due"),
            eventually_due: read::texts(wants, "eventually_due"),
            current_deadline: wants
                .get("current_deadline")
                .and_then(Value::as_i64)
                .and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
            capabilities: capabilities(account),
            disabled_reason: read::text(wants, "disabled_reason").map(str::to_owned),
            country: read::text(account, "country").map(str::to_owned),
            default_currency: read::text(account, "default_currency").and_then(|code| code.parse().ok()),
        })
    }
}

fn capabilities(account: &Value) -> BTreeMap<String, String> {
    let all = account.get("capabilities").and_then(Value::as_object);
    all.into_iter()
        .flatten()
        .filter_map(|(name, status)| Some((name.clone(), status.as_str()?.to_owned())))
        .collect()
}

/// A link to Stripe's hosted onboarding. Whoever opens it first acts for the operator, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountLink {
    /// Where to send the operator, at once.
    pub url: String,
    /// When it stops working, if Stripe said so.
    pub expires_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for AccountLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountLink")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_account_that_does_not_say_cannot_charge() {
        let facts = AccountFacts::read(&json!({ "id": "acct_1", "requirements": null })).unwrap();
        assert!(!facts.charges_enabled && !facts.payouts_enabled && !facts.details_submitted);
    }

    #[test]
    fn what_stripe_still_wants_is_passed_on_in_its_own_words() {
        let account = json!({
            "id": "acct_1", "charges_enabled": true, "default_currency": "usd",
            "requirements": {
                "currently_due": ["external_account", 7], "disabled_reason": "requirements.past_due",
                "eventually_due": ["business_profile.url"], "current_deadline": 1_700_000_000,
            },
            "capabilities": { "card_payments": "pending", "odd": 7 },
        });
        let facts = AccountFacts::read(&account).unwrap();
        assert!(facts.charges_enabled);
        assert_eq!(facts.currently_due, ["external_account"]);
        assert_eq!(facts.disabled_reason.as_deref(), Some("requirements.past_due"));
        assert_eq!(facts.eventually_due, ["business_profile.url"]);
        assert_eq!(facts.current_deadline, DateTime::from_timestamp(1_700_000_000, 0));
        assert_eq!(facts.capabilities.len(), 1);
        assert_eq!(facts.capabilities["card_payments"], "pending");
        assert_eq!(facts.default_currency, Some(Currency::USD));
    }

    #[test]
    fn an_onboarding_link_is_not_printed() {
        let link = AccountLink {
            url: "https://connect.stripe.com/setup/s/secret".to_owned(),
            expires_at: None,
        };
        assert!(!format!("{link:?}").contains("secret"));
    }
}
