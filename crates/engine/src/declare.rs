//! Making the marketplace as it is declared: apps, operators, links and catalogs, all of it or nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, OperatorId,
    app::{App, AppCommand, AppDeclaration, AppRejection},
    catalog::{Catalog, CatalogCommand, CatalogContent, CatalogRejection, CatalogSource, ParkingLocation},
    operator::{
        FareFreePeriod, Operator, OperatorCommand, OperatorDeclaration, OperatorRejection, ServiceAlert,
    },
};
use event_log::StreamWrite;
use serde::Serialize;

use crate::{
    Context, Engine, Failure,
    failure::Refused,
    handle::{ATTEMPTS, Change, Streamed},
};

/// A whole marketplace, as somebody wants it to be.
#[derive(Debug, Clone, Default)]
pub struct Declaration {
    /// The demand side.
    pub apps: Vec<AppDeclaration>,
    /// The supply side, with its links.
    pub operators: Vec<OperatorDeclaration>,
    /// What operators announce: service alerts, and times in which riding is free.
    pub notices: Vec<(OperatorId, Vec<ServiceAlert>, Vec<FareFreePeriod>)>,
    /// What transit operators sell.
    pub catalogs: Vec<(OperatorId, CatalogContent)>,
    /// Where parking operators have room, and at which rates.
    pub locations: Vec<(OperatorId, ParkingLocation)>,
}

/// What a declaration changes in one stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `operator-bigbluebus`.
    pub stream: String,
    /// The events that bring it there, by name.
    pub events: Vec<String>,
}

/// Why a declaration was not carried out. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum DeclareProblem {
    /// An app cannot be so.
    #[error("app {app}: {rejection}")]
    App {
        /// Which.
        app: String,
        /// Why.
        rejection: AppRejection,
    },
    /// An operator cannot be so.
    #[error("operator {operator}: {rejection}")]
    Operator {
        /// Which.
        operator: String,
        /// Why.
        rejection: OperatorRejection,
    },
    /// A catalog cannot be so.
    #[error("catalog of {operator}: {rejection}")]
    Catalog {
        /// Whose.
        operator: String,
        /// Why.
        rejection: CatalogRejection,
    },
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Engine {
    /// What the declaration would change.
    pub async fn preview(&self, declaration: &Declaration) -> Result<Vec<Difference>, DeclareProblem> {
        let writes = self.writes_for(declaration, self.host().now()).await?;
        Ok(writes.iter().map(difference).collect())
    }

    /// Makes it so, in one commit, and gives what changed. Declaring the same again changes nothing.
    pub async fn declare(
        &self,
        context: &Context,
        declaration: &Declaration,
    ) -> Result<Vec<Difference>, DeclareProblem> {
        let mut changed = Vec::new();
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let writes = self.writes_for(declaration, at).await?;
            if writes.is_empty() {
                // So it is already, by us where an append had gone through unheard, or by somebody else.
                let head = self.log().head().await.map_err(Failure::from)?;
                self.directory().reach(head).await?;
                return Ok(changed);
            }
            changed = writes.iter().map(difference).collect();
            match self
                .repository()
                .commit(context, at, writes, vec![])
                .await
                .map_err(Refused::from)
            {
                Ok(appended) => {
                    self.directory().reach(appended.last).await?;
                    return Ok(changed);
                }
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }

    async fn writes_for(
        &self,
        declaration: &Declaration,
        at: DateTime<Utc>,
    ) -> Result<Vec<StreamWrite>, DeclareProblem> {
        let mut writes = Vec::new();
        let mut apps: BTreeMap<&str, Change<App>> = BTreeMap::new();
        for declared in &declaration.apps {
            let id = declared.app.as_str();
            let command = AppCommand::Declare {
                declaration: Box::new(declared.clone()),
                at,
            };
            let decided = self.and_on(apps.remove(id), id, command).await?;
            let app = id.to_owned();
            apps.insert(
                id,
                decided.map_err(|rejection| DeclareProblem::App { app, rejection })?,
            );
        }
        let mut operators: BTreeMap<&str, Change<Operator>> = BTreeMap::new();
        for declared in &declaration.operators {
            let id = declared.operator.as_str();
            let command = OperatorCommand::Declare {
                declaration: Box::new(declared.clone()),
                at,
            };
            self.take_operator(&mut operators, id, command).await?;
        }
        for (operator, alerts, fare_free) in &declaration.notices {
            let command = OperatorCommand::Announce {
                alerts: alerts.clone(),
                fare_free: fare_free.clone(),
                at,
            };
            self.take_operator(&mut operators, operator.as_str(), command)
                .await?;
        }
        apps.values().try_for_each(|change| keep(&mut writes, change))?;
        operators
            .values()
            .try_for_each(|change| keep(&mut writes, change))?;
        for (operator, commands) in catalog_commands(declaration, at) {
            keep(&mut writes, &self.catalog_change(&operator, commands).await?)?;
        }
        Ok(writes)
    }

    async fn take_operator<'a>(
        &self,
        operators: &mut BTreeMap<&'a str, Change<Operator>>,
        id: &'a str,
        command: OperatorCommand,
    ) -> Result<(), DeclareProblem> {
        let decided = self.and_on(operators.remove(id), id, command).await?;
        let operator = id.to_owned();
        let change = decided.map_err(|rejection| DeclareProblem::Operator { operator, rejection })?;
        operators.insert(id, change);
        Ok(())
    }

    /// Decides on top of what was decided for the same stream: whoever is named twice is written once.
    async fn and_on<A: Streamed>(
        &self,
        change: Option<Change<A>>,
        id: &str,
        command: A::Command,
    ) -> Result<Result<Change<A>, A::Rejection>, Failure> {
        let change = match change {
            Some(change) => change,
            None => self.repository().load::<A>(id).await?.unchanged(),
        };
        Ok(change.and(command)?)
    }

    async fn catalog_change(
        &self,
        operator: &OperatorId,
        commands: Vec<CatalogCommand>,
    ) -> Result<Change<Catalog>, DeclareProblem> {
        let loaded = self
            .repository()
            .load::<Catalog>(operator.as_str())
            .await
            .map_err(Failure::from)?;
        let refused = |rejection| DeclareProblem::Catalog {
            operator: operator.to_string(),
            rejection,
        };
        commands
            .into_iter()
            .try_fold(loaded.unchanged(), |change, command| {
                change.and(command).map_err(Failure::from)?.map_err(refused)
            })
    }
}

/// Every operator's commands together, so that its stream is written once.
fn catalog_commands(
    declaration: &Declaration,
    at: DateTime<Utc>,
) -> BTreeMap<OperatorId, Vec<CatalogCommand>> {
    let mut commands: BTreeMap<OperatorId, Vec<CatalogCommand>> = BTreeMap::new();
    for (operator, content) in &declaration.catalogs {
        commands
            .entry(operator.clone())
            .or_default()
            .push(CatalogCommand::Publish {
                operator: operator.clone(),
                content: Box::new(content.clone()),
                effective_from: None,
                source: CatalogSource::Marketplace,
                at,
            });
    }
    for (operator, location) in &declaration.locations {
        commands
            .entry(operator.clone())
            .or_default()
            .push(CatalogCommand::PublishRates {
                operator: operator.clone(),
                location: Box::new(location.clone()),
                effective_from: None,
                at,
            });
    }
    commands
}

fn keep<A: Aggregate>(writes: &mut Vec<StreamWrite>, change: &Change<A>) -> Result<(), Failure> {
    if !change.is_empty() {
        writes.push(change.write()?);
    }
    Ok(())
}

fn difference(write: &StreamWrite) -> Difference {
    Difference {
        stream: write.stream.to_string(),
        events: write.events.iter().map(|event| event.kind.clone()).collect(),
    }
}
