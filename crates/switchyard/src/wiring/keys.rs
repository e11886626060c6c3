//! The apps' platform keys. They are configuration: environment variables, never the log.

use std::collections::HashMap;

use domain::AppId;
use edge::api_key::Environment;
use engine::PlatformKeys;
use payments::{Platform, Secret};

/// Each app's secret key, by the app's id as it is spelled in a variable's name.
pub(crate) struct StripeKeys {
    configured: HashMap<String, Secret>,
    /// A simulator takes any key, so every app has one.
    simulated: bool,
}

impl StripeKeys {
    /// Takes `SWITCHYARD_STRIPE_TEST_KEY_<APP>` or `SWITCHYARD_STRIPE_LIVE_KEY_<APP>` from the environment.
    pub(crate) fn from_environment(environment: Environment) -> Self {
        let prefix = format!(
            "SWITCHYARD_STRIPE_{}_KEY_",
            environment.name().to_ascii_uppercase()
        );
        let configured = std::env::vars()
            .filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?.to_owned(), Secret::new(value))))
            .collect();
        Self {
            configured,
            simulated: false,
        }
    }

    /// A simulator's, whatever the environment holds.
    pub(crate) fn simulated_only() -> Self {
        Self {
            configured: HashMap::new(),
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
}
