//! Spans of simulated time, in seconds, and Stripe's published schedules.

/// One day.
pub(crate) const DAY: i64 = 86_400;

/// Idempotency keys may be removed once they are this old.
pub(crate) const KEYS_KEPT: i64 = DAY;

/// Card payments become available after two days (the US schedule).
pub(crate) const SETTLING: i64 = 2 * DAY;

/// A payout takes two days to arrive.
pub(crate) const PAYOUT_TRAVEL: i64 = 2 * DAY;

/// How long an onboarding link works.
pub(crate) const LINK_VALID: i64 = 300;

/// An asynchronous refund finishes after about a minute in test mode.
pub(crate) const REFUND_DELAY: i64 = 60;

/// A manual capture must come within seven days.
pub(crate) const CAPTURE_WINDOW: i64 = 7 * DAY;

/// Evidence for a dispute is due after nine days in test mode.
pub(crate) const EVIDENCE_WINDOW: i64 = 9 * DAY;

/// An ephemeral key works for one hour.
pub(crate) const EPHEMERAL_KEY_VALID: i64 = 3_600;

/// Year and month (1 to 12) in UTC of a Unix time. The algorithm counts days from the first of March of year 0, where
/// leap days come last.
pub(crate) fn year_and_month(now: i64) -> (i64, i64) {
    let days = now.div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn year_and_month_follow_the_calendar() {
        assert_eq!(year_and_month(0), (1970, 1));
        assert_eq!(year_and_month(951_782_399), (2000, 2));
        assert_eq!(year_and_month(951_868_800), (2000, 3));
        assert_eq!(year_and_month(1_704_067_199), (2023, 12));
    }
}
