//! The number of a stay, by which Coord's API knows it: `"id": 1`.

use uuid::Uuid;

use crate::ParkingSessionId;

/// The beginning of 2020 in milliseconds of Unix time: numbers count from here, so that they stay exact wherever
/// numbers are floating-point.
const EPOCH: u128 = 1_577_836_800_000;

impl ParkingSessionId {
    /// Its number: below 2^53, and growing with time. It is made of the UUID's milliseconds and the twelve bits that
    /// follow its version, so no table ties the two; no two stays of one user have the same, which their user sees to.
    /// Nothing where the id was not made from a UUID.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        let (_, text) = self.as_str().split_once('_')?;
        let bits = Uuid::try_parse(text).ok()?.as_u128();
        let milliseconds = (bits >> 80).wrapping_sub(EPOCH) & ((1 << 41) - 1);
        let following = (bits >> 64) & 0xfff;
        u64::try_from((milliseconds << 12) | following).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_grows_with_time_and_is_exact_everywhere() {
        let number = |text: &str| {
            ParkingSessionId::from_uuid(Uuid::parse_str(text).unwrap())
                .number()
                .unwrap()
        };
        let first = number("019d0000-0000-7000-8000-000000000000");
        let next = number("019d0000-0000-7001-8000-000000000000");
        let later = number("019d0000-0001-7000-8000-000000000000");
        assert_eq!(next, first + 1);
        assert_eq!(later, first + 4_096);
        assert!(later < 1 << 53);
    }

    #[test]
    fn an_id_of_another_make_has_no_number() {
        assert_eq!(ParkingSessionId::parse("prk_pier").unwrap().number(), None);
    }
}
