//! Ids in Stripe's shape, derived from a seed and a counter, so that a replayed journal gives the same ids.

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The source of every id the simulator makes.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    seed: u64,
    counter: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, counter: 0 }
    }

    /// The next id with this prefix: `ch` gives `ch_` and 24 letters and digits.
    pub(crate) fn next(&mut self, prefix: &str) -> String {
        self.counter = self.counter.wrapping_add(1);
        let mut id = String::with_capacity(prefix.len() + 25);
        id.push_str(prefix);
        id.push('_');
        push_base62(&mut id, self.seed, self.counter, 24);
        id
    }

    /// A secret part (client secrets, webhook secrets) of the given length.
    pub(crate) fn secret(&mut self, length: usize) -> String {
        self.counter = self.counter.wrapping_add(1);
        let mut secret = String::with_capacity(length);
        push_base62(&mut secret, !self.seed, self.counter, length);
        secret
    }
}

/// A stable name for something given by its text, such as the platform account behind a key.
pub(crate) fn derived(prefix: &str, text: &str, length: usize) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let mut words = [0_u64; 4];
    for (word, bytes) in words.iter_mut().zip(digest.chunks_exact(8)) {
        *word = bytes.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    }
    let [first, second, ..] = words;
    let mut id = format!("{prefix}_");
    push_base62(&mut id, first, second, length);
    id
}

fn push_base62(out: &mut String, seed: u64, counter: u64, length: usize) {
    let mut state = mix(seed ^ mix(counter));
    for _ in 0..length {
        state = mix(state.wrapping_add(0x9E37_79B9_7F4A_7C15));
        let letter = usize::try_from((state >> 32) % 62).unwrap_or_default();
        out.push(char::from(ALPHABET.get(letter).copied().unwrap_or(b'0')));
    }
}

/// SplitMix64's finalizer: each input bit changes half of the output bits.
pub(crate) fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids_and_another_seed_others() {
        let (mut one, mut again, mut other) = (Ids::new(7), Ids::new(7), Ids::new(8));
        let first = one.next("ch");
        assert_eq!(first, again.next("ch"));
        assert_ne!(first, other.next("ch"));
        assert_eq!(first.len(), 27);
    }

    #[test]
    fn no_two_ids_of_a_run_are_the_same() {
        let mut ids = Ids::new(1);
        let all: std::collections::HashSet<String> = (0..50_000).map(|_| ids.next("pi")).collect();
        assert_eq!(all.len(), 50_000);
    }
}
