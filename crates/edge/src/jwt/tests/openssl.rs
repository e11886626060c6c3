//! Keys and signatures made by the `openssl` command.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

/// A private key in a file, and its public half as a JWK.
pub(super) struct Key {
    file: NamedTempFile,
    algorithm: &'static str,
    pub(super) jwk: Value,
}

fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("these tests need the openssl command");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "openssl {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn private_key(arguments: &[&str]) -> NamedTempFile {
    let pem = openssl(&[&["genpkey"], arguments].concat(), &[]);
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(&pem).unwrap();
    file
}

pub(super) fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Key {
    fn path(&self) -> &str {
        self.file.path().to_str().unwrap()
    }

    pub(super) fn rsa(bits: &str, kid: &str) -> Self {
        let file = private_key(&[
            "-algorithm",
            "RSA",
            "-pkeyopt",
            &format!("rsa_keygen_bits:{bits}"),
        ]);
        let shown = openssl(
            &["rsa", "-in", file.path().to_str().unwrap(), "-noout", "-modulus"],
            &[],
        );
        let hex = String::from_utf8(shown)
            .unwrap()
            .trim()
            .strip_prefix("Modulus=")
            .unwrap()
            .to_owned();
        let modulus: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect();
        let jwk = json!({
            "kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "e": "AQAB", "n": base64(modulus),
        });
        Self {
            file,
            algorithm: "RS256",
            jwk,
        }
    }

    pub(super) fn p256(kid: &str) -> Self {
        let file = private_key(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
        let der = openssl(
            &[
                "pkey",
                "-in",
                file.path().to_str().unwrap(),
                "-pubout",
                "-outform",
                "DER",
            ],
            &[],
        );
        // A SubjectPublicKeyInfo ends in the uncompressed point.
        let (x, y) = der[der.len() - 64..].split_at(32);
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid, "x": base64(x), "y": base64(y),
        });
        Self {
            file,
            algorithm: "ES256",
            jwk,
        }
    }

    /// The key set with this key only.
    pub(super) fn jwks(&self) -> Value {
        json!({ "keys": [self.jwk] })
    }

    pub(super) fn kid(&self) -> &str {
        self.jwk["kid"].as_str().unwrap()
    }

    /// The header that an honest app would write.
    pub(super) fn header(&self) -> Value {
        json!({ "alg": self.algorithm, "typ": "JWT", "kid": self.kid() })
    }

    /// A token with this header and these claims, whatever they are.
    pub(super) fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", base64(header.to_string()), base64(claims.to_string()));
        let signature = openssl(&["dgst", "-sha256", "-sign", self.path()], message.as_bytes());
        let signature = if self.algorithm == "ES256" {
            fixed(&signature)
        } else {
            signature
        };
        format!("{message}.{}", base64(signature))
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&self.header(), claims)
    }

    /// The public key in PEM, as somebody would have it who confuses it with a secret.
    pub(super) fn public_pem(&self) -> Vec<u8> {
        openssl(&["pkey", "-in", self.path(), "-pubout"], &[])
    }
}

/// HMAC-SHA256 by OpenSSL.
pub(super) fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let hex: String = key
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(digit)
        .collect();
    let arguments = [
        "dgst",
        "-sha256",
        "-mac",
        "HMAC",
        "-macopt",
        &format!("hexkey:{hex}"),
        "-binary",
    ];
    openssl(&arguments, message.as_bytes())
}

fn digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap()
}

/// An ECDSA signature as RFC 7518 wants it: both numbers in 32 bytes each, out of the DER that OpenSSL writes.
fn fixed(der: &[u8]) -> Vec<u8> {
    let mut rest = &der[2..];
    let mut signature = Vec::new();
    for _ in 0..2 {
        let length = usize::from(rest[1]);
        let number = &rest[2..2 + length];
        let significant = &number[number.len().saturating_sub(32)..];
        signature.extend(std::iter::repeat_n(0, 32 - significant.len()));
        signature.extend_from_slice(significant);
        rest = &rest[2 + length..];
    }
    signature
}

/// Made once: RSA keys take a while.
pub(super) fn rsa() -> &'static Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(|| Key::rsa("2048", "rsa-1"))
}

pub(super) fn p256() -> &'static Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(|| Key::p256("ec-1"))
}
