//! The apps' platform keys. They are configuration: environment variables, never the log.

use std::collections::HashMap;

use domain::AppId;
use edge::api_key::Environment;
use engine::PlatformKeys;
use payments::{Platform, Secret};

/// Each app's secret key, by the app's id as it is spelled in a variable's name.
pub(crate) struct StripeKeys {
    configured: HashMap<String, Secret>,
    /// By which names Stripe's consent page knows the platforms.
    clients: HashMap<String, String>,
    /// What Stripe signs its events with.
    event_secrets: Vec<Secret>,
    /// A simulator takes any key, so every app has one.
    simulated: bool,
}

impl StripeKeys {
    /// Takes `SWITCHYARD_STRIPE_TEST_KEY_<APP>` or `SWITCHYARD_STRIPE_LIVE_KEY_<APP>` from the environment, and in the
    /// same way `…_CLIENT_ID_<APP>` and the secrets in `…_WEBHOOK_SECRET`.
    pub(crate) fn from_environment(environment: Environment) -> Self {
        let stripe = format!("SWITCHYARD_STRIPE_{}_", environment.name().to_ascii_uppercase());
        let named = |what: &str| {
            let prefix = format!("{stripe}{what}_");
            std::env::vars().filter_map(move |(name, value)| {
                Some((name.strip_prefix(prefix.as_str())?.to_owned(), value))
            })
        };
        let secrets = std::env::var(format!("{stripe}WEBHOOK_SECRET")).unwrap_or_default();
        Self {
            configured: named("KEY").map(|(app, key)| (app, Secret::new(key))).collect(),
            clients: named("CLIENT_ID").collect(),
            event_secrets: secrets
                .split(',')
                .map(str::trim)
                .filter(|secret| !secret.is_empty())
                .map(Secret::new)
                .collect(),
            simulated: false,
        }
    }

    /// The same, believing also what is signed with this secret.
    #[must_use]
    pub(crate) fn believing(mut self, secret: Secret) -> Self {
        self.event_secrets.push(secret);
        self
    }

    /// A simulator's, whatever the environment holds.
    pub(crate) fn simulated_only() -> Self {
        Self {
            configured: HashMap::new(),
            clients: HashMap::new(),
            event_secrets: Vec::new(),
            simulated: true,
        }
    }

    /// Whether there is any.
    pub(crate) fn is_empty(&self) -> bool {
        self.configured.is_empty()
    }

    /// Gives every app without a key one that a simulator takes.
    #[must_use]
    pub(crate) fn simulated(self) -> Self {
        Self {
            simulated: true,
            ..self
        }
    }
}

/// An app's id as part of a variable's name.
fn variable(app: &AppId) -> String {
    app.as_str()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect()
}

impl PlatformKeys for StripeKeys {
    fn platform(&self, app: &AppId) -> Option<Platform> {
        let configured = self.configured.get(&variable(app)).cloned();
        let plain: String = app.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
        let secret_key =
            configured.or_else(|| self.simulated.then(|| Secret::new(format!("sk_test_{plain}"))))?;
        Some(Platform {
            account: None,
            secret_key,
        })
    }

    fn client_id(&self, app: &AppId) -> Option<String> {
        let configured = self.clients.get(&variable(app)).cloned();
        configured.or_else(|| {
            let plain: String = app.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
            self.simulated.then(|| format!("ca_{plain}"))
        })
    }

    fn event_secrets(&self) -> Vec<Secret> {
        self.event_secrets.clone()
    }
}
