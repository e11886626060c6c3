//! `POST /admin/v1/{environment}/purchases/{purchase_id}/refunds/{refund_id}/refresh`

use axum::Json;
use domain::{PurchaseId, RefundId};
use serde::Serialize;

use super::{permit::EngineAdmin, problem::Problem};

/// What Stripe has of a refund.
#[derive(Serialize)]
pub(super) struct RefundView {
    purchase_id: PurchaseId,
    refund_id: RefundId,
    /// Whether the money went back.
    paid_back: bool,
}

/// Looks at Stripe for a refund that was refused, and records what became of it.
pub(super) async fn refresh(admin: EngineAdmin) -> Result<Json<RefundView>, Problem> {
    let missing = || Problem::not_found("There is no such refund.");
    let purchase_id = PurchaseId::parse(admin.named("purchase_id")).map_err(|_| missing())?;
    let refund_id = RefundId::parse(admin.named("refund_id")).map_err(|_| missing())?;
    let looked = admin
        .engine
        .look_again_at_refund(&admin.context, &purchase_id, &refund_id)
        .await?;
    Ok(Json(RefundView {
        paid_back: looked.ok_or_else(missing)?,
        purchase_id,
        refund_id,
    }))
}
