//! `POST /admin/v1/{environment}/marketplace`

use axum::{
    Json,
    extract::{
        Query,
        rejection::{JsonRejection, QueryRejection},
    },
};
use engine::Difference;
use serde::{Deserialize, Serialize};

use super::{permit::EngineAdmin, problem::Problem};
use crate::marketplace::{MarketplaceDocument, declaration};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplyQuery {
    #[serde(default)]
    dry_run: bool,
}

/// What was changed, or would be.
#[derive(Serialize)]
pub(super) struct Applied {
    dry_run: bool,
    changes: Vec<Difference>,
}

/// Makes the marketplace as declared, all of it or nothing; then asks Stripe about the accounts of the operators it
/// names, because only Stripe's word lets them be paid.
pub(super) async fn apply(
    admin: EngineAdmin,
    query: Result<Query<ApplyQuery>, QueryRejection>,
    body: Result<Json<MarketplaceDocument>, JsonRejection>,
) -> Result<Json<Applied>, Problem> {
    let Query(query) = query.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let Json(document) = body.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let declaration = declaration(&document, admin.environment)?;
    if query.dry_run {
        let changes = admin.engine.preview(&declaration).await?;
        return Ok(Json(Applied {
            dry_run: true,
            changes,
        }));
    }
    let changes = admin.engine.declare(&admin.context, &declaration).await?;
    for operator in &declaration.operators {
        admin
            .engine
            .refresh_account(&admin.context, &operator.operator)
            .await?;
    }
    Ok(Json(Applied {
        dry_run: false,
        changes,
    }))
}
