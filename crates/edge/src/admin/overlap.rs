//! For how long a key that is replaced stays good beside its successor.

use chrono::TimeDelta;
use serde::Deserialize;

use super::problem::Problem;

/// A day: time enough to bring a new key to every server.
const USUAL_SECONDS: u32 = 24 * 60 * 60;

/// A month. Longer would be two keys.
const LONGEST_SECONDS: u32 = 30 * 24 * 60 * 60;

const fn usual() -> u32 {
    USUAL_SECONDS
}

/// `{"overlap_seconds": 3600}`; 0 ends the old key at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Overlap {
    #[serde(default = "usual")]
    overlap_seconds: u32,
}

impl Overlap {
    /// The time itself.
    pub(super) fn length(&self) -> Result<TimeDelta, Problem> {
        if self.overlap_seconds > LONGEST_SECONDS {
            let most = format!("overlap_seconds is at most {LONGEST_SECONDS}.");
            return Err(Problem::unprocessable(most));
        }
        Ok(TimeDelta::seconds(i64::from(self.overlap_seconds)))
    }
}
