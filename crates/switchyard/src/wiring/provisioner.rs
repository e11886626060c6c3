//! A simulated Stripe has no dashboard, so operators' accounts are made through its control API.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use domain::StripeAccountId;
use engine::AccountProvisioner;
use payments::{Platform, Secret};
use serde_json::{Value, json};

/// Where a simulator tells us what happens.
#[derive(Debug, Clone)]
pub(crate) struct Listening {
    /// Our own address for that.
    pub url: String,
    /// What the events are signed with.
    pub secret: Secret,
}

/// Makes and links accounts on a simulator at some base, and has it tell us what happens on them.
pub(crate) struct SimulatedAccounts {
    client: reqwest::Client,
    base: String,
    listening: Listening,
    /// The platforms that tell us already.
    heard: Mutex<HashSet<String>>,
}

impl SimulatedAccounts {
    /// On the simulator at `base`.
    pub(crate) fn new(base: &str, listening: Listening) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(5))
            .build()?;
        Ok(Self {
            client,
            base: base.trim_end_matches('/').to_owned(),
            listening,
            heard: Mutex::default(),
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

    /// Registering an address again replaces what was registered before, so that it does no harm after a restart.
    async fn listen(&self, platform: &Platform) -> Result<(), String> {
        let key = platform.secret_key.expose();
        let heard = || self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard().contains(key) {
            return Ok(());
        }
        let register = json!({
            "command": "register_endpoint", "account": key, "connect": true,
            "url": self.listening.url, "secret": self.listening.secret.expose(),
        });
        match self.command(&register).await? {
            true => {
                heard().insert(key.to_owned());
                Ok(())
            }
            false => Err("the simulator would not register our address".to_owned()),
        }
    }
}
