use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::{Aggregate, LocationId, OperatorId, replay};

fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn pier() -> LocationId {
    LocationId::parse("pier").unwrap()
}

fn room(free: Option<u32>) -> Room {
    Room {
        location: pier(),
        free,
    }
}

fn count(rooms: Vec<Room>, as_of: i64, minutes: i64) -> OccupancyCommand {
    OccupancyCommand::Report {
        operator: OperatorId::parse("lots").unwrap(),
        rooms,
        as_of: minute(as_of),
        until: minute(as_of + minutes),
        at: minute(1_000),
    }
}

fn told(commands: impl IntoIterator<Item = OccupancyCommand>) -> Occupancy {
    let mut history = Vec::new();
    let mut state = None;
    for command in commands {
        history.extend(Occupancy::decide(state.as_ref(), command).unwrap());
        state = replay::<Occupancy>(&history).unwrap();
    }
    state.unwrap()
}

#[test]
fn a_count_is_told_until_it_is_too_old() {
    let occupancy = told([count(vec![room(Some(7))], 0, 15)]);
    assert_eq!(occupancy.at(&pier(), minute(14)).unwrap().free, Some(7));
    assert_eq!(occupancy.at(&pier(), minute(15)), None);
}

#[test]
fn an_operator_that_knows_no_more_says_so() {
    let occupancy = told([count(vec![room(Some(7))], 0, 15), count(vec![room(None)], 1, 15)]);
    assert_eq!(occupancy.at(&pier(), minute(2)), None);
}

#[test]
fn what_cannot_be_a_count_is_refused() {
    let refused = |command| Occupancy::decide(None, command).unwrap_err();
    assert_eq!(
        refused(count(vec![room(None)], 1_003, 15)),
        OccupancyRejection::NotYetCounted
    );
    for minutes in [0, -5, 1_441] {
        assert_eq!(
            refused(count(vec![room(None)], 0, minutes)),
            OccupancyRejection::NoSuchValidity
        );
    }
    assert_eq!(
        refused(count(vec![room(None), room(Some(1))], 0, 15)),
        OccupancyRejection::LocationRepeated(pier())
    );
}

proptest! {
    #[test]
    fn counts_that_come_in_any_order_leave_the_newest(
        order in Just((0..20_u32).collect::<Vec<_>>()).prop_shuffle()
    ) {
        let occupancy = told(order.into_iter().map(|n| count(vec![room(Some(n))], i64::from(n), 60)));
        prop_assert_eq!(occupancy.at(&pier(), minute(20)).unwrap().free, Some(19));
    }
}
