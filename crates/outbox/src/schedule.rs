//! When a message is tried again.

use std::time::Duration;

use sha2::{Digest, Sha256};

/// How long after each failed attempt the next one follows: at once, then for three days.
pub const DELAYS: [Duration; 10] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(14),
    Duration::from_hours(14),
    Duration::from_hours(14),
];

/// The most that a receiver's `Retry-After` puts off the next attempt.
pub const LONGEST_WISH: Duration = Duration::from_hours(24);

/// The most that is added to a delay, in thousandths of it, so that what failed together is not tried together again.
const JITTER: u64 = 100;

/// How long to wait after the `tries`-th failed attempt, the first being 1; nothing after the last. A receiver may ask
/// for more time, not for less. The same delivery always gets the same jitter.
#[must_use]
pub fn after(tries: u32, delivery: &str, wish: Option<Duration>) -> Option<Duration> {
    let index = usize::try_from(tries.saturating_sub(1)).ok()?;
    let delay = *DELAYS.get(index)?;
    let share = dice(tries, delivery) % (JITTER + 1);
    let jitter = delay.saturating_mul(u32::try_from(share).unwrap_or(0)) / 1_000;
    let wish = wish.unwrap_or_default().min(LONGEST_WISH);
    Some(delay.saturating_add(jitter).max(wish))
}

fn dice(tries: u32, delivery: &str) -> u64 {
    let mut digest = Sha256::new();
    digest.update(delivery.as_bytes());
    digest.update(tries.to_be_bytes());
    let bytes: [u8; 32] = digest.finalize().into();
    bytes
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tried_for_three_days() {
        let total: Duration = (1..=10).map(|tries| after(tries, "dlv_1", None).unwrap()).sum();
        assert!(total >= Duration::from_hours(72), "{total:?}");
        assert!(total <= Duration::from_hours(82), "{total:?}");
        assert_eq!(after(11, "dlv_1", None), None);
    }

    #[test]
    fn what_failed_together_is_not_tried_together_again() {
        let waits: std::collections::BTreeSet<Duration> = (0..50)
            .map(|number| after(5, &format!("dlv_{number}"), None).unwrap())
            .collect();
        assert!(waits.len() > 10, "{waits:?}");
        let hours = Duration::from_hours(5);
        assert!(
            waits
                .iter()
                .all(|wait| *wait >= hours && *wait <= hours * 11 / 10)
        );
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_but_not_for_less_nor_for_ever() {
        let minute = Duration::from_mins(1);
        assert_eq!(after(1, "dlv_1", Some(minute)), Some(minute));
        assert!(after(3, "dlv_1", Some(minute)).unwrap() >= Duration::from_mins(30));
        assert_eq!(after(1, "dlv_1", Some(Duration::MAX)), Some(LONGEST_WISH));
    }
}
