//! Tokens that must not pass, each made with care.

use serde_json::{Value, json};

use super::openssl::{self, Key, base64, p256, rsa};
use super::world::{World, claims};
use crate::jwt::JwtError;

#[tokio::test]
async fn tokens_signed_with_rs256_and_es256_are_taken() {
    let world = World::serving(&json!({ "keys": [rsa().jwk, p256().jwk] }));
    for key in [rsa(), p256()] {
        let rider = world.verify(&key.sign(&claims())).await.unwrap();
        assert_eq!(rider.subject, "rider-1");
        // Also without a key id.
        let mut header = key.header();
        header.as_object_mut().unwrap().remove("kid");
        assert!(world.verify(&key.sign_with(&header, &claims())).await.is_ok());
    }
}

#[tokio::test]
async fn an_unsigned_token_is_refused() {
    let world = World::serving(&rsa().jwks());
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let message = format!(
            "{}.{}",
            base64(json!({ "alg": alg, "kid": rsa().kid() }).to_string()),
            base64(claims().to_string())
        );
        for signature in ["", "AAAA"] {
            let refusal = world.verify(&format!("{message}.{signature}")).await;
            assert_eq!(refusal, Err(JwtError::Algorithm), "{alg}");
        }
    }
    assert_eq!(world.fetches(), 0, "refused before anything is fetched");
}

#[tokio::test]
async fn an_hmac_made_with_the_public_key_is_refused() {
    for key in [rsa(), p256()] {
        let world = World::serving(&key.jwks());
        let claims = base64(claims().to_string());
        let secrets = [
            key.public_pem(),
            key.jwk["n"]
                .as_str()
                .or(key.jwk["x"].as_str())
                .unwrap()
                .as_bytes()
                .to_vec(),
        ];
        for secret in &secrets {
            let honest = format!(
                "{}.{claims}",
                base64(json!({ "alg": "HS256", "kid": key.kid() }).to_string())
            );
            let token = format!("{honest}.{}", base64(openssl::hmac(secret, &honest)));
            assert_eq!(world.verify(&token).await, Err(JwtError::Algorithm));
            // The same trick under a name that is taken.
            let named = format!("{}.{claims}", base64(key.header().to_string()));
            let token = format!("{named}.{}", base64(openssl::hmac(secret, &named)));
            assert_eq!(world.verify(&token).await, Err(JwtError::Signature));
        }
    }
}

#[tokio::test]
async fn a_symmetric_key_in_the_key_set_is_never_used() {
    let oct = json!({ "kty": "oct", "kid": "oct-1", "alg": "HS256", "k": base64([7; 32]) });
    let world = World::serving(&json!({ "keys": [oct] }));
    let message = format!(
        "{}.{}",
        base64(r#"{"alg":"HS256","kid":"oct-1"}"#),
        base64(claims().to_string())
    );
    let token = format!("{message}.{}", base64(openssl::hmac(&[7; 32], &message)));
    assert_eq!(world.verify(&token).await, Err(JwtError::Algorithm));
}

#[tokio::test]
async fn other_algorithms_are_refused_even_if_genuine() {
    let world = World::serving(&rsa().jwks());
    for alg in ["RS384", "RS512", "PS256", "ES384", "EdDSA", "rs256"] {
        let token = rsa().sign_with(&json!({ "alg": alg, "kid": rsa().kid() }), &claims());
        assert_eq!(world.verify(&token).await, Err(JwtError::Algorithm), "{alg}");
    }
    for header in [
        json!({ "kid": "rsa-1" }),
        json!({ "alg": 7 }),
        json!({ "alg": ["RS256"] }),
    ] {
        assert_eq!(
            world.verify(&rsa().sign_with(&header, &claims())).await,
            Err(JwtError::Algorithm)
        );
    }
}

#[tokio::test]
async fn a_header_that_demands_an_extension_is_refused() {
    let world = World::serving(&rsa().jwks());
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), Value::Null] {
        let mut header = rsa().header();
        header["crit"] = crit;
        header["b64"] = json!(true);
        assert_eq!(
            world.verify(&rsa().sign_with(&header, &claims())).await,
            Err(JwtError::CriticalHeader)
        );
    }
}

#[tokio::test]
async fn keys_and_addresses_in_the_token_itself_count_for_nothing() {
    let world = World::serving(&rsa().jwks());
    let forger = Key::p256("ec-1");
    let mut header = forger.header();
    header["jwk"] = forger.jwk.clone();
    header["jku"] = json!("https://evil.example.com/jwks.json");
    header["x5u"] = json!("https://evil.example.com/cert.pem");
    // The world's fetcher fails the test if anything but the configured URL is asked.
    assert_eq!(
        world.verify(&forger.sign_with(&header, &claims())).await,
        Err(JwtError::UnknownKey)
    );
}

#[tokio::test]
async fn a_key_signs_only_with_the_algorithm_of_its_kind() {
    // An RSA signature under a header that says ES256, and the other way round.
    let world = World::serving(&json!({ "keys": [rsa().jwk, p256().jwk] }));
    let swapped =
        |key: &Key, alg: &str, kid: &str| key.sign_with(&json!({ "alg": alg, "kid": kid }), &claims());
    assert_eq!(
        world.verify(&swapped(rsa(), "ES256", "rsa-1")).await,
        Err(JwtError::UnknownKey)
    );
    assert_eq!(
        world.verify(&swapped(p256(), "RS256", "ec-1")).await,
        Err(JwtError::UnknownKey)
    );
    assert_eq!(
        world.verify(&swapped(rsa(), "ES256", "ec-1")).await,
        Err(JwtError::Signature)
    );
}

#[tokio::test]
async fn an_altered_token_is_refused() {
    let world = World::serving(&json!({ "keys": [rsa().jwk, p256().jwk] }));
    for key in [rsa(), p256()] {
        let token = key.sign(&claims());
        let parts: Vec<&str> = token.split('.').collect();
        let mut richer = claims();
        richer["sub"] = json!("rider-2");
        let forged = format!("{}.{}.{}", parts[0], base64(richer.to_string()), parts[2]);
        assert_eq!(world.verify(&forged).await, Err(JwtError::Signature));
        let stripped = format!("{}.{}.", parts[0], parts[1]);
        assert_eq!(world.verify(&stripped).await, Err(JwtError::Signature));
    }
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let world = World::serving(&rsa().jwks());
    let token = rsa().sign(&claims());
    let huge = format!("{token}{}", "A".repeat(9000));
    for text in [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        &format!("{token}.x"),
        &format!(" {token}"),
        &huge,
        "é.é.é",
    ] {
        assert_eq!(world.verify(text).await, Err(JwtError::Malformed), "{text}");
    }
    for header in [json!([]), json!("RS256"), json!({ "alg": "RS256", "kid": 7 })] {
        assert_eq!(
            world.verify(&rsa().sign_with(&header, &claims())).await,
            Err(JwtError::Malformed)
        );
    }
    // Signed, but no claims.
    for claims in [json!([]), json!("claims"), json!(7)] {
        assert_eq!(world.verify(&rsa().sign(&claims)).await, Err(JwtError::Malformed));
    }
}

#[tokio::test]
async fn keys_that_are_weak_or_for_something_else_are_not_used() {
    let weak = Key::rsa("1024", "weak");
    let world = World::serving(&weak.jwks());
    assert_eq!(
        world.verify(&weak.sign(&claims())).await,
        Err(JwtError::UnknownKey)
    );

    for (name, value) in [
        ("use", json!("enc")),
        ("alg", json!("RS512")),
        ("key_ops", json!(["encrypt"])),
        ("kty", json!("EC")),
        ("n", json!("not base64!")),
    ] {
        let mut jwk = rsa().jwk.clone();
        jwk[name] = value;
        let world = World::serving(&json!({ "keys": [jwk] }));
        assert_eq!(
            world.verify(&rsa().sign(&claims())).await,
            Err(JwtError::UnknownKey),
            "{name}"
        );
    }
    let mut curve = p256().jwk.clone();
    curve["crv"] = json!("P-384");
    let world = World::serving(&json!({ "keys": [curve] }));
    assert_eq!(
        world.verify(&p256().sign(&claims())).await,
        Err(JwtError::UnknownKey)
    );
}

#[tokio::test]
async fn a_set_is_read_in_spite_of_keys_that_nobody_understands() {
    let strange = [
        json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" }),
        json!({ "kty": "??" }),
        json!(7),
        json!({}),
    ];
    let mut keys = strange.to_vec();
    keys.push(rsa().jwk.clone());
    let world = World::serving(&json!({ "keys": keys, "more": 1 }));
    assert!(world.verify(&rsa().sign(&claims())).await.is_ok());
}

#[tokio::test]
async fn an_optional_declaration_of_a_key_may_be_missing() {
    let mut jwk = rsa().jwk.clone();
    for name in ["use", "alg"] {
        jwk.as_object_mut().unwrap().remove(name);
    }
    jwk["key_ops"] = json!(["verify"]);
    let world = World::serving(&json!({ "keys": [jwk] }));
    assert!(world.verify(&rsa().sign(&claims())).await.is_ok());
}

#[tokio::test]
async fn a_riders_data_does_not_show_in_debug() {
    let world = World::serving(&rsa().jwks());
    let shown = format!("{:?}", world.verify(&rsa().sign(&claims())).await.unwrap());
    for secret in ["rider", "example", "415", "d8a942c5", "login-1"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
