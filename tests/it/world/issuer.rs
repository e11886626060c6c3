//! An app's own identity provider: keys, tokens and a JWKS server, with none of the engine's code in them. Signatures are
//! ring's and keys OpenSSL's, so that both sides of a mistake cannot be the same.

use std::{
    process::Command,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
        RsaPublicKeyComponents,
    },
};
use serde_json::{Value, json};

/// What the JWKS server does when it is asked.
#[derive(Clone)]
enum Answer {
    Document(String),
    Status(u16),
    Moved(&'static str),
}

struct Served {
    answer: Answer,
    asked: Vec<String>,
}

/// An identity provider on this machine.
pub(crate) struct Issuer {
    served: Arc<Mutex<Served>>,
    base: String,
    rsa: RsaKeyPair,
    curve: EcdsaKeyPair,
}

/// Base64url, as the parts of a token are written.
pub(crate) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Made once: RSA keys take a while.
fn rsa_key() -> &'static [u8] {
    static KEY: OnceLock<Vec<u8>> = OnceLock::new();
    KEY.get_or_init(|| {
        let arguments = "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -outform DER";
        let made = Command::new("openssl").args(arguments.split(' ')).output();
        made.expect("these tests need the openssl command").stdout
    })
}

impl Issuer {
    /// Serves its keys.
    pub(crate) async fn start() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let curve = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random);
        let served = Arc::new(Mutex::new(Served {
            answer: Answer::Status(500),
            asked: Vec::new(),
        }));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&served));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let issuer = Self {
            served,
            base,
            // Some releases of OpenSSL write PKCS #8 here, others the RSA key alone.
            rsa: RsaKeyPair::from_pkcs8(rsa_key())
                .or_else(|_| RsaKeyPair::from_der(rsa_key()))
                .unwrap(),
            curve: curve.unwrap(),
        };
        issuer.serve_keys();
        issuer
    }

    /// `https://…/auth/jwks.json`, but for the `s`, which this machine may do without.
    pub(crate) fn url(&self) -> String {
        format!("{}/auth/jwks.json", self.base)
    }

    /// Anywhere else on this server.
    pub(crate) fn elsewhere(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Both public keys, `rsa-1` and `ec-1`.
    pub(crate) fn serve_keys(&self) {
        let RsaPublicKeyComponents { n, e } = self.public();
        // An uncompressed point: a byte that says so, and two coordinates.
        let (x, y) = self.curve.public_key().as_ref()[1..].split_at(32);
        let document = json!({ "keys": [
            { "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "rsa-1", "n": encoded(n), "e": encoded(e) },
            { "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "ec-1", "x": encoded(x), "y": encoded(y) },
        ] });
        self.set(Answer::Document(document.to_string()));
    }

    fn public(&self) -> RsaPublicKeyComponents<Vec<u8>> {
        self.rsa.public().into()
    }

    /// From now on it cannot say which keys it has.
    pub(crate) fn go_down(&self) {
        self.set(Answer::Status(500));
    }

    /// From now on it says that its keys are elsewhere.
    pub(crate) fn move_to(&self, path: &'static str) {
        self.set(Answer::Moved(path));
    }

    fn set(&self, answer: Answer) {
        self.served.lock().unwrap_or_else(PoisonError::into_inner).answer = answer;
    }

    /// Every path that it was asked for so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        let served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        served.asked.clone()
    }

    /// A token as an honest app makes it.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.rs256(&json!({ "alg": "RS256", "typ": "JWT", "kid": "rsa-1" }), claims)
    }

    /// Signed with the RSA key, whatever the header says.
    pub(crate) fn rs256(&self, header: &Value, claims: &Value) -> String {
        signed(header, claims, |message| {
            let mut signature = vec![0; self.rsa.public().modulus_len()];
            let random = SystemRandom::new();
            self.rsa
                .sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                .unwrap();
            signature
        })
    }

    /// Signed with the key on the curve, whatever the header says.
    pub(crate) fn es256(&self, header: &Value, claims: &Value) -> String {
        signed(header, claims, |message| {
            let signature = self.curve.sign(&SystemRandom::new(), message).unwrap();
            signature.as_ref().to_vec()
        })
    }

    /// "Signed" with a public key as though that were a secret.
    pub(crate) fn hs256(&self, header: &Value, claims: &Value) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.public().n);
        signed(header, claims, |message| {
            hmac::sign(&key, message).as_ref().to_vec()
        })
    }
}

fn signed(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
    let signature = sign(message.as_bytes());
    format!("{message}.{}", encoded(signature))
}

async fn answer(State(served): State<Arc<Mutex<Served>>>, uri: Uri) -> Response {
    let mut served = served.lock().unwrap_or_else(PoisonError::into_inner);
    served.asked.push(uri.path().to_owned());
    match served.answer.clone() {
        Answer::Document(document) => document.into_response(),
        Answer::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answer::Moved(path) => (StatusCode::FOUND, [(header::LOCATION, path)]).into_response(),
    }
}

/// The claims that are required, for five minutes from just now.
pub(crate) fn claims(subject: &str) -> Value {
    let now = chrono::Utc::now().timestamp();
    json!({ "iat": now - 5, "exp": now + 295, "sub": subject, "email": format!("{subject}@example.com") })
}
