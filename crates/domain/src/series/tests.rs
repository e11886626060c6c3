//! Terms are a promise: fixed, sound, and kept until the series is over.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::*;
use crate::{Aggregate, FareId, OperatorId, SeriesId, VoucherId, testing::given};

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::hours(hour)
}

fn fare(id: &str) -> FareId {
    FareId::parse(id).unwrap()
}

fn voucher(number: u128) -> VoucherId {
    VoucherId::from_uuid(Uuid::from_u128(number))
}

fn terms() -> SeriesTerms {
    SeriesTerms {
        name: "Seniors, spring".to_owned(),
        fares: BTreeSet::from([fare("senior")]),
        unlocked: Unlocked::Days { days: 30 },
        accounts_per_voucher: 1,
        vouchers_per_account: Some(1),
        requires: None,
        expires_at: Some(at(10)),
    }
}

fn open(terms: SeriesTerms) -> SeriesCommand {
    SeriesCommand::Open {
        series: SeriesId::from_uuid(Uuid::from_u128(1)),
        operator: OperatorId::parse("bus").unwrap(),
        terms,
        at: at(0),
    }
}

fn opened(terms: SeriesTerms) -> SeriesEvent {
    SeriesEvent::Opened {
        series: SeriesId::from_uuid(Uuid::from_u128(1)),
        operator: OperatorId::parse("bus").unwrap(),
        terms,
        at: at(0),
    }
}

fn issue(numbers: impl IntoIterator<Item = u128>, hour: i64) -> SeriesCommand {
    SeriesCommand::IssueVouchers {
        vouchers: numbers.into_iter().map(voucher).collect(),
        at: at(hour),
    }
}

fn issued(numbers: impl IntoIterator<Item = u128>) -> SeriesEvent {
    SeriesEvent::VouchersIssued {
        vouchers: numbers.into_iter().map(voucher).collect(),
        at: at(1),
    }
}

#[test]
fn a_series_is_opened_once_with_terms_that_stay() {
    given::<Series>([]).when(open(terms())).then([opened(terms())]);
    given::<Series>([opened(terms())])
        .when(open(terms()))
        .then_nothing();
    let other = SeriesTerms {
        accounts_per_voucher: 2,
        ..terms()
    };
    given::<Series>([opened(terms())])
        .when(open(other))
        .then_rejected(SeriesRejection::SeriesDiffers);
    given::<Series>([])
        .when(issue([1], 1))
        .then_rejected(SeriesRejection::NotKnown);
}

#[test]
fn terms_that_nobody_could_use_are_refused_for_the_first_thing_wrong() {
    let blank = SeriesTerms {
        name: " ".to_owned(),
        fares: BTreeSet::new(),
        unlocked: Unlocked::Days { days: 0 },
        accounts_per_voucher: 0,
        requires: Some(fare("senior")),
        expires_at: Some(at(0)),
        ..terms()
    };
    let mut at_hand = blank;
    let mut refused = |problem: TermsProblem, mend: fn(&mut SeriesTerms)| {
        given::<Series>([])
            .when(open(at_hand.clone()))
            .then_rejected(SeriesRejection::Terms(problem));
        assert!(Series::apply(None, &opened(at_hand.clone())).is_err());
        mend(&mut at_hand);
    };
    refused(TermsProblem::BlankName, |it| it.name = "n".to_owned());
    refused(TermsProblem::NoFares, |it| {
        it.fares = BTreeSet::from([fare("senior")]);
    });
    refused(TermsProblem::UnlockedForNoTime, |it| {
        it.unlocked = Unlocked::Until { until: at(0) };
    });
    refused(TermsProblem::UnlockedForNoTime, |it| {
        it.unlocked = Unlocked::Days {
            days: LONGEST_DAYS + 1,
        };
    });
    refused(TermsProblem::UnlockedForNoTime, |it| it.unlocked = Unlocked::Good);
    refused(TermsProblem::NobodyMay, |it| {
        it.accounts_per_voucher = 1;
        it.vouchers_per_account = Some(0);
    });
    refused(TermsProblem::NobodyMay, |it| it.vouchers_per_account = None);
    refused(TermsProblem::RequiresItself, |it| {
        it.requires = Some(fare("student"));
    });
    refused(TermsProblem::ExpiryNotInFuture, |it| it.expires_at = None);
    given::<Series>([])
        .when(open(at_hand.clone()))
        .then([opened(at_hand)]);
}

#[test]
fn vouchers_are_issued_once_each_and_in_bounds() {
    let history = [opened(terms()), issued([1, 2])];
    given::<Series>([opened(terms())])
        .when(issue([1, 2], 1))
        .then([issued([1, 2])]);
    given::<Series>(history.clone())
        .when(issue([2], 1))
        .then_nothing();
    for repeated in [vec![2, 3], vec![3, 3]] {
        given::<Series>(history.clone())
            .when(issue(repeated, 1))
            .then_rejected(SeriesRejection::VoucherRepeated);
    }
    given::<Series>(history.clone())
        .when(issue([], 1))
        .then_rejected(SeriesRejection::NoVouchers);
    let most = u128::try_from(MOST_AT_ONCE).unwrap();
    given::<Series>(history.clone())
        .when(issue(3..=most + 3, 1))
        .then_rejected(SeriesRejection::TooMany);
    let state = given::<Series>(history).state();
    assert_eq!(state.vouchers(), [voucher(1), voucher(2)]);
    assert!(Series::apply(Some(state), &issued([2])).is_err());
}

#[test]
fn a_series_is_over_once_it_was_withdrawn_or_its_time_or_its_fares_time_is_up() {
    let withdrawn = SeriesEvent::Withdrawn { at: at(2) };
    let withdraw = || SeriesCommand::Withdraw { at: at(2) };
    given::<Series>([opened(terms())])
        .when(withdraw())
        .then([withdrawn.clone()]);
    let over = [opened(terms()), withdrawn];
    given::<Series>(over.clone()).when(withdraw()).then_nothing();
    given::<Series>(over)
        .when(issue([1], 3))
        .then_rejected(SeriesRejection::Withdrawn);
    given::<Series>([opened(terms())])
        .when(issue([1], 10))
        .then_rejected(SeriesRejection::Expired);
    let until = SeriesTerms {
        unlocked: Unlocked::Until { until: at(5) },
        ..terms()
    };
    let state = given::<Series>([opened(until)]).state();
    assert_eq!(state.refusal(at(4)), None);
    assert_eq!(state.refusal(at(5)), Some(SeriesRejection::Expired));
}

#[test]
fn what_is_unlocked_for_days_counts_from_the_redemption() {
    assert_eq!(Unlocked::Good.until(at(3)), None);
    assert_eq!(Unlocked::Until { until: at(9) }.until(at(3)), Some(at(9)));
    assert_eq!(Unlocked::Days { days: 2 }.until(at(3)), Some(at(51)));
}
