//! Stays that nobody ends.

use super::*;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

fn verdict(history: &[ParkingEvent], longest: Option<i64>, minute: i64) -> Option<Overdue> {
    let session = replay::<ParkingSession>(history).unwrap().unwrap();
    session.overdue(longest.map(TimeDelta::minutes), at(minute))
}

/// Goes on until a minute, and is what the rule makes of it from the next.
fn turns(history: &[ParkingEvent], longest: Option<i64>, minute: i64, then: Overdue) {
    assert_eq!(verdict(history, longest, minute), None);
    assert_eq!(verdict(history, longest, minute + 1), Some(then));
}

const fn closed(reason: CloseReason) -> Overdue {
    Overdue::Closed { reason }
}

#[test]
fn a_stay_ends_when_nobody_may_stay_longer() {
    turns(
        &started(),
        Some(4 * HOUR),
        10 + 4 * HOUR,
        Overdue::Ended {
            at: at(10 + 4 * HOUR),
        },
    );
}

#[test]
fn a_stay_that_nothing_ends_is_given_up_after_a_week() {
    turns(&started(), None, 10 + 7 * DAY, closed(CloseReason::Abandoned));
}

#[test]
fn a_rider_who_never_drives_in_is_free_after_two_hours() {
    turns(
        &pending(),
        Some(HOUR),
        10 + 2 * HOUR,
        closed(CloseReason::EntryNeverUsed),
    );
}

#[test]
fn an_entry_may_be_told_a_day_after_the_exit() {
    let out = then(pending(), [left(50)]);
    turns(&out, None, 50 + DAY, closed(CloseReason::EntryNeverSeen));
}

#[test]
fn no_tariff_ends_a_stay_behind_a_gate() {
    let inside = || then(pending(), [entered(20)]);
    turns(
        &inside(),
        Some(4 * HOUR),
        20 + 7 * DAY,
        closed(CloseReason::ExitNeverSeen),
    );
    turns(
        &inside(),
        Some(30 * DAY),
        20 + 30 * DAY,
        closed(CloseReason::ExitNeverSeen),
    );
}

#[test]
fn what_is_over_is_never_overdue() {
    for history in [ended(), billed(), cancelled(started())] {
        assert_eq!(verdict(&history, Some(1), 100 * DAY), None);
    }
}
