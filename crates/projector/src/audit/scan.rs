//! Recognising what must not stand in clear. These are heuristics: ids and hashes of ours never look like it, and what
//! people type in hardly ever does by chance.

/// What was recognised. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Find {
    CardNumber,
    Secret,
    Email,
    Phone,
}

impl Find {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::CardNumber => "what looks like a card number stands in clear",
            Self::Secret => "what looks like a token or secret key stands in clear",
            Self::Email => "what looks like an e-mail address stands in clear",
            Self::Phone => "what looks like a telephone number stands in clear",
        }
    }
}

/// Shortest ciphertext: a nonce of 24 bytes and a tag of 16, in base64.
const SHORTEST_SEAL: usize = 54;

/// Whether a text is of the form that sealing gives: `s1.` and base64url.
pub(super) fn is_sealed(text: &str) -> bool {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.strip_prefix("s1.")
        .is_some_and(|it| it.len() >= SHORTEST_SEAL && it.bytes().all(is_base64url))
}

/// Card numbers and keys, which are secret whoever's they are.
pub(super) fn secrets(text: &str) -> impl Iterator<Item = Find> {
    let secret = words(text).any(is_secret) || text.contains("_secret_") || has_jwt(text);
    card_number(text)
        .into_iter()
        .chain(secret.then_some(Find::Secret))
}

/// What leads to a person.
pub(super) fn personal(text: &str) -> impl Iterator<Item = Find> {
    let email = has_email(text).then_some(Find::Email);
    email.into_iter().chain(has_phone(text).then_some(Find::Phone))
}

/// A run of 13 to 19 digits, perhaps in groups, with a right check digit (ISO/IEC 7812-1).
pub(super) fn card_number(text: &str) -> Option<Find> {
    digit_runs(text, |byte| matches!(byte, b' ' | b'-'))
        .any(|run| (13..=19).contains(&run.digits.len()) && passes_luhn(&run.digits))
        .then_some(Find::CardNumber)
}

/// Digits with at most one separator between any two, that are no part of a word or id.
struct Run {
    digits: Vec<u8>,
    /// What stands right before it.
    before: Option<u8>,
    /// Whether it is written in groups.
    is_grouped: bool,
}

fn digit_runs(text: &str, is_separator: fn(u8) -> bool) -> impl Iterator<Item = Run> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied();
            if !byte.is_ascii_digit() {
                at += 1;
                continue;
            }
            let mut run = Run {
                digits: Vec::new(),
                before,
                is_grouped: false,
            };
            while let Some(byte) = bytes.get(at) {
                let next_is_digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
                match byte {
                    b'0'..=b'9' => run.digits.push(byte - b'0'),
                    byte if is_separator(*byte) && next_is_digit => run.is_grouped = true,
                    _ => break,
                }
                at += 1;
            }
            if !run.before.is_some_and(is_word) && !bytes.get(at).copied().is_some_and(is_word) {
                return Some(run);
            }
        }
        None
    })
}

/// What ids and numbers of other kinds are made of: `pi_123`, `2024-05-06T10`, `-5`.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_') || !byte.is_ascii()
}

fn passes_luhn(digits: &[u8]) -> bool {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            if index % 2 == 1 {
                doubled(u32::from(*digit))
            } else {
                u32::from(*digit)
            }
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| *digit != 0)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
}

/// Stripe's single-use tokens, secret and restricted keys and webhook secrets, and keys of ours that look alike.
fn is_secret(word: &str) -> bool {
    let has = |prefixes: &[&str], least: usize| {
        prefixes
            .iter()
            .any(|prefix| word.strip_prefix(prefix).is_some_and(|rest| rest.len() >= least))
    };
    let is_long_key =
        has(&["sk_", "rk_"], 16) && word.bytes().skip(3).all(|byte| byte.is_ascii_alphanumeric());
    let marked = [
        "sk_live_", "sk_test_", "sk_fake_", "rk_live_", "rk_test_", "rk_fake_", "whsec_",
    ];
    is_long_key || has(&marked, 1) || has(&["tok_", "btok_"], 3)
}

/// Two parts of base64url that begin like `{"`.
fn has_jwt(text: &str) -> bool {
    text.match_indices("eyJ").any(|(at, _)| {
        let rest = text.get(at..).unwrap_or_default();
        rest.split_once('.').is_some_and(|(head, claims)| {
            claims.starts_with("eyJ")
                && head
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
    })
}

fn has_email(text: &str) -> bool {
    let is_local = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
    let is_domain = |c: char| c.is_alphanumeric() || ".-".contains(c);
    text.match_indices('@').any(|(at, _)| {
        let (before, after) = (
            text.get(..at).unwrap_or_default(),
            text.get(at + 1..).unwrap_or_default(),
        );
        let domain = after
            .split(|c| !is_domain(c))
            .next()
            .unwrap_or_default()
            .trim_end_matches('.');
        let top = domain.rsplit_once('.').map(|(name, top)| (name.is_empty(), top));
        before.chars().next_back().is_some_and(is_local)
            && top.is_some_and(|(is_bare, top)| {
                !is_bare && top.len() >= 2 && top.chars().all(char::is_alphabetic)
            })
    })
}

/// `+` and 8 to 15 digits (ITU-T E.164), or ten digits grouped as in North America.
fn has_phone(text: &str) -> bool {
    let is_separator = |byte: u8| matches!(byte, b' ' | b'-' | b'.' | b'(' | b')');
    let international = digit_runs(text, is_separator)
        .any(|run| run.before == Some(b'+') && (8..=15).contains(&run.digits.len()));
    international || has_north_american(text)
}

fn has_north_american(text: &str) -> bool {
    // 555-123-4567, 555.123.4567, (555) 123-4567, 1-555-123-4567.
    let shape: String = text
        .chars()
        .map(|c| match c {
            '0'..='9' => 'd',
            '-' | '.' | ' ' => '-',
            '(' | ')' => c,
            _ => 'x',
        })
        .collect();
    let is_alone = |at: usize, len: usize| {
        let before = at.checked_sub(1).and_then(|before| shape.as_bytes().get(before));
        !matches!(before, Some(b'd' | b'x')) && !matches!(shape.as_bytes().get(at + len), Some(b'd'))
    };
    ["ddd-ddd-dddd", "(ddd)-ddd-dddd", "(ddd)ddd-dddd"]
        .iter()
        .any(|form| shape.match_indices(form).any(|(at, _)| is_alone(at, form.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_recognised_in_any_grouping() {
        for text in [
            "4242424242424242",
            "pays with 4242 4242 4242 4242.",
            "3782-822463-10005",
        ] {
            assert_eq!(card_number(text), Some(Find::CardNumber), "{text}");
        }
        for text in [
            "4242424242424241",
            "pi_4242424242424242",
            "424242424242",
            "0000000000000000",
        ] {
            assert_eq!(card_number(text), None, "{text}");
        }
    }

    #[test]
    fn keys_and_tokens_are_recognised_and_publishable_ids_are_not() {
        for text in [
            "tok_visa",
            "key sk_live_1",
            "rk_test_abc",
            "whsec_x",
            "pi_1_secret_2",
            "a eyJhbGc.eyJzdWI.x",
        ] {
            assert_eq!(secrets(text).next(), Some(Find::Secret), "{text}");
        }
        for text in [
            "pk_live_1",
            "pm_1",
            "cus_1",
            "risk_test_area",
            "tokens",
            "sk_zone",
            "save_0199",
        ] {
            assert_eq!(secrets(text).next(), None, "{text}");
        }
    }

    #[test]
    fn what_leads_to_a_person_is_recognised() {
        for (text, find) in [
            ("mail ada@example.com now", Find::Email),
            ("ada+x@mail.example.org.", Find::Email),
            ("+14155550123", Find::Phone),
            ("call +1 (415) 555-0123", Find::Phone),
            ("(415) 555-0123", Find::Phone),
            ("415-555-0123", Find::Phone),
        ] {
            assert!(personal(text).any(|it| it == find), "{text}");
        }
        for text in [
            "2024-05-06T10:00:00Z",
            "a @ b",
            "user@host",
            "+5",
            "pass_00000000000000000000000000000007_1",
            "1.25 USD",
        ] {
            assert_eq!(personal(text).next(), None, "{text}");
        }
    }

    #[test]
    fn only_ciphertext_passes_as_sealed() {
        assert!(is_sealed(&format!("s1.{}", "A".repeat(54))));
        assert!(!is_sealed("s1.ada@example.com"));
        assert!(!is_sealed(&format!("s1.{}@example.com", "a".repeat(54))));
    }
}
