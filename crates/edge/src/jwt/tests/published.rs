//! The example of the published document: its key set and its token.

use chrono::DateTime;
use serde_json::json;

use super::world::World;
use crate::jwt::{JwksCache, JwksUrl, JwtError, verify};

const MODULUS: &str = "odw6amrOS58r3APO4V90Rv_qS4FKn1Ri9MD6vjpFNJcQKfLeJLIdLhBPr_rUY0O5dyOd2xvv8Zc4yd4G8iWpDtO-1ShwigMARg6m\
    lY0iHZH9l-hUKsm1x_cg3L4Tovp2SIEidhJp5MvpTodKJAtBADs6-s-YVokS3R5dQLnUy9MWpB9o_YvexR8slMzyb9wwcIJaLcFO\
    FiJ59yRxGRfuRDn4yOttdqaKU4c8yjqbknwPPrkHGvsJHTrTgFBy2kU_vilWLKdizhfJc3xxj7GibryNclrGW7TiLy_DoRuwPf4m\
    tfsN6RH6zZdmqISkps--j6T7lByl2thm2iw2J05Epw";

/// "The above command returns the following valid JWT".
const TOKEN: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOlsidG9rZW50cmFuc2l0LmNvbSJdLCJleHAiOjE1NzY3MjM4ODAsIml\
    hdCI6MTU3NjcyMzU4MCwiaXNzIjoiaHR0cHM6Ly9hcGkudGVzdC50b2tlbnBsZXguY29tL3Rlc3RpbmcvIiwic3ViIjoiYmNmYWQ\
    0MWYiLCJkZXZpY2VfaWQiOiJkOGE5NDJjNS1hNzAwLTQ1MGQtOTc3ZC1iMzkzNWFiMGVhODciLCJlbWFpbCI6InVzZXJAZXhhbXB\
    sZS5jb20ifQ.SMt7c2eWSmeeWBZ1yQWoCb2noDKT9vFXuJe4e5ZnKcpyDd0Cu1jSDOLk37vnhKoBrTHOlW5FHJokKX6FpHOq8MRE\
    ZQw0O1lRwC7px6nqHqDgv3nDgY68kEGnLDSwUoBNwv81_qIGFhJTasFKLzVYNGeZnp4SWN6Z4SnF6rkDeidAQSHIgOSEQ78OPM_5\
    t-0L1DXaemaaj1e7VjSCpilLP-a62sBH-soXHQQVjx6y54ew0e1HFq2I4wSNc2fAXibIrfSL3FE4zXwcXZaUmoWk08-MqnhyExjK\
    PKvmbFdC6oEsKIWE1an7D5p4USCUUXT0QFohEHQbr87ymY1WYkSKVg";

struct Published(bytes::Bytes);

impl crate::jwt::JwksFetcher for Published {
    fn fetch(
        &self,
        _: &JwksUrl,
    ) -> futures::future::BoxFuture<'static, Result<bytes::Bytes, crate::jwt::FetchError>> {
        let document = self.0.clone();
        Box::pin(async move { Ok(document) })
    }
}

fn cache() -> JwksCache {
    let document = json!({ "keys": [{
        "kty": "RSA", "alg": "RS256", "kid": "0c2c5382-cef8-4c60-bda8-16bb0771c3bc", "use": "sig", "e": "AQAB",
        "n": MODULUS,
    }] });
    JwksCache::new(Published(bytes::Bytes::from(document.to_string())))
}

#[tokio::test]
async fn the_published_token_is_good_under_the_published_key() {
    let url = JwksUrl::parse("https://api.test.tokenplex.com/testing/jwks.json").unwrap();
    let now = DateTime::from_timestamp(1_576_723_600, 0).unwrap();
    let rider = verify(&cache(), &url, TOKEN, now).await.unwrap();
    assert_eq!(
        (rider.subject.as_str(), rider.email.as_str()),
        ("bcfad41f", "user@example.com")
    );
    assert_eq!(
        rider.device.unwrap().as_str(),
        "d8a942c5-a700-450d-977d-b3935ab0ea87"
    );
    assert_eq!((rider.phone, rider.jti), (None, None));
    assert_eq!(rider.expires_at.timestamp() - rider.issued_at.timestamp(), 300);
}

#[tokio::test]
async fn the_published_token_is_for_its_issuer_and_its_time() {
    let now = DateTime::from_timestamp(1_576_723_600, 0).unwrap();
    let elsewhere = JwksUrl::parse("https://api.tokentransit.com/testing/jwks.json").unwrap();
    assert_eq!(
        verify(&cache(), &elsewhere, TOKEN, now).await,
        Err(JwtError::Issuer)
    );
    let url = JwksUrl::parse("https://api.test.tokenplex.com/testing/jwks.json").unwrap();
    let year_later = now + chrono::TimeDelta::days(365);
    assert_eq!(
        verify(&cache(), &url, TOKEN, year_later).await,
        Err(JwtError::Expired)
    );
    // Under anybody else's key it is nothing.
    let other = World::serving(&super::openssl::rsa().jwks());
    assert_eq!(other.verify_at(TOKEN, now).await, Err(JwtError::Signature));
}
