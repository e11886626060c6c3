//! The admin API for operators that charge by themselves.

use super::admin::administering as call;
use crate::openapi::{
    call::Call,
    schemas::{ChargeReported, ChargeRequest, ChargeRequestList},
};

const ALL: &str = "/admin/v1/{environment}/operators/{operator_id}/charge-requests";
const ONE: &str = "/admin/v1/{environment}/operators/{operator_id}/charge-requests/{purchase_id}";
const CLAIM: &str = "/admin/v1/{environment}/operators/{operator_id}/charge-requests/{purchase_id}/claim";
const REPORT: &str = "/admin/v1/{environment}/operators/{operator_id}/charge-requests/{purchase_id}/report";

pub(super) fn calls() -> Vec<Call> {
    vec![
        call(
            "get",
            ALL,
            "listChargeRequests",
            "What an operator may charge by itself now.",
        )
        .answers::<ChargeRequestList>(),
        call(
            "get",
            ONE,
            "getChargeRequest",
            "A charge request, however it stands.",
        )
        .answers::<ChargeRequest>(),
        call(
            "post",
            CLAIM,
            "claimChargeRequest",
            "Gives the token out, once; the key of the request is required.",
        )
        .once()
        .answers::<ChargeRequest>(),
        call(
            "post",
            REPORT,
            "reportCharge",
            "Takes in what an operator charged, and verifies it with Stripe.",
        )
        .reads::<ChargeReported>()
        .once()
        .or_accepted()
        .answers::<ChargeRequest>(),
    ]
}
