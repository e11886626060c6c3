//! Importing a feed: all of it or nothing.

use axum::{
    extract::{Query, rejection::QueryRejection},
    response::Response,
};
use domain::catalog::CatalogSource;
use engine::{Answer, Claim};
use gtfs::{Files, Imported, Overlay};

use super::{
    publish::{DecideQuery, decide, is_dry, publication},
    upload::Upload,
    view::Telling,
};
use crate::{
    admin::{admin_key::Admin, once, permit::OperatorAdmin, problem::Problem},
    marketplace::Flawed,
};

/// Publishes what a feed and an overlay make.
pub(super) async fn import(
    admin: OperatorAdmin,
    query: Result<Query<DecideQuery>, QueryRejection>,
    upload: Upload,
) -> Result<Response, Problem> {
    let dry_run = is_dry(query)?;
    let claim = upload.asked.claim(&admin).filter(|_| !dry_run);
    let outcome = take_in(&admin, &upload, dry_run, claim.as_ref()).await;
    Ok(once::settle(&admin, claim.as_ref(), outcome).await)
}

async fn take_in(
    admin: &Admin,
    upload: &Upload,
    dry_run: bool,
    claim: Option<&Claim>,
) -> Result<Answer, Problem> {
    let Imported {
        content,
        notes,
        summary,
    } = convert(upload).await?;
    let operator = admin.operator()?;
    let telling = Telling {
        operator: &operator,
        dry_run,
        version: None,
        wished_from: upload.effective_from,
        feed: Some((&summary, &notes)),
    };
    let wish = publication(&operator, &content, upload.effective_from, CatalogSource::Gtfs);
    decide(admin, &telling, &wish, claim).await
}

/// Unpacking and reading may take a while, in which other requests are to be served.
async fn convert(upload: &Upload) -> Result<Imported, Problem> {
    let (feed, overlay) = (upload.feed.clone(), upload.overlay.clone());
    let converted = tokio::task::spawn_blocking(move || {
        let overlay = overlay_of(&overlay)?;
        let files = Files::of(feed)?;
        Ok::<_, Problem>(gtfs::import(&files, &overlay)?)
    });
    converted.await.map_err(|_| Problem::internal())?
}

/// YAML, or JSON, which is YAML as well.
fn overlay_of(text: &str) -> Result<Overlay, Problem> {
    if text.trim().is_empty() {
        return Ok(Overlay::default());
    }
    serde_saphyr::from_str(text).map_err(|error| {
        let told = error.to_string();
        let first = told.lines().next().unwrap_or("cannot be read").to_owned();
        Problem::from(Flawed(vec![format!("overlay: {first}")]))
    })
}
