//! Why a JWT is not accepted.

/// What the client is told. No message repeats anything from the token or the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Not three parts in base64url with a JSON header, or too long.
    #[error("The JWT is malformed.")]
    Malformed,
    /// `alg` is neither RS256 nor ES256: `none`, a symmetric one, or one we do not take.
    #[error("The JWT has to be signed with RS256 or ES256.")]
    Algorithm,
    /// The header has `crit`: extensions that must be understood, and none is.
    #[error("The JWT requires a header extension that is not supported.")]
    CriticalHeader,
    /// The key set has no such key for this algorithm, also when fetched anew.
    #[error("The JWT is signed with a key that is not in your JWKS.")]
    UnknownKey,
    /// The signature is not of that key.
    #[error("The JWT's signature is not valid.")]
    Signature,
    /// The key set cannot be had now. Not the token's fault.
    #[error("Your JWKS could not be fetched. Please try again.")]
    KeysUnavailable,
    /// A required claim is not there.
    #[error("The JWT lacks the claim {0}.")]
    MissingClaim(&'static str),
    /// A claim is of the wrong type, or not in its form.
    #[error("The JWT's claim {0} is malformed.")]
    MalformedClaim(&'static str),
    /// The claim `email` is no e-mail address.
    #[error("The JWT's claim email is not a valid e-mail address.")]
    Email,
    /// `iat` or `nbf` is in the future.
    #[error("The JWT is not valid yet. Please check the clock of your server.")]
    NotYetValid,
    /// `exp` has passed.
    #[error("The JWT has expired.")]
    Expired,
    /// `aud` names others, not us.
    #[error("The JWT's claim aud has to be \"tokentransit.com\" if it is given.")]
    Audience,
    /// It was made here, for another app.
    #[error("The JWT was made for another app.")]
    AnotherApp,
    /// It was made here, for a test user, and the API has none.
    #[error("The JWT is a test user's, whom this API does not know.")]
    TestUser,
    /// `iss` is no prefix of the JWKS URL.
    #[error("The JWT's claim iss has to be a prefix of your JWKS URL if it is given.")]
    Issuer,
}
