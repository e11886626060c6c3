//! Tickets as an inspector sees them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;

/// What a code says, if one of the published keys signed it. Nothing here is shared with what made it.
pub(crate) fn inspected(code: &str, keys: &Value) -> Option<Value> {
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (signed, signature) = code.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&"ES256".into(), &"ticket+jwt".into())
    );
    let claims: Value = serde_json::from_slice(&decoded(claims)).unwrap();
    let keys = keys["keys"].as_array().unwrap();
    let key = keys
        .iter()
        .find(|key| key["kid"] == header["kid"] && key["env"] == claims["env"])?;
    let mut point = vec![4];
    for part in ["x", "y"] {
        point.extend(decoded(key[part].as_str().unwrap()));
    }
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &decoded(signature)).ok()?;
    Some(claims)
}

/// What stands between two marks in a page.
#[track_caller]
pub(crate) fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let found = page
        .split_once(before)
        .and_then(|(_, rest)| rest.split_once(after));
    found.map(|(inside, _)| inside).expect(before)
}
