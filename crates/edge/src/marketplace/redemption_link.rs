//! The deep link by which an app's riders redeem.

use domain::app::WebUrl;

use super::convert::{Flaw, at};

/// `https://{domain}/{prefix}/redeem`: "the full path must end in /redeem" (ticketing API, "Redemptions").
pub(super) fn redemption_prefix_of(link: Option<&String>) -> Result<Option<WebUrl>, Flaw> {
    let Some(link) = link else { return Ok(None) };
    let path = link.split(['?', '#']).next().unwrap_or_default();
    if !path.ends_with("/redeem") {
        return Err("redemption_link: its path must end in /redeem".to_owned());
    }
    at("redemption_link", WebUrl::parse(link.clone())).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_link_ends_in_redeem() {
        let of = |link: &str| redemption_prefix_of(Some(&link.to_owned()));
        for good in [
            "https://a.example/redeem",
            "https://a.example/x/y/redeem?lang=en#top",
        ] {
            assert_eq!(of(good).unwrap().unwrap().as_str(), good);
        }
        for bad in [
            "https://a.example",
            "https://a.example/redeem/x",
            "https://a.example/?redeem=/redeem",
            "a.example/redeem",
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
        assert_eq!(redemption_prefix_of(None), Ok(None));
    }
}
