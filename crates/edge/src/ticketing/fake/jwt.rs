//! JWTs, as far as an API without memory can judge them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::jwt::JwtError;

/// Longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 8 * 1024;

/// Checks the form: three parts in base64url, of which the first two are JSON objects, and a `sub`. Times, audience
/// and signature are not looked at: the token of the published login example expired in 2019, is meant for
/// `TokenTransit`, and its signature is cut off.
pub(super) fn check_form(token: &str) -> Result<(), JwtError> {
    let parts: Vec<&str> = token.split('.').collect();
    let &[header, claims, signature] = parts.as_slice() else {
        return Err(JwtError::Malformed);
    };
    let base64url = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if token.len() > MAX_TOKEN || signature.is_empty() || !signature.bytes().all(base64url) {
        return Err(JwtError::Malformed);
    }
    object(header)?;
    match object(claims)?.get("sub") {
        Some(Value::String(subject)) if !subject.is_empty() => Ok(()),
        Some(Value::Null | Value::String(_)) | None => Err(JwtError::MissingClaim("sub")),
        Some(_) => Err(JwtError::MalformedClaim("sub")),
    }
}

fn object(part: &str) -> Result<Map<String, Value>, JwtError> {
    let decoded = URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Malformed)?;
    serde_json::from_slice(&decoded).map_err(|_| JwtError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str, signature: &str) -> String {
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{signature}", encoded(header), encoded(claims))
    }

    #[test]
    fn any_token_that_looks_like_one_and_names_a_rider_is_taken() {
        let expired = token(
            r#"{"alg":"RS256"}"#,
            r#"{"sub":"ann","exp":1,"aud":"others"}"#,
            "c2ln_-",
        );
        assert_eq!(check_form(&expired), Ok(()));
    }

    #[test]
    fn what_is_no_token_or_names_nobody_is_refused() {
        for nobody in [
            r#"{"email":"ann@example.com"}"#,
            r#"{"sub":""}"#,
            r#"{"sub":null}"#,
        ] {
            let token = token("{}", nobody, "c2ln");
            assert_eq!(check_form(&token), Err(JwtError::MissingClaim("sub")), "{nobody}");
        }
        let number = token("{}", r#"{"sub":7}"#, "c2ln");
        assert_eq!(check_form(&number), Err(JwtError::MalformedClaim("sub")));
        let rider = r#"{"sub":"ann"}"#;
        for malformed in [
            String::new(),
            "made.up.jwt".to_owned(),
            token("{}", rider, ""),
            token("{}", rider, "c2ln."),
            token("{}", rider, "c2+n"),
            token("[]", rider, "c2ln"),
            token("{}", "ann", "c2ln"),
            token("{}", rider, &"a".repeat(MAX_TOKEN)),
        ] {
            assert_eq!(check_form(&malformed), Err(JwtError::Malformed), "{malformed}");
        }
    }
}
