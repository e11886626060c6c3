//! Tokens and key sets as an attacker or a broken program sends them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    openssl::{Key, p256, rsa},
    world::{World, claims},
};
use crate::jwt::{header, keys::Keys};

/// What can stand where JSON of another kind is expected.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "\\PC{0,16}".prop_map(Value::from),
        prop_oneof![Just("RS256"), Just("ES256"), Just("none"), Just("HS256")].prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(
                "alg|kid|crit|kty|keys|n|e|x|y|crv|sub|exp|[a-z]{1,4}",
                inner,
                0..6
            )
            .prop_map(|fields| fields.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

fn verify(world: &World, token: &str) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(world.verify(token)).is_ok()
}

fn served(key: &Key) -> World {
    World::serving(&json!({ "keys": [key.jwks()["keys"][0]] }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_is_a_token_and_none_makes_it_panic(token in "\\PC{0,60}|[A-Za-z0-9_.-]{0,120}|[a-zA-Z0-9_-]{0,40}\\.[a-zA-Z0-9_-]{0,40}\\.[a-zA-Z0-9_-]{0,40}") {
        let _ = header::read(&token);
        prop_assert!(!verify(&served(p256()), &token));
    }

    #[test]
    fn no_header_opens_the_door(header in any_json(), claimed in any_json(), signature in any::<Vec<u8>>()) {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let token = format!("{}.{}.{}", part(&header), part(&claimed), URL_SAFE_NO_PAD.encode(signature));
        prop_assert!(!verify(&served(p256()), &token));
        prop_assert!(!verify(&served(rsa()), &token));
    }

    #[test]
    fn whatever_is_signed_with_a_known_key_is_checked_and_never_panics(claimed in any_json()) {
        verify(&served(p256()), &p256().sign(&claimed));
    }

    #[test]
    fn a_token_that_was_changed_anywhere_is_refused(place in any::<prop::sample::Index>(), other in "[A-Za-z0-9_.-]") {
        for key in [p256(), rsa()] {
            let token = key.sign(&claims());
            let place = place.index(token.len());
            let mut changed = token.clone();
            changed.replace_range(place..=place, &other);
            if changed != token {
                prop_assert!(!verify(&served(key), &changed), "{changed}");
            }
        }
    }

    #[test]
    fn no_key_set_makes_it_panic(document in any_json(), bytes in any::<Vec<u8>>()) {
        let _ = Keys::parse(&bytes);
        let _ = Keys::parse(document.to_string().as_bytes());
        let _ = Keys::parse(json!({ "keys": document }).to_string().as_bytes());
        let _ = Keys::parse(json!({ "keys": [document] }).to_string().as_bytes());
    }
}
