//! Versions: listed, shown whole, and compared.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, rejection::QueryRejection},
};
use domain::catalog::{Catalog, CatalogVersion};
use serde::Deserialize;

use super::{
    refusal::no_version,
    view::{ChangesView, DiffView, VersionView, WholeView},
};
use crate::{
    admin::{
        admin_key::Admin,
        page::{Page, Paging},
        permit::OperatorReader,
        problem::Problem,
    },
    marketplace::catalog_document,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DiffQuery {
    against: Option<u32>,
}

/// Every version, the oldest first.
pub(super) async fn list(admin: OperatorReader, paging: Paging) -> Result<Json<Page<VersionView>>, Problem> {
    let now = admin.engine.host().now();
    let operator = admin.operator()?;
    let words = admin.engine.catalog_words(&operator).await?;
    let catalog = admin.engine.directory().catalog(&operator);
    let versions = catalog.iter().flat_map(|catalog| {
        let versions = catalog.versions().iter();
        versions.map(|version| VersionView::of(catalog, version, &words, now))
    });
    // Names are compared as texts.
    let name = |view: &VersionView| format!("{:010}", view.version);
    Ok(Json(Page::of(versions, &paging, name, |view| view)))
}

/// One version, whole.
pub(super) async fn show(admin: OperatorReader) -> Result<Json<WholeView>, Problem> {
    let now = admin.engine.host().now();
    let operator_id = admin.operator()?;
    let (catalog, version) = named(&admin)?;
    let words = admin.engine.catalog_words(&operator_id).await?;
    Ok(Json(WholeView {
        operator_id,
        version: VersionView::of(&catalog, &version, &words, now),
        catalog: catalog_document(&version.content),
    }))
}

/// What differs from another version: from the one in force, if none is named.
pub(super) async fn diff(
    admin: OperatorReader,
    query: Result<Query<DiffQuery>, QueryRejection>,
) -> Result<Json<DiffView>, Problem> {
    let Query(query) = query.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    let operator_id = admin.operator()?;
    let (catalog, version) = named(&admin)?;
    let against = match query.against {
        Some(against) => catalog.version(against),
        None => catalog.in_force(admin.engine.host().now()),
    };
    let against = against.ok_or_else(no_version)?;
    Ok(Json(DiffView {
        operator_id,
        version: version.version,
        against: against.version,
        changes: ChangesView::of(Some(&against.content), &version.content),
    }))
}

/// The number of the version that the path names.
pub(super) fn number(admin: &Admin) -> Result<u32, Problem> {
    admin.named("version").parse().map_err(|_| no_version())
}

fn named(admin: &Admin) -> Result<(Arc<Catalog>, CatalogVersion), Problem> {
    let catalog = admin.engine.directory().catalog(&admin.operator()?);
    let catalog = catalog.ok_or_else(no_version)?;
    let version = catalog.version(number(admin)?).cloned().ok_or_else(no_version)?;
    Ok((catalog, version))
}
