//! The admin API for restricted fares and refunds.

use super::admin::{administering as call, paged};
use crate::openapi::{
    call::Call,
    schemas::{
        Entitlement, EntitlementRequest, MoreCodes, NewSeries, RefundState, Series, SeriesList,
        SeriesWithCodes, SeriesWithVouchers, Voucher,
    },
};

const VOUCHERS: &str = "/admin/v1/{environment}/operators/{operator_id}/vouchers";
const ONE_SERIES: &str = "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}";
const CODES: &str = "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}/codes";
const WITHDRAW: &str = "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}/withdraw";
const WITHDRAW_ONE: &str =
    "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}/codes/{voucher_id}/withdraw";
const ENTITLEMENTS: &str = "/admin/v1/{environment}/operators/{operator_id}/entitlements";
const LOCK: &str = "/admin/v1/{environment}/operators/{operator_id}/entitlements/withdraw";
const REFUND: &str = "/admin/v1/{environment}/purchases/{purchase_id}/refunds/{refund_id}/refresh";

pub(super) fn calls() -> Vec<Call> {
    vec![
        call("post", VOUCHERS, "issueVouchers", "Opens a series of vouchers.")
            .reads::<NewSeries>()
            .once()
            .answers::<SeriesWithCodes>(),
        call("get", VOUCHERS, "listVouchers", "Every series of an operator.").answers::<SeriesList>(),
        paged(call(
            "get",
            ONE_SERIES,
            "getVouchers",
            "A series with its vouchers.",
        ))
        .answers::<SeriesWithVouchers>(),
        call("post", CODES, "issueMoreVouchers", "Issues more codes.")
            .reads::<MoreCodes>()
            .once()
            .answers::<SeriesWithCodes>(),
        call("post", WITHDRAW, "withdrawSeries", "Ends a series.")
            .once()
            .answers::<Series>(),
        call("post", WITHDRAW_ONE, "withdrawVoucher", "Ends one voucher.")
            .once()
            .answers::<Voucher>(),
        call("post", ENTITLEMENTS, "unlockFare", "Unlocks a fare for a rider.")
            .reads::<EntitlementRequest>()
            .once()
            .answers::<Entitlement>(),
        call("post", LOCK, "lockFare", "Locks a fare for a rider.")
            .reads::<EntitlementRequest>()
            .once()
            .answers::<Entitlement>(),
        call(
            "post",
            REFUND,
            "refreshRefund",
            "Looks at Stripe for a refund that was refused.",
        )
        .answers::<RefundState>(),
    ]
}
