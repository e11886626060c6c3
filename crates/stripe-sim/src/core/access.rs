//! Keys: which account a key belongs to, and what it may do.

use super::error::ApiError;
use super::ids::derived;
use super::request::{Caller, KeyKind};
use super::world::World;

/// A key must have at least this much after its prefix to be well formed.
const SHORTEST_SUFFIX: usize = 3;

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Secret and restricted keys only.
    Secret,
    /// Publishable keys as well.
    Publishable,
    /// Publishable keys that also give the object's client secret.
    ClientSecret,
    /// Ephemeral keys as well, for their own customer.
    Ephemeral,
}

/// The account a key belongs to: `sk_test_abc`, `rk_test_abc` and `pk_test_abc` belong to the same one.
#[must_use]
pub fn platform_of_key(key: &str) -> Option<String> {
    let suffix = ["sk_test_", "rk_test_", "pk_test_"]
        .iter()
        .find_map(|prefix| key.strip_prefix(prefix))?;
    let well_formed = suffix.len() >= SHORTEST_SUFFIX
        && suffix
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    well_formed.then(|| derived("acct", suffix, 16))
}

/// A key with all but its prefix and last four characters starred out.
pub(crate) fn shown(key: &str) -> String {
    let prefix_end = key.match_indices('_').nth(1).map_or(0, |(place, _)| place + 1);
    let (prefix, rest) = key.split_at(prefix_end);
    let hidden = rest.chars().count().saturating_sub(4);
    let tail: String = rest.chars().skip(hidden).collect();
    format!("{prefix}{}{tail}", "*".repeat(hidden))
}

/// Resolve a key. `allowed` is the list of accepted keys in strict mode.
pub(crate) fn authenticate(
    world: &World,
    key: Option<&str>,
    allowed: Option<&[String]>,
) -> Result<Caller, ApiError> {
    let key = key.filter(|key| !key.is_empty()).ok_or_else(ApiError::no_key)?;
    if key.starts_with("ek_test_") {
        return ephemeral(world, key);
    }
    if let Some(account) = world.issued_keys.get(key) {
        return Ok(Caller {
            account: account.clone(),
            kind: kind_of(key),
            shown: shown(key),
        });
    }
    let account = platform_of_key(key).ok_or_else(|| ApiError::bad_key(&shown(key)))?;
    if allowed.is_some_and(|allowed| {
        !allowed
            .iter()
            .any(|known| platform_of_key(known).as_ref() == Some(&account))
    }) {
        return Err(ApiError::bad_key(&shown(key)));
    }
    Ok(Caller {
        account,
        kind: kind_of(key),
        shown: shown(key),
    })
}

fn kind_of(key: &str) -> KeyKind {
    match key.as_bytes().first() {
        Some(b'p') => KeyKind::Publishable,
        Some(b'r') => KeyKind::Restricted,
        _ => KeyKind::Secret,
    }
}

fn ephemeral(world: &World, key: &str) -> Result<Caller, ApiError> {
    let Some((account, customer, expires)) = world.ephemeral.get(key) else {
        return Err(ApiError::bad_key(&shown(key)));
    };
    if *expires <= world.now {
        return Err(ApiError::expired_key(&shown(key)));
    }
    Ok(Caller {
        account: account.clone(),
        kind: KeyKind::Ephemeral {
            customer: customer.clone(),
        },
        shown: shown(key),
    })
}

/// Whether this kind of key may call an operation at all.
pub(crate) fn permit(kind: &KeyKind, access: Access) -> Result<(), ApiError> {
    match (kind, access) {
        (KeyKind::Secret | KeyKind::Restricted, _)
        | (KeyKind::Publishable, Access::Publishable | Access::ClientSecret)
        | (KeyKind::Ephemeral { .. }, Access::Ephemeral | Access::Publishable) => Ok(()),
        (KeyKind::Publishable, _) => Err(ApiError::secret_key_required()),
        (KeyKind::Ephemeral { .. }, _) => {
            Err(ApiError::invalid("This API call cannot be made with an ephemeral key.").status(403))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_keys_of_a_platform_belong_to_one_account() {
        let account = platform_of_key("sk_test_abc").unwrap();
        assert_eq!(platform_of_key("pk_test_abc").as_ref(), Some(&account));
        assert_eq!(platform_of_key("rk_test_abc").as_ref(), Some(&account));
        assert_ne!(platform_of_key("sk_test_abd"), Some(account));
    }

    #[test]
    fn live_keys_and_nonsense_are_not_keys() {
        for key in ["sk_live_abc", "sk_test_", "sk_test_a b c", "hello", ""] {
            assert_eq!(platform_of_key(key), None, "{key}");
        }
    }

    #[test]
    fn a_key_is_shown_starred_out() {
        assert_eq!(shown("sk_test_4eC39HqLyjWD"), "sk_test_********yjWD");
        assert_eq!(shown("nonsense"), "****ense");
        assert_eq!(shown("é"), "é");
    }
}
