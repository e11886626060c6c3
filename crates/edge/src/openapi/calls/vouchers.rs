//! The admin API for restricted fares, API keys and refunds.

use crate::openapi::{
    call::{Access, Call},
    param::Param,
    schemas::{
        ApiKeyList, Entitlement, EntitlementRequest, MoreCodes, NewSeries, Problem, RefundState, Series,
        SeriesList, SeriesWithCodes, SeriesWithVouchers, Voucher,
    },
};

const PROBLEM: &str = "application/problem+json";

const VOUCHERS: &str = "/admin/v1/{environment}/operators/{operator_id}/vouchers";
const ONE_SERIES: &str = "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}";
const CODES: &str = "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}/codes";
const WITHDRAW: &str = "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}/withdraw";
const WITHDRAW_ONE: &str =
    "/admin/v1/{environment}/operators/{operator_id}/vouchers/{series_id}/codes/{voucher_id}/withdraw";
const ENTITLEMENTS: &str = "/admin/v1/{environment}/operators/{operator_id}/entitlements";
const LOCK: &str = "/admin/v1/{environment}/operators/{operator_id}/entitlements/withdraw";
const KEYS: &str = "/admin/v1/{environment}/apps/{app_id}/keys";
const REVOKE: &str = "/admin/v1/{environment}/apps/{app_id}/keys/{key_id}/revoke";
const REFUND: &str = "/admin/v1/{environment}/purchases/{purchase_id}/refunds/{refund_id}/refresh";

fn call(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    names: &[&'static str],
) -> Call {
    let call = Call::new("Operation", (method, path), id, Access::Admin, summary);
    names
        .iter()
        .fold(call.at("environment", "test or live."), |call, name| {
            call.at(name, "By its id.")
        })
        .refused(&[422])
        .fails_with::<Problem>(PROBLEM)
}

pub(super) fn calls() -> Vec<Call> {
    let operator = "operator_id";
    let series = [operator, "series_id"];
    vec![
        call(
            "post",
            VOUCHERS,
            "issueVouchers",
            "Opens a series of vouchers.",
            &[operator],
        )
        .reads::<NewSeries>()
        .once()
        .answers::<SeriesWithCodes>(),
        call(
            "get",
            VOUCHERS,
            "listVouchers",
            "Every series of an operator.",
            &[operator],
        )
        .answers::<SeriesList>(),
        call(
            "get",
            ONE_SERIES,
            "getVouchers",
            "A series with its vouchers.",
            &series,
        )
        .queried(Param::text("after", "Begins behind this voucher."))
        .queried(Param::text("limit", "1 to 1,000; 100, if absent."))
        .answers::<SeriesWithVouchers>(),
        call("post", CODES, "issueMoreVouchers", "Issues more codes.", &series)
            .reads::<MoreCodes>()
            .once()
            .answers::<SeriesWithCodes>(),
        call("post", WITHDRAW, "withdrawSeries", "Ends a series.", &series)
            .once()
            .answers::<Series>(),
        call(
            "post",
            WITHDRAW_ONE,
            "withdrawVoucher",
            "Ends one voucher.",
            &[operator, "series_id", "voucher_id"],
        )
        .once()
        .answers::<Voucher>(),
        call(
            "post",
            ENTITLEMENTS,
            "unlockFare",
            "Unlocks a fare for a rider.",
            &[operator],
        )
        .reads::<EntitlementRequest>()
        .once()
        .answers::<Entitlement>(),
        call("post", LOCK, "lockFare", "Locks a fare for a rider.", &[operator])
            .reads::<EntitlementRequest>()
            .once()
            .answers::<Entitlement>(),
        call(
            "get",
            KEYS,
            "listApiKeys",
            "The keys of an app that count.",
            &["app_id"],
        )
        .answers::<ApiKeyList>(),
        call(
            "post",
            REVOKE,
            "revokeApiKey",
            "Takes a key away.",
            &["app_id", "key_id"],
        )
        .answers::<ApiKeyList>(),
        call(
            "post",
            REFUND,
            "refreshRefund",
            "Looks at Stripe for a refund that was refused.",
            &["purchase_id", "refund_id"],
        )
        .answers::<RefundState>(),
    ]
}
