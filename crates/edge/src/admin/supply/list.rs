//! `GET /admin/v1/{environment}/operators`

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, rejection::QueryRejection},
};
use chrono::{DateTime, Utc};
use domain::{AppId, operator::Operator};
use engine::Engine;
use serde::{Deserialize, Serialize};

use super::view::status_of;
use crate::{
    admin::{
        page::{Page, Paging},
        permit::Reader,
        problem::Problem,
    },
    marketplace::kind_of,
};

/// Which operators are wanted; all, where nothing is said.
#[derive(Deserialize)]
pub(super) struct Wanted {
    /// `transit`, `parking` or `transit_and_parking`.
    kind: Option<String>,
    /// Linked to this app.
    app: Option<AppId>,
    /// Whether riders can buy: of that app, or of any, where none is named.
    transactable: Option<bool>,
}

/// An operator in few words.
#[derive(Serialize)]
pub(super) struct OperatorLine {
    operator_id: String,
    name: String,
    kind: &'static str,
    suspended: bool,
    /// `none`, `onboarding`, `connected` or `deauthorized`.
    account: &'static str,
    charges_enabled: bool,
    /// The apps it is linked to.
    apps: Vec<AppId>,
    /// Those of them whose riders can buy.
    transactable_for: Vec<AppId>,
}

/// The operators, by id.
pub(super) async fn list(
    admin: Reader,
    paging: Paging,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Page<OperatorLine>>, Problem> {
    let Query(wanted) = wanted.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
    if let Some(kind) = &wanted.kind
        && !["transit", "parking", "transit_and_parking"].contains(&kind.as_str())
    {
        return Err(Problem::unreadable(
            "The kind is transit, parking or transit_and_parking.",
        ));
    }
    let now = admin.engine.host().now();
    let engine = &admin.engine;
    let operators = engine.directory().operators().into_iter();
    let operators = operators.filter(|operator| is_wanted(engine, operator, &wanted, now));
    Ok(Json(Page::of(
        operators,
        &paging,
        |operator: &Arc<Operator>| operator.id().to_string(),
        |operator| line(engine, &operator, now),
    )))
}

fn is_wanted(engine: &Engine, operator: &Operator, wanted: &Wanted, now: DateTime<Utc>) -> bool {
    let of_kind = wanted
        .kind
        .as_deref()
        .is_none_or(|kind| kind == kind_of(operator));
    let linked = wanted.app.as_ref().is_none_or(|app| operator.link(app).is_some());
    of_kind
        && linked
        && wanted.transactable.is_none_or(|transactable| {
            let sells = |app: &AppId| engine.obstacles(operator, app, now).is_empty();
            let can = match &wanted.app {
                Some(app) => sells(app),
                None => operator.links().any(|link| sells(&link.app)),
            };
            can == transactable
        })
}

fn line(engine: &Engine, operator: &Operator, now: DateTime<Utc>) -> OperatorLine {
    let apps: Vec<AppId> = operator.links().map(|link| link.app.clone()).collect();
    let sells = |app: &&AppId| engine.obstacles(operator, app, now).is_empty();
    OperatorLine {
        operator_id: operator.id().to_string(),
        name: operator.profile().name.default.clone(),
        kind: kind_of(operator),
        suspended: operator.suspended_for().is_some(),
        account: operator.account().map_or("none", status_of),
        charges_enabled: operator
            .account()
            .is_some_and(domain::operator::Account::takes_charges),
        transactable_for: apps.iter().filter(sells).cloned().collect(),
        apps,
    }
}
