//! Catalogs on an administrator's word: fares published or rolled back, locations published or withdrawn, tried out first;
//! and who did it, out of the log.

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, OperatorId,
    catalog::{Catalog, CatalogCommand, CatalogEvent, CatalogRejection, CatalogVersion},
};
use event_log::{Answer, StreamId};

use crate::{
    AdministerProblem, Claim, Context, Engine, Failure,
    administer::led_to,
    handle::{Change, Loaded, upcasters},
};

/// Why a catalog is as it was.
pub type CatalogProblem = AdministerProblem<CatalogRejection>;

/// What is to become of a catalog, one after the other, given the moment: all of it in one commit, or nothing.
pub type CatalogWish<'a> = &'a (dyn Fn(DateTime<Utc>) -> Vec<CatalogCommand> + Send + Sync);

/// Renders the answer of a decision.
pub type RenderCatalog<'a> = &'a (dyn Fn(&CatalogDecision) -> Answer + Send + Sync);

/// What was decided about a catalog, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogDecision {
    /// The catalog as it was, if there was one.
    pub before: Option<Catalog>,
    /// The catalog as it is then.
    pub after: Catalog,
    /// Whether that is different.
    pub changed: bool,
    /// When it was decided.
    pub at: DateTime<Utc>,
}

impl CatalogDecision {
    /// What was to be in force at a moment before it was decided.
    #[must_use]
    pub fn replaced(&self, moment: DateTime<Utc>) -> Option<&CatalogVersion> {
        self.before.as_ref()?.in_force(moment)
    }
}

/// Something that was decided about an operator's fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogWord {
    /// Which version it is about.
    pub version: u32,
    /// Whether the version was new; else it was brought back.
    pub published: bool,
    /// From when on it was to be in force.
    pub effective_from: DateTime<Utc>,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// By whom, as events name it.
    pub by: String,
}

impl Engine {
    /// Does what is wished, once under a claim.
    pub async fn decide_catalog(
        &self,
        context: &Context,
        operator: &OperatorId,
        wish: CatalogWish<'_>,
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
    pub async fn preview_catalog(
        &self,
        operator: &OperatorId,
        wish: CatalogWish<'_>,
        render: RenderCatalog<'_>,
    ) -> Result<Answer, CatalogProblem> {
        let at = self.host().now();
        let id = operator.as_str();
        let loaded = self.repository().load(id).await.map_err(Failure::from)?;
        let (_, decision) = decision(loaded, wish, at, id)?;
        Ok(render(&decision))
    }

    /// Everything that was decided about an operator's fares, in that order.
    pub async fn catalog_words(&self, operator: &OperatorId) -> Result<Vec<CatalogWord>, Failure> {
        let unreadable =
            |error: &dyn std::error::Error| Failure::Corrupt(format!("catalog of {operator}: {error}"));
        let stream =
            StreamId::new(Catalog::CATEGORY, operator.as_str()).map_err(|error| unreadable(&error))?;
        let upcasters = upcasters();
        let mut words = Vec::new();
        for recorded in self.log().load(&stream, 0).await? {
            let event: CatalogEvent = recorded.lift(&upcasters).map_err(|error| unreadable(&error))?;
            let (version, published, effective_from, at) = match event {
                CatalogEvent::Published {
                    version,
                    effective_from,
                    at,
                    ..
                } => (version, true, effective_from, at),
                CatalogEvent::RolledBack {
                    to_version,
                    effective_from,
                    at,
                } => (to_version, false, effective_from, at),
                CatalogEvent::RatesPublished { .. } | CatalogEvent::LocationWithdrawn { .. } => continue,
            };
            let metadata = recorded.metadata().map_err(|error| unreadable(&error))?;
            words.push(CatalogWord {
                version,
                published,
                effective_from,
                at,
                by: metadata.actor,
            });
        }
        Ok(words)
    }
}

fn decision(
    loaded: Loaded<Catalog>,
    wish: CatalogWish<'_>,
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
