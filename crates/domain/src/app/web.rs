//! Addresses on the web, checked once, where they come in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest address we accept, in bytes.
pub const MAX_URL_LENGTH: usize = 2_048;

/// Why a text is not an address. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// Not an absolute `http` or `https` address in plain ASCII, or one that carries a password.
    #[error("not an absolute web address")]
    NotAnAddress,
    /// More than scheme, host and port.
    #[error("an origin has no path")]
    NotAnOrigin,
}

/// An absolute `http(s)` address without user name or password in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebUrl(String);

impl WebUrl {
    /// Checks length, characters, scheme and host.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidUrl> {
        let text = text.into();
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        let authority = authority(&text).unwrap_or_default();
        let host = host(authority);
        if text.len() > MAX_URL_LENGTH || !printable || host.is_empty() || authority.contains('@') {
            return Err(InvalidUrl::NotAnAddress);
        }
        Ok(Self(text))
    }

    /// The address as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nobody on the way can read or change what comes from there: HTTPS, or a server on this machine.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        let local = matches!(
            host(authority(&self.0).unwrap_or_default()),
            "localhost" | "127.0.0.1" | "[::1]"
        );
        self.0.starts_with("https://") || local
    }
}

/// What stands between the scheme and the path.
fn authority(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    rest.split(['/', '?', '#']).next()
}

/// The authority without its port.
fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// A browser origin, as the `Origin` header names it: `https://shop.example:8443`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

impl Origin {
    /// Takes an address that has nothing after the host and port. Browsers send origins in lower case.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidUrl> {
        let WebUrl(text) = WebUrl::parse(text)?;
        let after_scheme = text.split_once("://").map_or("", |(_, rest)| rest);
        if after_scheme.contains(['/', '?', '#']) {
            return Err(InvalidUrl::NotAnOrigin);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The origin as browsers write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text_conversions {
    ($name:ident, $error:ty) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;
            fn try_from(text: String) -> Result<Self, $error> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
    };
}
pub(super) use text_conversions;

text_conversions!(WebUrl, InvalidUrl);
text_conversions!(Origin, InvalidUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_absolute_printable_and_carries_no_password() {
        for good in [
            "https://a.example",
            "http://localhost:3000/x?y#z",
            "https://[::1]:8443/jwks.json",
        ] {
            assert_eq!(WebUrl::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "a.example",
            "ftp://a.example",
            "https://",
            "https:///x",
            "https://:80/",
            "https://u:p@a.example/",
            "https://a.example/ x",
        ] {
            assert_eq!(WebUrl::parse(bad), Err(InvalidUrl::NotAnAddress), "{bad:?}");
        }
        assert!(WebUrl::parse(format!("https://a.example/{}", "x".repeat(MAX_URL_LENGTH))).is_err());
    }

    #[test]
    fn plain_http_is_secure_only_on_this_machine() {
        for (url, secure) in [
            ("https://a.example/jwks.json", true),
            ("http://127.0.0.1:9000/jwks.json", true),
            ("http://[::1]:9000/jwks.json", true),
            ("http://a.example/jwks.json", false),
            ("http://localhost.a.example/", false),
        ] {
            assert_eq!(WebUrl::parse(url).unwrap().is_secure(), secure, "{url}");
        }
    }

    #[test]
    fn an_origin_ends_with_its_host_and_port() {
        assert_eq!(
            Origin::parse("https://Shop.example:8443").unwrap().as_str(),
            "https://shop.example:8443"
        );
        assert_eq!(
            Origin::parse("https://shop.example/"),
            Err(InvalidUrl::NotAnOrigin)
        );
        assert_eq!(Origin::parse("*"), Err(InvalidUrl::NotAnAddress));
    }
}
