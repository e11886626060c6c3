//! Publishing and rolling back, or telling what would come of it.

use axum::{
    extract::{Query, rejection::QueryRejection},
    response::Response,
};
use chrono::{DateTime, Utc};
use domain::{
    OperatorId,
    catalog::{CatalogCommand, CatalogContent, CatalogSource},
};
use engine::{Answer, CatalogDecision, CatalogWish, Claim};
use serde::Deserialize;

use super::{versions::number, view::Telling};
use crate::{
    admin::{
        admin_key::Admin,
        once::{self, Asked},
        permit::OperatorAdmin,
        problem::Problem,
    },
    marketplace::{CatalogDocument, Flawed, catalog_of},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct DecideQuery {
    #[serde(default)]
    dry_run: bool,
}

/// Whether nothing is to be changed.
pub(in crate::admin) fn is_dry(query: Result<Query<DecideQuery>, QueryRejection>) -> Result<bool, Problem> {
    let Query(query) = query.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    Ok(query.dry_run)
}

/// A catalog in the form of the marketplace file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublishDocument {
    effective_from: Option<DateTime<Utc>>,
    catalog: CatalogDocument,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RollBackDocument {
    effective_from: Option<DateTime<Utc>>,
}

/// Publishes a catalog.
pub(super) async fn publish(
    admin: OperatorAdmin,
    query: Result<Query<DecideQuery>, QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let dry_run = is_dry(query)?;
    let claim = asked.claim(&admin).filter(|_| !dry_run);
    let outcome = put_out(&admin, &asked, dry_run, claim.as_ref()).await;
    Ok(once::settle(&admin, claim.as_ref(), outcome).await)
}

async fn put_out(
    admin: &Admin,
    asked: &Asked,
    dry_run: bool,
    claim: Option<&Claim>,
) -> Result<Answer, Problem> {
    let document: PublishDocument = asked.read()?;
    let content = catalog_of(&document.catalog).map_err(|flaw| Flawed(vec![format!("catalog.{flaw}")]))?;
    let operator = admin.operator()?;
    let telling = Telling {
        operator: &operator,
        dry_run,
        version: None,
        wished_from: document.effective_from,
        feed: None,
    };
    let wish = publication(&operator, &content, document.effective_from, CatalogSource::Admin);
    decide(admin, &telling, &wish, claim).await
}

/// The wish to publish a catalog.
pub(super) fn publication(
    operator: &OperatorId,
    content: &CatalogContent,
    effective_from: Option<DateTime<Utc>>,
    source: CatalogSource,
) -> impl Fn(DateTime<Utc>) -> Vec<CatalogCommand> + Send + Sync {
    move |at| {
        vec![CatalogCommand::Publish {
            operator: operator.clone(),
            content: Box::new(content.clone()),
            effective_from,
            source,
            at,
        }]
    }
}

/// Brings a version back.
pub(super) async fn roll_back(
    admin: OperatorAdmin,
    query: Result<Query<DecideQuery>, QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let dry_run = is_dry(query)?;
    let claim = asked.claim(&admin).filter(|_| !dry_run);
    let outcome = bring_back(&admin, &asked, dry_run, claim.as_ref()).await;
    Ok(once::settle(&admin, claim.as_ref(), outcome).await)
}

async fn bring_back(
    admin: &Admin,
    asked: &Asked,
    dry_run: bool,
    claim: Option<&Claim>,
) -> Result<Answer, Problem> {
    let document: RollBackDocument = asked.read()?;
    let to_version = number(admin)?;
    let operator = admin.operator()?;
    let telling = Telling {
        operator: &operator,
        dry_run,
        version: Some(to_version),
        wished_from: document.effective_from,
        feed: None,
    };
    let wish = |at| {
        vec![CatalogCommand::RollBack {
            to_version,
            effective_from: document.effective_from,
            at,
        }]
    };
    decide(admin, &telling, &wish, claim).await
}

/// Decides, or tries it out.
pub(super) async fn decide(
    admin: &Admin,
    telling: &Telling<'_>,
    wish: CatalogWish<'_>,
    claim: Option<&Claim>,
) -> Result<Answer, Problem> {
    let render = |decision: &CatalogDecision| telling.answer(decision);
    let engine = &admin.engine;
    let decided = if telling.dry_run {
        engine.preview_catalog(telling.operator, wish, &render).await
    } else {
        engine
            .decide_catalog(&admin.context, telling.operator, wish, claim, &render)
            .await
    };
    Ok(decided?)
}
