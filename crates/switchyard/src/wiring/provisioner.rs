//! A simulated Stripe has no dashboard, so operators' accounts are made through its control API.

use async_trait::async_trait;
use domain::StripeAccountId;
use engine::AccountProvisioner;
use payments::Platform;
use serde_json::{Value, json};

/// Makes and links accounts on a simulator at some base.
pub(crate) struct SimulatedAccounts {
    client: reqwest::Client,
    base: String,
}

impl SimulatedAccounts {
    /// On the simulator at `base`.
    pub(crate) fn new(base: &str) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(5))
            .build()?;
        Ok(Self {
            client,
            base: base.trim_end_matches('/').to_owned(),
        })
    }

    async fn command(&self, command: &Value) -> Result<bool, String> {
        let url = format!("{}/_sim/command", self.base);
        let answer = self.client.post(url).json(command).send().await;
        // The key stands in the command, so the error's own text is not repeated.
        let answer = answer.map_err(|_| "the simulator's control API did not answer".to_owned())?;
        Ok(answer.status().is_success())
    }
}

#[async_trait]
impl AccountProvisioner for SimulatedAccounts {
    /// An account that exists is only linked, whatever state it is in; one that does not is made ready to be charged.
    async fn ensure(&self, platform: &Platform, account: &StripeAccountId) -> Result<(), String> {
        let key = platform.secret_key.expose();
        let link = json!({ "command": "link", "platform": key, "account": account.as_str() });
        if self.command(&link).await? {
            return Ok(());
        }
        let create = json!({ "command": "create_account", "id": account.as_str(), "platform": key });
        match self.command(&create).await? {
            true => Ok(()),
            false => Err("the simulator would not make the account".to_owned()),
        }
    }
}
