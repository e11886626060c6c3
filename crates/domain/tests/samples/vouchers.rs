//! Events of series and vouchers.

use domain::{
    series::{SeriesEvent, SeriesTerms, Unlocked},
    transfer::CodeHash,
    voucher::VoucherEvent,
};

use super::samples;
use crate::{
    commands::series_terms,
    fixtures::{at, fare_id, hex, operator, series as series_id, user, voucher as voucher_id},
};

fn opened(terms: SeriesTerms) -> SeriesEvent {
    SeriesEvent::Opened {
        series: series_id(1),
        operator: operator("bus"),
        terms,
        at: at(0),
    }
}

samples! {
    fn series() -> SeriesEvent {
        Opened: [
            opened(SeriesTerms {
                requires: Some(fare_id("student")),
                expires_at: Some(at(90)),
                ..series_terms(Unlocked::Days { days: 30 }, Some(1))
            }),
            opened(series_terms(Unlocked::Until { until: at(90) }, None)),
            opened(series_terms(Unlocked::Good, None)),
        ],
        VouchersIssued: [SeriesEvent::VouchersIssued { vouchers: vec![voucher_id(1), voucher_id(2)], at: at(1) }],
        Withdrawn: [SeriesEvent::Withdrawn { at: at(5) }],
    }
}

samples! {
    fn voucher() -> VoucherEvent {
        Issued: [VoucherEvent::Issued {
            voucher: voucher_id(1),
            series: series_id(1),
            code_hash: CodeHash::parse(hex('a')).unwrap(),
            accounts: 1,
            at: at(1),
        }],
        Redeemed: [VoucherEvent::Redeemed { by: user(2), at: at(2) }],
        Withdrawn: [VoucherEvent::Withdrawn { at: at(5) }],
    }
}
