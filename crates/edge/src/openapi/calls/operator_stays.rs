//! The admin API for the stays at an operator's places.

use engine::ParkingStays;

use super::admin::{administering as call, paged};
use crate::openapi::{
    call::Call,
    param::Param,
    schemas::{ReasonToLetGo, StayAtOperator, StayDebts, StayEnd, StayPage},
};

const ALL: &str = "/admin/v1/{environment}/operators/{operator_id}/parking/sessions";
const ONE: &str = "/admin/v1/{environment}/operators/{operator_id}/parking/sessions/{session_id}";
const FORGIVE: &str = "/admin/v1/{environment}/operators/{operator_id}/parking/sessions/{session_id}/forgive";
const END: &str = "/admin/v1/{environment}/operators/{operator_id}/parking/sessions/{session_id}/end";
const CANCEL: &str = "/admin/v1/{environment}/operators/{operator_id}/parking/sessions/{session_id}/cancel";
const DEBTS: &str = "/admin/v1/{environment}/operators/{operator_id}/parking/debts";

fn filtered(call: Call) -> Call {
    paged(call)
        .queried(Param::one_of("state", &ParkingStays::STATES, "In this state."))
        .queried(Param::one_of(
            "payment",
            &ParkingStays::PAYMENTS,
            "Paid like this.",
        ))
        .queried(Param::text("location", "At this location."))
}

pub(super) fn calls() -> Vec<Call> {
    let reads = [
        filtered(call(
            "get",
            ALL,
            "listOperatorStays",
            "Stays at an operator's places, the newest first.",
        ))
        .answers::<StayPage>(),
        call("get", ONE, "getOperatorStay", "A stay, however it stands.").answers::<StayAtOperator>(),
        filtered(call(
            "get",
            DEBTS,
            "listParkingDebts",
            "What riders owe an operator for stays, and how much that is.",
        ))
        .answers::<StayDebts>(),
    ];
    let decides = [
        call(
            "post",
            FORGIVE,
            "forgiveParkingDebt",
            "Lets what is owed for a stay go.",
        )
        .reads::<ReasonToLetGo>(),
        call(
            "post",
            END,
            "endStayForRider",
            "Ends a stay for a rider who forgot.",
        )
        .reads::<StayEnd>(),
        call("post", CANCEL, "cancelStay", "Calls off a stay that goes on.").reads::<ReasonToLetGo>(),
    ];
    let decides = decides.map(|call| call.once().answers::<StayAtOperator>());
    reads.into_iter().chain(decides).collect()
}
