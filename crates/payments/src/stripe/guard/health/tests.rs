use proptest::prelude::*;

use super::*;

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn call(health: &mut Health, key: Option<u64>, sign: Sign, now: Duration) -> Result<Option<Turn>, Held> {
    let admitted = health.admit(key, now)?;
    Ok(health.settle(admitted, key, sign, now))
}

/// As many calls in a row as open a circuit.
fn broken(now: Duration) -> Health {
    let mut health = Health::new(now);
    for _ in 0..ENOUGH - 1 {
        assert_eq!(call(&mut health, None, Sign::Trouble, now), Ok(None));
    }
    assert_eq!(
        call(&mut health, None, Sign::Trouble, now),
        Ok(Some(Turn::Opened))
    );
    health
}

#[test]
fn an_account_that_is_not_served_is_left_alone_and_tried_by_one_call_at_a_time() {
    let mut health = broken(at(0));
    assert_eq!(health.admit(None, at(0)), Err(Held::open(FIRST_PAUSE)));
    let probe = health.admit(None, at(1)).unwrap();
    assert!(probe.is_probe);
    assert_eq!(health.admit(None, at(1)).unwrap_err().reason, Reason::CircuitOpen);
    assert_eq!(health.settle(probe, None, Sign::Trouble, at(1)), None);
    assert_eq!(health.admit(None, at(2)), Err(Held::open(at(1))), "twice as long");
    let probe = health.admit(None, at(3)).unwrap();
    assert_eq!(
        health.settle(probe, None, Sign::Answered, at(3)),
        Some(Turn::Closed)
    );
    assert!(health.is_forgettable());
    assert!(health.admit(None, at(3)).is_ok());
}

#[test]
fn pauses_grow_up_to_a_limit_and_are_short_again_after_a_good_answer() {
    let mut health = broken(at(0));
    let mut now = at(0);
    let mut pauses = Vec::new();
    for _ in 0..7 {
        let held = health.admit(None, now).unwrap_err().after.unwrap();
        pauses.push(held.as_secs());
        now += held;
        assert_eq!(call(&mut health, None, Sign::Trouble, now), Ok(None));
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
    now += LONGEST_PAUSE;
    assert_eq!(
        call(&mut health, None, Sign::Answered, now),
        Ok(Some(Turn::Closed))
    );
    assert_eq!(health.pause, FIRST_PAUSE);
}

#[test]
fn a_few_failures_among_good_answers_open_nothing() {
    let mut health = Health::new(at(0));
    for number in 0..200 {
        let sign = match number % 3 {
            0 => Sign::Trouble,
            _ => Sign::Answered,
        };
        assert_eq!(call(&mut health, None, sign, at(0)), Ok(None));
    }
    for _ in 0..200 {
        let told = call(&mut health, None, Sign::Neither, at(0));
        assert_eq!(told, Ok(None), "a key in use says nothing of the account");
    }
}

#[test]
fn who_is_asked_to_wait_by_stripe_waits_with_everything_on_that_account() {
    let mut health = Health::new(at(0));
    let wish = Sign::Wish(at(7));
    assert_eq!(call(&mut health, None, wish, at(0)), Ok(Some(Turn::Opened)));
    assert_eq!(health.admit(None, at(3)), Err(Held::open(at(4))));
    let forever = Sign::Wish(Duration::MAX);
    assert_eq!(call(&mut health, None, forever, at(7)), Ok(None));
    assert_eq!(health.admit(None, at(7)), Err(Held::open(LONGEST_WISH)));
}

#[test]
fn a_probe_that_nobody_waits_for_leaves_the_next_one_its_place() {
    let mut health = broken(at(0));
    let probe = health.admit(Some(7), at(1)).unwrap();
    health.abandon(probe, Some(7), at(1));
    assert!(health.admit(None, at(1)).unwrap().is_probe);
}

#[test]
fn retries_have_a_budget_that_time_and_good_answers_fill() {
    let mut health = Health::new(at(0));
    let admitted = health.admit(Some(1), at(0)).unwrap();
    health.settle(admitted, Some(1), Sign::Neither, at(0));
    let again = |health: &mut Health, now| call(health, Some(1), Sign::Neither, now);
    for _ in 0..MOST / RETRY {
        assert_eq!(again(&mut health, at(0)), Ok(None));
    }
    let held = again(&mut health, at(0)).unwrap_err();
    assert_eq!(held.reason, Reason::RetryBudget);
    assert_eq!(held.after, Some(at(1)));
    assert_eq!(
        call(&mut health, Some(2), Sign::Answered, at(0)),
        Ok(None),
        "what is new goes out all the same"
    );
    assert_eq!(again(&mut health, at(1)), Ok(None));
    for key in 3..7 {
        call(&mut health, Some(key), Sign::Answered, at(1)).unwrap();
    }
    assert_eq!(
        again(&mut health, at(1)),
        Ok(None),
        "five good answers pay for one"
    );
    assert!(again(&mut health, at(1)).is_err());
}

#[test]
fn no_account_takes_all_the_room() {
    let mut health = Health::new(at(0));
    let admitted: Vec<Admitted> = (0..AT_ONCE).map(|_| health.admit(None, at(0)).unwrap()).collect();
    assert_eq!(health.admit(None, at(0)).unwrap_err().reason, Reason::Crowded);
    health.abandon(admitted[0], None, at(0));
    assert!(health.admit(None, at(0)).is_ok());
}

proptest! {
    /// Whatever happens, the account is tried again at some time, and nothing is counted as under way for ever.
    #[test]
    fn no_account_is_left_alone_for_ever(steps in proptest::collection::vec((0..5_u8, 0..4_u64, 0..40_u64), 0..300)) {
        let (mut health, mut now) = (Health::new(at(0)), at(0));
        for (what, key, seconds) in steps {
            now += at(seconds);
            let Ok(admitted) = health.admit(Some(key), now) else { continue };
            let sign = match what {
                0 => Sign::Answered,
                1 => Sign::Neither,
                2 => Sign::Wish(at(seconds)),
                3 => Sign::Trouble,
                _ => {
                    health.abandon(admitted, Some(key), now);
                    continue;
                }
            };
            health.settle(admitted, Some(key), sign, now);
        }
        prop_assert_eq!(health.under_way, 0);
        now += LONGEST_WISH.max(LONGEST_PAUSE);
        prop_assert!(health.admit(None, now).is_ok());
    }
}
