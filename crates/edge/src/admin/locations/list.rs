//! Locations: listed, and shown with all of their versions.

use std::sync::Arc;

use axum::Json;
use domain::{LocationId, catalog::Catalog};

use super::view::{LocationLine, LocationView};
use crate::admin::{
    admin_key::Admin,
    page::{Page, Paging},
    permit::OperatorReader,
    problem::Problem,
};

/// Every location, by id.
pub(super) async fn list(admin: OperatorReader, paging: Paging) -> Result<Json<Page<LocationLine>>, Problem> {
    let now = admin.engine.host().now();
    let catalog = admin.engine.directory().catalog(&admin.operator()?);
    let locations = catalog.iter().flat_map(|catalog| {
        let locations = catalog.locations();
        locations.filter_map(move |(location, _)| LocationLine::of(catalog, location, now))
    });
    let name = |line: &LocationLine| line.id.clone();
    Ok(Json(Page::of(locations, &paging, name, |line| line)))
}

/// One location, with every version.
pub(super) async fn show(admin: OperatorReader) -> Result<Json<LocationView>, Problem> {
    let now = admin.engine.host().now();
    let (catalog, location) = named(&admin)?;
    Ok(Json(LocationView::of(&catalog, &location, now)))
}

/// The location that the path names, and the catalog that has it.
pub(super) fn named(admin: &Admin) -> Result<(Arc<Catalog>, LocationId), Problem> {
    let missing = || Problem::not_found("There is no such location.");
    let location = LocationId::parse(admin.named("location_id")).map_err(|_| missing())?;
    let catalog = admin.engine.directory().catalog(&admin.operator()?);
    let catalog = catalog.ok_or_else(missing)?;
    match catalog.location_versions(&location).is_empty() {
        true => Err(missing()),
        false => Ok((catalog, location)),
    }
}
