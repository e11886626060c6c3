//! Importing places and rate tables: all of them or none.

use axum::{
    extract::{Query, rejection::QueryRejection},
    response::Response,
};
use chrono::{DateTime, Utc};
use engine::{Answer, Claim};
use serde::Deserialize;
use serde_json::Value;

use super::publish::{Wish, sound};
use crate::{
    admin::{
        admin_key::Admin,
        catalogs::{DecideQuery, is_dry},
        once::{self, Asked},
        permit::OperatorAdmin,
        problem::Problem,
    },
    apds::{self, Terms},
    marketplace::Flawed,
};

/// A file, and from when on its prices are in force.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ImportDocument {
    effective_from: Option<DateTime<Utc>>,
    file: Value,
}

/// Publishes what a file describes.
pub(super) async fn import(
    admin: OperatorAdmin,
    query: Result<Query<DecideQuery>, QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let dry_run = is_dry(query)?;
    let claim = asked.claim(&admin).filter(|_| !dry_run);
    let outcome = take_in(&admin, &asked, dry_run, claim.as_ref()).await;
    Ok(once::settle(&admin, claim.as_ref(), outcome).await)
}

async fn take_in(
    admin: &Admin,
    asked: &Asked,
    dry_run: bool,
    claim: Option<&Claim>,
) -> Result<Answer, Problem> {
    let document: ImportDocument = asked.read()?;
    let operator = admin.operator()?;
    let profile = admin.engine.directory().operator(&operator);
    let profile = profile.ok_or_else(|| Problem::not_found("There is no such operator."))?;
    let terms = Terms {
        zone: profile.profile().timezone,
        effective_from: document
            .effective_from
            .unwrap_or_else(|| admin.engine.host().now()),
    };
    let read = apds::read(&document.file, terms).map_err(Flawed)?;
    let locations = sound("places", read.into_iter().map(Ok))?;
    let wish = Wish {
        operator,
        locations,
        effective_from: document.effective_from,
    };
    wish.decide(admin, dry_run, claim).await
}
