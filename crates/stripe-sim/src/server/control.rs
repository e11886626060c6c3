//! The control API in Rust: what a test or an operator does to the simulated Stripe.

use std::sync::{Arc, MutexGuard, PoisonError};

use serde_json::Value;

use super::faults::{FaultRule, Faults, WebhookFaults};
use super::shared::{Shared, unix_now};
use super::webhooks::Delivery;
use crate::core::{AccountState, Command, CommandError, NewAccount, NewEndpoint};

/// Why a control call was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// The simulator refused the command.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The journal could not be written, so nothing was done.
    #[error("the journal cannot be written: {0}")]
    Journal(String),
}

/// A handle to a running server's state.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

impl Control {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Carry out any command and give its result.
    pub fn command(&self, command: &Command) -> Result<Value, ControlError> {
        self.shared.command(command)
    }

    /// The account id behind a key such as `sk_test_abc`; the account is made on first use.
    #[must_use]
    pub fn platform_of(key: &str) -> Option<String> {
        crate::core::platform_of_key(key)
    }

    /// Make a connected account, or bring one that exists into this state; gives its id.
    pub fn create_account(&self, new: NewAccount) -> Result<String, ControlError> {
        let account = self.command(&Command::CreateAccount(new))?;
        Ok(account
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned())
    }

    /// Make an enabled account with a chosen id, linked to the platform of `key`.
    pub fn create_linked_account(&self, key: &str, id: &str) -> Result<String, ControlError> {
        self.create_account(NewAccount {
            id: Some(id.to_owned()),
            platform: Some(key.to_owned()),
            ..NewAccount::default()
        })
    }

    /// Link an account to the platform of `key` (or with that account id).
    pub fn link(&self, platform: &str, account: &str) -> Result<(), ControlError> {
        let (platform, account) = (platform.to_owned(), account.to_owned());
        self.command(&Command::Link { platform, account }).map(drop)
    }

    /// Take the link away, as when the account's owner revokes the platform's access.
    pub fn unlink(&self, platform: &str, account: &str) -> Result<(), ControlError> {
        let (platform, account) = (platform.to_owned(), account.to_owned());
        self.command(&Command::Unlink { platform, account }).map(drop)
    }

    /// Finish an account's hosted onboarding.
    pub fn complete_onboarding(&self, account: &str) -> Result<(), ControlError> {
        self.command(&Command::CompleteOnboarding {
            account: account.to_owned(),
        })
        .map(drop)
    }

    /// Set an account's state as Stripe would after a review.
    pub fn set_account_state(&self, account: &str, state: AccountState) -> Result<(), ControlError> {
        self.command(&Command::SetAccountState {
            account: account.to_owned(),
            state,
        })
        .map(drop)
    }

    /// Close a dispute as won or lost.
    pub fn settle_dispute(&self, account: &str, dispute: &str, won: bool) -> Result<(), ControlError> {
        let (account, dispute) = (account.to_owned(), dispute.to_owned());
        self.command(&Command::SettleDispute {
            account,
            dispute,
            won,
        })
        .map(drop)
    }

    /// The customer passes or fails the 3D Secure challenge of an intent.
    pub fn complete_authentication(
        &self,
        account: &str,
        intent: &str,
        succeed: bool,
    ) -> Result<(), ControlError> {
        let (account, intent) = (account.to_owned(), intent.to_owned());
        self.command(&Command::CompleteAuthentication {
            account,
            intent,
            succeed,
        })
        .map(drop)
    }

    /// Pay out what is available now; gives the ids of the payouts.
    pub fn pay_out(&self, account: &str) -> Result<Vec<String>, ControlError> {
        let payouts = self.command(&Command::PayOut {
            account: account.to_owned(),
        })?;
        let ids = payouts.as_array().into_iter().flatten().filter_map(Value::as_str);
        Ok(ids.map(str::to_owned).collect())
    }

    /// Register a webhook endpoint; gives its signing secret.
    pub fn register_endpoint(&self, new: NewEndpoint) -> Result<String, ControlError> {
        let endpoint = self.command(&Command::RegisterEndpoint(new))?;
        Ok(endpoint
            .get("secret")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned())
    }

    /// Move simulated time forward; gives the whole offset in seconds.
    pub fn advance_time(&self, seconds: i64) -> Result<i64, ControlError> {
        Ok(self
            .command(&Command::AdvanceTime { seconds })?
            .as_i64()
            .unwrap_or_default())
    }

    /// Simulated time, Unix seconds.
    #[must_use]
    pub fn time(&self) -> i64 {
        self.shared.read(|simulator| simulator.time(unix_now()))
    }

    /// Add a fault rule.
    pub fn add_fault(&self, rule: FaultRule) {
        self.faults().add(rule);
    }

    /// Remove all fault rules.
    pub fn clear_faults(&self) {
        self.faults().clear();
    }

    /// What happens to webhooks on their way from now on.
    pub fn set_webhook_faults(&self, faults: WebhookFaults) {
        *self
            .shared
            .webhook_faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// The fault rules that are not used up.
    #[must_use]
    pub fn faults_left(&self) -> Vec<FaultRule> {
        self.faults().rules().to_vec()
    }

    /// All charges, refunds, fees, balances, payouts and disputes by account, for independent checks.
    #[must_use]
    pub fn books(&self) -> Value {
        self.shared.read(crate::core::Simulator::books)
    }

    /// How often requests under this idempotency key were really executed.
    #[must_use]
    pub fn executions(&self, key: &str) -> u64 {
        self.shared.read(|simulator| simulator.executions(key))
    }

    /// What became of the latest webhook attempts, oldest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.delivered.all()
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.shared.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
