//! The admin API for operators: refunds, passes, announcements and reports.

use super::admin::{administering as call, paged};
use crate::{
    marketplace::{FareFreeDocument, ServiceAlertDocument},
    openapi::{
        call::Call,
        param::Param,
        schemas::{
            Announcement, AnnouncementPage, DisputePage, InvalidateRequest, OperatorRefund,
            OperatorRefundPage, PassUsePage, PayoutPage, RefundRequest, ReissueRequest, SalePage,
            SalesSummary, SettlementPage, SupportPass, Withdrawn,
        },
    },
};

const REFUNDS: &str = "/admin/v1/{environment}/operators/{operator_id}/refunds";
const REFUND: &str = "/admin/v1/{environment}/operators/{operator_id}/refunds/{refund_id}";
const RETRY: &str = "/admin/v1/{environment}/operators/{operator_id}/refunds/{refund_id}/retry";
const PASS: &str = "/admin/v1/{environment}/operators/{operator_id}/passes/{pass_id}";
const INVALIDATE: &str = "/admin/v1/{environment}/operators/{operator_id}/passes/{pass_id}/invalidate";
const REISSUE: &str = "/admin/v1/{environment}/operators/{operator_id}/passes/{pass_id}/reissue";
const ALERTS: &str = "/admin/v1/{environment}/operators/{operator_id}/service-alerts";
const CLEAR: &str = "/admin/v1/{environment}/operators/{operator_id}/service-alerts/{notice_id}/clear";
const FREE: &str = "/admin/v1/{environment}/operators/{operator_id}/fare-free";
const WITHDRAW: &str = "/admin/v1/{environment}/operators/{operator_id}/fare-free/{notice_id}/withdraw";
const SALES: &str = "/admin/v1/{environment}/operators/{operator_id}/sales";
const SUMMARY: &str = "/admin/v1/{environment}/operators/{operator_id}/sales/summary";
const VALIDATIONS: &str = "/admin/v1/{environment}/operators/{operator_id}/validations";
const SETTLEMENTS: &str = "/admin/v1/{environment}/operators/{operator_id}/settlements";
const DISPUTES: &str = "/admin/v1/{environment}/operators/{operator_id}/disputes";
const PAYOUTS: &str = "/admin/v1/{environment}/operators/{operator_id}/payouts";

fn within(call: Call) -> Call {
    call.queried(Param::moment("from", "At this time or later."))
        .queried(Param::moment("to", "Before this time."))
}

fn refunds() -> Vec<Call> {
    vec![
        call("post", REFUNDS, "refundAsOperator", "Gives back.")
            .reads::<RefundRequest>()
            .once()
            .or_accepted()
            .answers::<OperatorRefund>(),
        paged(call(
            "get",
            REFUNDS,
            "listOperatorRefunds",
            "An operator's refunds.",
        ))
        .answers::<OperatorRefundPage>(),
        call("get", REFUND, "getOperatorRefund", "A refund.").answers::<OperatorRefund>(),
        call(
            "post",
            RETRY,
            "retryOperatorRefund",
            "Makes a refund after all that Stripe refused.",
        )
        .once()
        .or_accepted()
        .answers::<OperatorRefund>(),
    ]
}

fn reports() -> Vec<Call> {
    let report = |path, id, summary| paged(call("get", path, id, summary));
    let status = ["open", "completed", "partly_refunded", "refunded"];
    vec![
        within(report(
            SALES,
            "listSales",
            "An operator's sales, the newest first.",
        ))
        .queried(Param::text("app", "Through this app."))
        .queried(Param::text("fare", "With something of this fare."))
        .queried(Param::one_of("status", &status, "That stand like this."))
        .answers::<SalePage>(),
        call("get", SUMMARY, "summarizeSales", "Sales and refunds by day.")
            .queried(Param::text(
                "from",
                "The first day, as 2026-11-28; 31 days, if absent.",
            ))
            .queried(Param::text("to", "The last day; today, if absent."))
            .answers::<SalesSummary>(),
        within(report(VALIDATIONS, "listValidations", "Passes being used.")).answers::<PassUsePage>(),
        report(
            SETTLEMENTS,
            "listSettlements",
            "What moved the balance at Stripe.",
        )
        .queried(Param::text("payout", "Only what this payout took."))
        .refused(&[409])
        .answers::<SettlementPage>(),
        report(DISPUTES, "listDisputes", "What riders' banks want back.")
            .queried(Param::one_of(
                "status",
                &["open", "won", "lost"],
                "Only those that stand like this.",
            ))
            .answers::<DisputePage>(),
        report(PAYOUTS, "listPayouts", "What went to the operator's bank.")
            .refused(&[409])
            .answers::<PayoutPage>(),
    ]
}

fn passes() -> Vec<Call> {
    vec![
        call("get", PASS, "getPassForSupport", "A pass, a ride or a book.").answers::<SupportPass>(),
        call("post", INVALIDATE, "invalidatePass", "Declares a pass invalid.")
            .reads::<InvalidateRequest>()
            .once()
            .answers::<SupportPass>(),
        call(
            "post",
            REISSUE,
            "reissuePass",
            "Gives a new pass for a broken one.",
        )
        .reads::<ReissueRequest>()
        .once()
        .answers::<SupportPass>(),
    ]
}

fn announcements() -> Vec<Call> {
    let list = |path, id, summary| paged(call("get", path, id, summary));
    vec![
        list(ALERTS, "listServiceAlerts", "Service alerts that stand.").answers::<AnnouncementPage>(),
        call("post", ALERTS, "raiseServiceAlert", "Tells riders something.")
            .reads::<ServiceAlertDocument>()
            .once()
            .answers::<Announcement>(),
        call("post", CLEAR, "clearServiceAlert", "Tells it no more.")
            .once()
            .answers::<Withdrawn>(),
        list(FREE, "listFareFree", "Times in which riding is free.").answers::<AnnouncementPage>(),
        call("post", FREE, "declareFareFree", "Makes riding free for a time.")
            .reads::<FareFreeDocument>()
            .once()
            .answers::<Announcement>(),
        call("post", WITHDRAW, "withdrawFareFree", "Not free after all.")
            .once()
            .answers::<Withdrawn>(),
    ]
}

pub(super) fn calls() -> Vec<Call> {
    let nouns = [refunds(), reports(), passes(), announcements()];
    nouns.into_iter().flatten().collect()
}
