//! Where Stripe is and how long we wait for it.

use std::time::Duration;

use reqwest::Url;

/// The version that every request states in `Stripe-Version`, and that the typed requests were generated from. It is
/// pinned: a newer one renames parameters (this one refuses `payment_method_types`, for example), so it changes
/// together with `async-stripe` and never by setting.
pub const API_VERSION: &str = "2026-09-30.endive";

/// How to reach Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeConfig {
    /// `https://api.stripe.com`, or any address that behaves like it, without `/v1`.
    pub base_url: String,
    /// How long name lookup, connecting and TLS may take together. Running out of it is certain not to have charged.
    pub connect_timeout: Duration,
    /// How long one request may take from first to last byte, connecting included. Running out of it is `Unknown`, so
    /// it must be longer than `connect_timeout`.
    pub deadline: Duration,
}

impl Default for StripeConfig {
    fn default() -> Self {
        Self {
            base_url: "https://api.stripe.com".to_owned(),
            connect_timeout: Duration::from_secs(5),
            deadline: Duration::from_secs(30),
        }
    }
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum StripeConfigError {
    /// Not an absolute HTTP address, or one with a user, a query or a fragment.
    #[error("the Stripe URL must be http(s)://host[:port][/path] without user, query or fragment")]
    BadUrl,
    /// Connecting may take as long as the whole call, so that "not sent" could not be told from "unknown".
    #[error("the Stripe connect time-out must be longer than zero and shorter than the deadline")]
    BadTimeouts,
    /// The HTTP client cannot start, for instance because the system has no root certificates.
    #[error("the HTTP client cannot start")]
    Client(#[source] reqwest::Error),
}

impl StripeConfig {
    /// The address in front of `/v1`, checked.
    pub(super) fn base(&self) -> Result<Url, StripeConfigError> {
        let url = Url::parse(&self.base_url).map_err(|_| StripeConfigError::BadUrl)?;
        let plain = url.username().is_empty() && url.password().is_none();
        let fits = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && plain
            && url.query().is_none()
            && url.fragment().is_none();
        if fits {
            Ok(url)
        } else {
            Err(StripeConfigError::BadUrl)
        }
    }

    pub(super) fn check_timeouts(&self) -> Result<(), StripeConfigError> {
        if self.connect_timeout.is_zero() || self.connect_timeout >= self.deadline {
            return Err(StripeConfigError::BadTimeouts);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_version_is_the_one_the_typed_requests_were_made_for() {
        assert_eq!(API_VERSION, stripe_shared::version::VERSION.as_str());
    }

    #[test]
    fn a_bad_address_is_refused() {
        for bad in [
            "",
            "api.stripe.com",
            "ftp://x",
            "https://user:pw@x",
            "https://x/?a=b",
            "https://x/#a",
        ] {
            let config = StripeConfig {
                base_url: bad.to_owned(),
                ..StripeConfig::default()
            };
            assert!(matches!(config.base(), Err(StripeConfigError::BadUrl)), "{bad:?}");
        }
        assert!(StripeConfig::default().base().is_ok());
    }

    #[test]
    fn connecting_may_not_take_as_long_as_the_whole_call() {
        let second = Duration::from_secs(1);
        for (connect_timeout, deadline) in [(second, second), (Duration::ZERO, second), (second * 2, second)]
        {
            let config = StripeConfig {
                connect_timeout,
                deadline,
                ..StripeConfig::default()
            };
            assert!(matches!(
                config.check_timeouts(),
                Err(StripeConfigError::BadTimeouts)
            ));
        }
    }
}
