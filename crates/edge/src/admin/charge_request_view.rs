//! A charge request, as operators and finance see it. Nothing personal is in it, and a token only where it is given out.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    AppId, ChargeId, OperatorId, PurchaseId, StripeAccountId,
    purchase::{Delivery, Purchase, Refutation, Report, Stage},
};
use engine::Answer;
use http::StatusCode;
use serde::Serialize;

use super::once;

/// A charge request.
#[derive(Serialize)]
pub(super) struct ChargeRequestView {
    purchase_id: PurchaseId,
    operator_id: OperatorId,
    app_id: AppId,
    /// `preparing`, `open`, `verifying`, `charged`, `completed`, `declined` or `voided`.
    status: &'static str,
    /// What is to be charged, in minor units.
    amount: i64,
    /// ISO 4217.
    currency: String,
    /// The engine's fee within it.
    engine_fee: i64,
    /// What of the fee the charge left out, and the operator owes.
    engine_fee_owed: i64,
    /// Where it is to be charged.
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<StripeAccountId>,
    /// What has to stand in the charge's metadata.
    metadata: BTreeMap<&'static str, String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    charge_before: Option<DateTime<Utc>>,
    /// The token, where it is given out.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// How the token was given out: `webhook` or `pull`.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_by: Option<Delivery>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_at: Option<DateTime<Utc>>,
    /// The charge that pays for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    charge: Option<ChargeId>,
    /// Every charge that was reported.
    reports: Vec<ReportView>,
    /// Why a person has to look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<String>,
}

/// A charge that was reported.
#[derive(Serialize)]
struct ReportView {
    charge: ChargeId,
    /// `open`, `confirmed` or `refuted`.
    status: &'static str,
    /// Why it was refuted.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Refutation>,
}

impl ChargeRequestView {
    /// As it stands.
    pub(super) fn of(purchase: &Purchase) -> Self {
        let order = purchase.order();
        let (delivered_by, delivered_at) = purchase.delivered().unzip();
        Self {
            purchase_id: order.purchase.clone(),
            operator_id: order.operator.clone(),
            app_id: order.app.clone(),
            status: status(purchase),
            amount: order.total.amount,
            currency: order.total.currency.code().to_owned(),
            engine_fee: order.engine_fee.amount,
            engine_fee_owed: purchase.fee_owed().map_or(0, |owed| owed.amount),
            account_id: purchase.payment().map(|terms| terms.account.clone()),
            metadata: BTreeMap::from([("purchase", order.purchase.to_string())]),
            charge_before: purchase.charge_before(),
            token: None,
            delivered_by,
            delivered_at,
            charge: purchase.charge().map(|charge| charge.charge.clone()),
            reports: purchase.reports().iter().map(report).collect(),
            review: purchase.review().map(str::to_owned),
        }
    }
}

/// How it stands, in one word: what a program goes by.
fn status(purchase: &Purchase) -> &'static str {
    match purchase.stage() {
        Stage::Started | Stage::CredentialReady | Stage::ActionRequired { .. } => "preparing",
        _ if purchase.report_to_verify().is_some() && purchase.charge().is_none() => "verifying",
        Stage::HandedOver { .. } => "open",
        Stage::Charged => "charged",
        Stage::Completed { .. } => "completed",
        Stage::Declined { .. } => "declined",
        Stage::Voided { .. } => "voided",
    }
}

fn report((charge, report): (&ChargeId, &Report)) -> ReportView {
    let (status, reason) = match report {
        Report::Open => ("open", None),
        Report::Confirmed => ("confirmed", None),
        Report::Refuted { why } => ("refuted", Some(*why)),
    };
    ReportView {
        charge: charge.clone(),
        status,
        reason,
    }
}

/// The answer to whoever asks for the token or reports: accepted, as long as Stripe is still to be heard.
pub(super) fn render(purchase: &Purchase, token: Option<&str>) -> Answer {
    let answer = once::success(&ChargeRequestView {
        token: token.map(str::to_owned),
        ..ChargeRequestView::of(purchase)
    });
    match purchase.report_to_verify() {
        Some(_) if token.is_none() => Answer {
            status: StatusCode::ACCEPTED.as_u16(),
            ..answer
        },
        _ => answer,
    }
}
