//! The cookie `user_session_id`, by which a rider stays logged in.
//!
//! It is `HttpOnly`, so that no script reads it, and `Secure`, as the API is for HTTPS only (browsers and curl make
//! an exception for this machine itself). It is `SameSite=None`, because apps that run in a browser call from an
//! origin of their own, allowed to per app by CORS, and a stricter cookie would never be sent with such a call. What
//! `SameSite` would guard against is guarded otherwise: every call needs the header `Token-Transit-Api-Key`, which a
//! forged form cannot send, and a forged script only after a CORS preflight that we refuse.

use chrono::TimeDelta;
use http::{HeaderMap, HeaderValue, header};

/// The cookie's name.
pub const SESSION_COOKIE: &str = "user_session_id";

/// Longest value that is looked at, in bytes.
const MAX_LENGTH: usize = 256;

/// The token holds characters that a cookie cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session token cannot stand in a cookie")]
pub struct InvalidCookie;

/// `Set-Cookie` for a session that is good for `lifetime`. The value is marked so that it is not logged.
pub fn set_session(token: &str, lifetime: TimeDelta) -> Result<HeaderValue, InvalidCookie> {
    let safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    if token.is_empty() || token.len() > MAX_LENGTH || !token.bytes().all(safe) {
        return Err(InvalidCookie);
    }
    write(token, lifetime.num_seconds().max(0))
}

/// `Set-Cookie` that makes the client forget the session.
pub fn delete_session() -> Result<HeaderValue, InvalidCookie> {
    write("", 0)
}

fn write(token: &str, max_age_seconds: i64) -> Result<HeaderValue, InvalidCookie> {
    let text = format!(
        "{SESSION_COOKIE}={token}; Path=/; Max-Age={max_age_seconds}; HttpOnly; Secure; SameSite=None"
    );
    let mut value = HeaderValue::try_from(text).map_err(|_| InvalidCookie)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The session token that a request carries. Of several, which only cookies of other paths could cause, it is the
/// first: the one of the longest path (RFC 6265, section 5.4).
#[must_use]
pub fn session_token(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim() == SESSION_COOKIE)
        .map(|(_, value)| unquoted(value.trim()))
        .filter(|value| !value.is_empty() && value.len() <= MAX_LENGTH)
}

fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookies: &[&'static str]) -> HeaderMap {
        cookies
            .iter()
            .map(|cookie| (header::COOKIE, HeaderValue::from_static(cookie)))
            .collect()
    }

    #[test]
    fn a_session_cookie_is_kept_from_scripts_and_from_plain_http() {
        let value = set_session("abc-_9", TimeDelta::days(30)).unwrap();
        assert_eq!(
            value.to_str().unwrap(),
            "user_session_id=abc-_9; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=None"
        );
        assert!(value.is_sensitive() && !format!("{value:?}").contains("abc"));
    }

    #[test]
    fn logging_out_makes_the_client_forget_the_cookie_it_was_given() {
        let value = delete_session().unwrap();
        let value = value.to_str().unwrap();
        assert!(value.starts_with("user_session_id=; Path=/; Max-Age=0;"));
        assert!(
            set_session("a", TimeDelta::seconds(-5))
                .unwrap()
                .to_str()
                .unwrap()
                .contains("Max-Age=0;")
        );
    }

    #[test]
    fn nothing_can_be_smuggled_into_the_header() {
        for token in ["", "a;Domain=evil", "a\r\nSet-Cookie: b=c", "a b", "é", "a,b"] {
            assert_eq!(
                set_session(token, TimeDelta::days(1)),
                Err(InvalidCookie),
                "{token:?}"
            );
        }
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        for cookies in [
            &["user_session_id=abc"][..],
            &["a=b; user_session_id=abc; c=d"],
            &["a=b;user_session_id=\"abc\""],
            &["a=b", "user_session_id=abc"],
            &["user_session_id=abc; user_session_id=def"],
        ] {
            assert_eq!(session_token(&headers(cookies)), Some("abc"), "{cookies:?}");
        }
    }

    #[test]
    fn without_the_cookie_there_is_no_token() {
        for cookies in [
            &[][..],
            &["user_session_id"],
            &["user_session_id="],
            &["xuser_session_id=abc"],
            &["USER_SESSION_ID=abc"],
        ] {
            assert_eq!(session_token(&headers(cookies)), None, "{cookies:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_header_makes_it_panic_and_no_token_is_longer_than_one_of_ours(
            values in proptest::collection::vec(
                proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400),
                0..4,
            ),
            named in "[ ;=\"a-z]{0,300}",
        ) {
            let mut headers: HeaderMap = values
                .iter()
                .filter_map(|value| HeaderValue::from_bytes(value).ok())
                .map(|value| (header::COOKIE, value))
                .collect();
            if let Ok(value) = HeaderValue::try_from(format!("{SESSION_COOKIE}={named}")) {
                headers.append(header::COOKIE, value);
            }
            let token = session_token(&headers);
            proptest::prop_assert!(token.is_none_or(|token| !token.is_empty() && token.len() <= MAX_LENGTH));
        }
    }
}
