//! Parking locations on an administrator's word: published or withdrawn, all that are named or none, or tried out first.

use chrono::{DateTime, Utc};
use domain::{
    OperatorId,
    catalog::{Catalog, CatalogCommand},
};
use event_log::Answer;

use crate::{
    AdministerProblem, CatalogDecision, CatalogProblem, Claim, Context, Engine, Failure, RenderCatalog,
    administer::led_to,
    handle::{Change, Loaded},
};

/// What is to become of locations, one after the other, given the moment.
pub type LocationsWish<'a> = &'a (dyn Fn(DateTime<Utc>) -> Vec<CatalogCommand> + Send + Sync);

impl Engine {
    /// Publishes or withdraws locations in one commit, once under a claim.
    pub async fn decide_locations(
        &self,
        context: &Context,
        operator: &OperatorId,
        wish: LocationsWish<'_>,
        claim: Option<&Claim>,
        render: RenderCatalog<'_>,
    ) -> Result<Answer, CatalogProblem> {
        let id = operator.as_str();
        self.decide_once(&context.correlated(id), id, claim, &|loaded, at| {
            let (change, decision) = decision(loaded, wish, at, id)?;
            Ok((change, render(&decision)))
        })
        .await
    }

    /// What would come of it, and nothing does.
    pub async fn preview_locations(
        &self,
        operator: &OperatorId,
        wish: LocationsWish<'_>,
        render: RenderCatalog<'_>,
    ) -> Result<Answer, CatalogProblem> {
        let at = self.host().now();
        let id = operator.as_str();
        let loaded = self.repository().load(id).await.map_err(Failure::from)?;
        let (_, decision) = decision(loaded, wish, at, id)?;
        Ok(render(&decision))
    }
}

fn decision(
    loaded: Loaded<Catalog>,
    wish: LocationsWish<'_>,
    at: DateTime<Utc>,
    id: &str,
) -> Result<(Change<Catalog>, CatalogDecision), CatalogProblem> {
    let before = loaded.state().cloned();
    let change = wish(at)
        .into_iter()
        .try_fold(loaded.unchanged(), |change, command| {
            let decided = change.and(command).map_err(Failure::from)?;
            decided.map_err(AdministerProblem::Refused)
        })?;
    let decision = CatalogDecision {
        before,
        after: led_to(&change, id)?.clone(),
        changed: !change.is_empty(),
        at,
    };
    Ok((change, decision))
}
