//! `GET /admin/v1/{environment}/operators/{operator_id}`

use axum::Json;

use super::view::OperatorView;
use crate::admin::{permit::OperatorReader, problem::Problem};

/// One operator: who it is, how its account stands, with whom it is linked, and whether it can sell.
pub(super) async fn show(admin: OperatorReader) -> Result<Json<OperatorView>, Problem> {
    let missing = || Problem::not_found("There is no such operator.");
    let operator = admin.engine.directory().operator(&admin.operator()?);
    let operator = operator.ok_or_else(missing)?;
    let now = admin.engine.host().now();
    Ok(Json(OperatorView::of(&admin.engine, &operator, now)))
}
