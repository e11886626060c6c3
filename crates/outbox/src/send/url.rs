//! Which URLs webhooks may be sent to.

use std::net::IpAddr;

use reqwest::Url;

use super::address::is_public;

/// What an endpoint may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policy {
    /// For local use: plain HTTP, and private addresses.
    pub allow_private: bool,
}

/// Why nothing is sent there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsafeUrl {
    /// No address that could be sent to.
    #[error("not an absolute web address")]
    NotAnAddress,
    /// Others could read and change what is sent.
    #[error("the address has to begin with https://")]
    NotHttps,
    /// A name and password in a URL end up in logs.
    #[error("the address must not hold a user name or password")]
    Userinfo,
    /// Nobody would see it.
    #[error("the address must not have a fragment")]
    Fragment,
    /// It leads to this machine or its neighbours.
    #[error("the address is private, or not for the public for another reason")]
    Private,
}

/// Checks everything about a URL that can be checked without asking anybody.
pub fn check_url(text: &str, policy: Policy) -> Result<Url, UnsafeUrl> {
    let url = Url::parse(text).map_err(|_| UnsafeUrl::NotAnAddress)?;
    match url.scheme() {
        "https" => {}
        "http" if policy.allow_private => {}
        "http" => return Err(UnsafeUrl::NotHttps),
        _ => return Err(UnsafeUrl::NotAnAddress),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UnsafeUrl::Userinfo);
    }
    if url.fragment().is_some() {
        return Err(UnsafeUrl::Fragment);
    }
    let host = url
        .host_str()
        .filter(|host| !host.is_empty())
        .ok_or(UnsafeUrl::NotAnAddress)?;
    // Names are judged by what they resolve to; an address written out, in whichever way, stands here in its plain form.
    let literal: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    if !policy.allow_private && literal.is_some_and(|address| !is_public(address)) {
        return Err(UnsafeUrl::Private);
    }
    Ok(url)
}

/// Checks a URL that is to be kept, and asks what its name resolves to. A name that resolves to nothing yet is taken:
/// whatever it resolves to later is checked whenever something is sent.
pub async fn vet(text: &str, policy: Policy) -> Result<(), UnsafeUrl> {
    let url = check_url(text, policy)?;
    let Some(host) = url.host_str().filter(|_| !policy.allow_private) else {
        return Ok(());
    };
    let port = url.port_or_known_default().unwrap_or(443);
    let Ok(mut found) = tokio::net::lookup_host((host.trim_matches(['[', ']']), port)).await else {
        return Ok(());
    };
    match found.any(|address| !is_public(address.ip())) {
        true => Err(UnsafeUrl::Private),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTSIDE: Policy = Policy { allow_private: false };
    const INSIDE: Policy = Policy { allow_private: true };

    #[test]
    fn only_https_to_the_public_without_userinfo_is_taken() {
        for (url, refused) in [
            ("https://hooks.example/in?tenant=1", None),
            ("https://1.1.1.1:8443/", None),
            ("http://hooks.example/", Some(UnsafeUrl::NotHttps)),
            ("ftp://hooks.example/", Some(UnsafeUrl::NotAnAddress)),
            ("hooks.example", Some(UnsafeUrl::NotAnAddress)),
            ("https://ann:secret@hooks.example/", Some(UnsafeUrl::Userinfo)),
            ("https://ann@hooks.example/", Some(UnsafeUrl::Userinfo)),
            ("https://hooks.example/#top", Some(UnsafeUrl::Fragment)),
            ("https://127.0.0.1/", Some(UnsafeUrl::Private)),
            // The same in decimal, in hexadecimal, in octal and cut short.
            ("https://2130706433/", Some(UnsafeUrl::Private)),
            ("https://0x7f000001/", Some(UnsafeUrl::Private)),
            ("https://0177.0.0.1/", Some(UnsafeUrl::Private)),
            ("https://127.1/", Some(UnsafeUrl::Private)),
            ("https://[::1]/", Some(UnsafeUrl::Private)),
            ("https://[::ffff:169.254.169.254]/", Some(UnsafeUrl::Private)),
        ] {
            assert_eq!(check_url(url, OUTSIDE).err(), refused, "{url}");
        }
    }

    #[test]
    fn local_use_takes_plain_http_and_private_addresses_but_no_userinfo() {
        assert!(check_url("http://127.0.0.1:9000/hooks", INSIDE).is_ok());
        assert_eq!(
            check_url("http://a:b@127.0.0.1/", INSIDE).err(),
            Some(UnsafeUrl::Userinfo)
        );
    }

    #[tokio::test]
    async fn a_name_is_judged_by_what_it_resolves_to() {
        assert_eq!(vet("https://localhost/", OUTSIDE).await, Err(UnsafeUrl::Private));
        assert_eq!(vet("https://localhost/", INSIDE).await, Ok(()));
        assert_eq!(vet("https://no-such-name.invalid/", OUTSIDE).await, Ok(()));
    }
}
