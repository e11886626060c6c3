//! Where an app's keys are.

use reqwest::Url;

/// Why a text is no JWKS URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJwksUrl {
    /// No absolute URL.
    #[error("a JWKS URL has to be an absolute URL")]
    Malformed,
    /// Keys over plain HTTP could be anybody's. Only this machine itself is excepted.
    #[error("a JWKS URL has to start with https:// (http:// is for localhost only)")]
    NotHttps,
    /// It holds a user name, a password or a fragment.
    #[error("a JWKS URL has no user name, password or fragment")]
    Extras,
}

/// The one place from which an app's keys are fetched.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JwksUrl(Url);

impl JwksUrl {
    /// Checks that it is HTTPS, or plain HTTP to this machine.
    pub fn parse(text: &str) -> Result<Self, InvalidJwksUrl> {
        let url = Url::parse(text).map_err(|_| InvalidJwksUrl::Malformed)?;
        let secure = match url.scheme() {
            "https" => url.has_host(),
            "http" => is_loopback(&url),
            _ => false,
        };
        if !secure {
            return Err(InvalidJwksUrl::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(InvalidJwksUrl::Extras);
        }
        Ok(Self(url))
    }

    /// The URL as it is requested.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }

    /// Whether it is on this machine, where a proxy has no business.
    pub(super) fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The rule for `iss`: "it must be a prefix of the HTTPS address of the JWKS server". It has to cover the host
    /// at least; the empty text, which is a prefix of everything, says nothing.
    #[must_use]
    pub fn is_issued_by(&self, issuer: &str) -> bool {
        let origin = self.0.origin().ascii_serialization();
        issuer.len() >= origin.len() && self.as_str().starts_with(issuer)
    }
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    host == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_over_https_or_from_this_machine() {
        for good in [
            "https://example.com/jwks.json",
            "https://example.com:8443/jwks?x=1",
            "http://localhost:8080/jwks.json",
            "http://127.0.0.1/jwks.json",
            "http://[::1]:80/jwks.json",
        ] {
            assert!(JwksUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://example.com/jwks.json",
            "http://localhost.example.com/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "ftp://localhost/",
            "file:///etc/passwd",
            "data:application/json,{}",
        ] {
            assert_eq!(JwksUrl::parse(bad), Err(InvalidJwksUrl::NotHttps), "{bad}");
        }
        assert_eq!(JwksUrl::parse("/jwks.json"), Err(InvalidJwksUrl::Malformed));
        for bad in [
            "https://u@example.com/",
            "https://u:p@example.com/",
            "https://example.com/#x",
        ] {
            assert_eq!(JwksUrl::parse(bad), Err(InvalidJwksUrl::Extras), "{bad}");
        }
    }

    #[test]
    fn an_issuer_is_a_prefix_that_names_the_host() {
        let url = JwksUrl::parse("https://example.com/auth/jwks.json").unwrap();
        for issuer in [
            "https://example.com",
            "https://example.com/",
            "https://example.com/auth/",
            "https://example.com/auth/jwks.json",
        ] {
            assert!(url.is_issued_by(issuer), "{issuer}");
        }
        for issuer in [
            "",
            "https://",
            "https://example",
            "https://other.com",
            "https://example.com/auth/jwks.json2",
            "http://example.com",
        ] {
            assert!(!url.is_issued_by(issuer), "{issuer}");
        }
    }
}
