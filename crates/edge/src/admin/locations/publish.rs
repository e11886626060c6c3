//! Publishing and withdrawing locations, all that are named or none.

use std::collections::BTreeSet;

use axum::{
    extract::{Query, rejection::QueryRejection},
    response::Response,
};
use chrono::{DateTime, Utc};
use domain::{
    LocationId, OperatorId,
    catalog::{CatalogCommand, ParkingLocation, inspect_location},
};
use engine::{Answer, CatalogDecision, Claim};
use serde::Deserialize;

use super::{
    list::named,
    view::{Telling, withdrawn},
};
use crate::{
    admin::{
        admin_key::Admin,
        catalogs::{DecideQuery, is_dry},
        once::{self, Asked},
        permit::OperatorAdmin,
        problem::Problem,
    },
    marketplace::{Flawed, LocationDocument, location_of},
};

/// How many locations one request may hold. Each is an event of its own, and all of them are one commit.
const MOST: usize = 5_000;

/// Locations in the form of the marketplace file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublishDocument {
    effective_from: Option<DateTime<Utc>>,
    locations: Vec<LocationDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithdrawDocument {}

/// Publishes locations and their prices.
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
    let operator = admin.operator()?;
    let profile = admin.engine.directory().operator(&operator);
    let profile = profile.ok_or_else(|| Problem::not_found("There is no such operator."))?;
    let zone = profile.profile().timezone;
    let read = document.locations.iter().map(|it| location_of(it, zone));
    let locations = sound("locations", read)?;
    let wish = Wish {
        operator,
        locations,
        effective_from: document.effective_from,
    };
    wish.decide(admin, dry_run, claim).await
}

/// Those that were read, if nothing is wrong with any of them; else everything that is, each with its place.
pub(super) fn sound(
    list: &str,
    read: impl Iterator<Item = Result<ParkingLocation, String>>,
) -> Result<Vec<ParkingLocation>, Problem> {
    let (mut locations, mut flaws) = (Vec::new(), Vec::new());
    let mut ids: BTreeSet<LocationId> = BTreeSet::new();
    for (index, read) in read.enumerate() {
        match read {
            Ok(location) => {
                let problems = inspect_location(&location);
                flaws.extend(
                    problems
                        .iter()
                        .map(|problem| format!("{list}[{index}].{problem}")),
                );
                if !ids.insert(location.id.clone()) {
                    flaws.push(format!("{list}[{index}].id: the id is used twice"));
                }
                locations.push(location);
            }
            Err(flaw) => flaws.push(format!("{list}[{index}].{flaw}")),
        }
    }
    if locations.len() > MOST {
        flaws.push(format!("{list}: there are more than {MOST}"));
    }
    match flaws.is_empty() {
        true => Ok(locations),
        false => Err(Problem::from(Flawed(flaws))),
    }
}

/// Locations that are to be published.
pub(super) struct Wish {
    pub(super) operator: OperatorId,
    pub(super) locations: Vec<ParkingLocation>,
    pub(super) effective_from: Option<DateTime<Utc>>,
}

impl Wish {
    /// Publishes them, or tries it out.
    pub(super) async fn decide(
        &self,
        admin: &Admin,
        dry_run: bool,
        claim: Option<&Claim>,
    ) -> Result<Answer, Problem> {
        let telling = Telling {
            operator: &self.operator,
            locations: &self.locations,
            wished_from: self.effective_from,
            dry_run,
        };
        let commands = |at| -> Vec<CatalogCommand> {
            let publish = |location: &ParkingLocation| CatalogCommand::PublishRates {
                operator: self.operator.clone(),
                location: Box::new(location.clone()),
                effective_from: self.effective_from,
                at,
            };
            self.locations.iter().map(publish).collect()
        };
        let render = |decision: &CatalogDecision| telling.answer(decision);
        if self.locations.is_empty() {
            return Ok(telling.nothing());
        }
        let engine = &admin.engine;
        let decided = if dry_run {
            engine.preview_catalog(&self.operator, &commands, &render).await
        } else {
            let context = &admin.context;
            engine
                .decide_catalog(context, &self.operator, &commands, claim, &render)
                .await
        };
        Ok(decided?)
    }
}

/// Takes no new stays at a location.
pub(super) async fn withdraw(admin: OperatorAdmin, asked: Asked) -> Result<Response, Problem> {
    let claim = asked.claim(&admin);
    let outcome = take_back(&admin, &asked, claim.as_ref()).await;
    Ok(once::settle(&admin, claim.as_ref(), outcome).await)
}

async fn take_back(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let WithdrawDocument {} = asked.read()?;
    let operator = admin.operator()?;
    let (_, location) = named(admin)?;
    let commands = |at| {
        let location = location.clone();
        vec![CatalogCommand::WithdrawLocation { location, at }]
    };
    let render = |decision: &CatalogDecision| withdrawn(&operator, &location, decision);
    let decided = admin
        .engine
        .decide_catalog(&admin.context, &operator, &commands, claim, &render)
        .await;
    Ok(decided?)
}
