//! What is asked of series and of vouchers.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    series::{SeriesCommand, SeriesTerms, Unlocked},
    transfer::CodeHash,
    voucher::VoucherCommand,
};

use crate::fixtures::{fare_id, hex, operator, series as series_id, user, voucher as voucher_id};

pub(crate) fn series_terms(unlocked: Unlocked, vouchers_per_account: Option<u32>) -> SeriesTerms {
    SeriesTerms {
        name: "Spring campaign".to_owned(),
        fares: BTreeSet::from([fare_id("reduced")]),
        unlocked,
        accounts_per_voucher: 2,
        vouchers_per_account,
        requires: None,
        expires_at: None,
    }
}

pub(super) fn series(at: DateTime<Utc>) -> Vec<SeriesCommand> {
    let open = |expires_at| SeriesCommand::Open {
        series: series_id(1),
        operator: operator("bus"),
        terms: SeriesTerms {
            expires_at,
            ..series_terms(Unlocked::Good, Some(1))
        },
        at,
    };
    let issue = |numbers: &[u128]| SeriesCommand::IssueVouchers {
        vouchers: numbers.iter().copied().map(voucher_id).collect(),
        at,
    };
    vec![
        open(None),
        open(Some(at + TimeDelta::minutes(2))),
        issue(&[1]),
        issue(&[2, 3]),
        issue(&[3, 4]),
        issue(&[]),
        SeriesCommand::Withdraw { at },
    ]
}

pub(super) fn voucher(at: DateTime<Utc>) -> Vec<VoucherCommand> {
    let hash = |digit| CodeHash::parse(hex(digit)).unwrap();
    let issue = |accounts| VoucherCommand::Issue {
        voucher: voucher_id(1),
        series: series_id(1),
        code_hash: hash('a'),
        accounts,
        at,
    };
    let mut commands = vec![issue(1), issue(2), VoucherCommand::Withdraw { at }];
    for number in [1, 2, 3] {
        commands.extend(['a', 'b'].map(|digit| VoucherCommand::Redeem {
            code_hash: hash(digit),
            by: user(number),
            at,
        }));
    }
    commands
}
