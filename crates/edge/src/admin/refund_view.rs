//! A refund, as operators and finance see it. Nothing personal is in it.

use chrono::{DateTime, Utc};
use domain::{
    AppId, OperatorId, PurchaseId, RefundId, StripeRefundId,
    purchase::{Purchase, RefundState},
    wallet::ItemId,
};
use engine::{Answer, OperatorsRefund};
use http::StatusCode;
use serde::Serialize;

use super::{once, problem::Problem};

/// A refund.
#[derive(Serialize)]
pub(super) struct RefundView {
    refund_id: RefundId,
    purchase_id: PurchaseId,
    operator_id: OperatorId,
    app_id: AppId,
    /// What goes back to the rider, in minor units.
    amount: i64,
    /// ISO 4217.
    currency: String,
    /// What of the engine's fee goes back to the operator.
    engine_fee_returned: i64,
    /// `pending`, `unknown`, `succeeded` or `failed`.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_refund_id: Option<StripeRefundId>,
    /// Why Stripe would not.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_code: Option<String>,
    /// What was given back and is void; empty where only money was.
    items: Vec<String>,
    reason: String,
    /// Whether the rules would have refused it.
    rules_overridden: bool,
    /// How often it was tried.
    attempts: u32,
    /// When it was started, or tried again.
    started_at: DateTime<Utc>,
    /// Who asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by: Option<String>,
    /// What could still be given back of the purchase.
    refundable: i64,
}

impl RefundView {
    /// A refund of a purchase, if it is one.
    pub(super) fn of(purchase: &Purchase, refund: &RefundId) -> Option<Self> {
        let known = purchase.refunds().get(refund)?;
        let order = purchase.order();
        let (status, stripe_refund_id, failure_code) = match &known.state {
            RefundState::Pending if known.unknown.is_some() => ("unknown", None, None),
            RefundState::Pending => ("pending", None, None),
            RefundState::Done { stripe_refund } => ("succeeded", Some(stripe_refund.clone()), None),
            RefundState::Refused { code } => ("failed", None, Some(code.clone())),
        };
        Some(Self {
            refund_id: refund.clone(),
            purchase_id: order.purchase.clone(),
            operator_id: order.operator.clone(),
            app_id: order.app.clone(),
            amount: known.amount.amount,
            currency: known.amount.currency.code().to_owned(),
            engine_fee_returned: known.fee_returned.amount,
            status,
            stripe_refund_id,
            failure_code,
            items: known
                .items
                .iter()
                .map(|item| ItemId::as_str(item).to_owned())
                .collect(),
            reason: known.reason.clone(),
            rules_overridden: known.rules_overridden,
            attempts: known.generation,
            started_at: known.started_at,
            started_by: None,
            refundable: purchase.refundable().map_or(0, |left| left.amount),
        })
    }

    /// The same with who asked for it.
    pub(super) fn asked_for(refund: &OperatorsRefund) -> Result<Self, Problem> {
        let view = Self::of(&refund.purchase, &refund.refund).ok_or_else(Problem::internal)?;
        Ok(Self {
            started_by: Some(refund.actor.clone()),
            ..view
        })
    }
}

/// The answer to whoever makes a refund: accepted, as long as nobody knows how it ends.
pub(super) fn render(purchase: &Purchase, refund: &RefundId) -> Answer {
    let Some(view) = RefundView::of(purchase, refund) else {
        return Problem::internal().answer();
    };
    let is_open = matches!(view.status, "pending" | "unknown");
    let answer = once::success(&view);
    match is_open {
        true => Answer {
            status: StatusCode::ACCEPTED.as_u16(),
            ..answer
        },
        false => answer,
    }
}
