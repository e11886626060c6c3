//! Landing a batch: rows and checkpoint in one transaction.

use event_log::{Position, Recorded, Store, Upcasters};

use super::{
    ProjectorError,
    builds::{self, Checkpoint},
    erased::Erased,
};
use crate::{
    projection::ProjectError,
    store::{Rows, reason},
};

/// What is to land: events that follow upon a checkpoint, and how far the log was read for them.
pub(super) struct Batch<'a> {
    pub(super) from: Checkpoint,
    pub(super) events: &'a [Recorded],
    pub(super) reached: Position,
    /// Whether the log held no more than this.
    pub(super) is_last: bool,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Landed {
    /// It is in.
    In {
        /// Whether the build took the place of the one that was read before.
        went_live: bool,
    },
    /// Somebody else moved the checkpoint, or retired the build; nothing was written.
    Raced,
}

enum Failed {
    At(usize, ProjectError),
    Around(sqlx::Error),
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self::Around(error)
    }
}

impl From<Failed> for ProjectorError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Around(error) => error.into(),
            Failed::At(_, error) => Self::Views(text(&error)),
        }
    }
}

/// Lands a batch. In front of an event that cannot be taken in, it lands what precedes it and then fails.
pub(super) async fn land(
    store: &Store,
    projection: &dyn Erased,
    upcasters: &Upcasters,
    batch: Batch<'_>,
) -> Result<Landed, ProjectorError> {
    let (index, error) = match attempt(store, projection, upcasters, &batch).await {
        Ok(landed) => return Ok(landed),
        Err(Failed::At(index, error)) if error.is_poison() => (index, error),
        Err(failed) => return Err(failed.into()),
    };
    let (before, poison) = batch.events.split_at(index);
    let Some(poison) = poison.first() else {
        return Err(ProjectorError::Views(text(&error)));
    };
    if let Some(last) = before.last() {
        let batch = Batch {
            from: batch.from,
            events: before,
            reached: last.position,
            is_last: false,
        };
        if attempt(store, projection, upcasters, &batch).await? == Landed::Raced {
            return Ok(Landed::Raced);
        }
    }
    Err(ProjectorError::Poison {
        projection: projection.name(),
        position: poison.position,
        kind: poison.kind.clone(),
        reason: text(&error),
    })
}

fn text(error: &ProjectError) -> String {
    match error {
        ProjectError::Store(error) => reason(error),
        other => other.to_string(),
    }
}

async fn attempt(
    store: &Store,
    projection: &dyn Erased,
    upcasters: &Upcasters,
    batch: &Batch<'_>,
) -> Result<Landed, Failed> {
    // Dropping a transaction rolls it back.
    match store {
        Store::Sqlite(pool) => {
            let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
            let landed = write(Rows::Sqlite(&mut transaction), projection, upcasters, batch).await?;
            transaction.commit().await?;
            Ok(landed)
        }
        Store::Postgres(pool) => {
            let mut transaction = pool.begin().await?;
            let landed = write(Rows::Postgres(&mut transaction), projection, upcasters, batch).await?;
            transaction.commit().await?;
            Ok(landed)
        }
    }
}

async fn write(
    mut rows: Rows<'_>,
    projection: &dyn Erased,
    upcasters: &Upcasters,
    batch: &Batch<'_>,
) -> Result<Landed, Failed> {
    let build = batch.from.build;
    let held = builds::hold(&mut rows, build).await?;
    let Some(held) = held.filter(|held| *held == batch.from) else {
        return Ok(Landed::Raced);
    };
    for (index, event) in batch.events.iter().enumerate() {
        let projected = projection.project(&mut rows, build, event, upcasters).await;
        projected.map_err(|error| Failed::At(index, error))?;
    }
    builds::advance(&mut rows, build, batch.reached).await?;
    let went_live = batch.is_last
        && !held.is_live
        && builds::go_live(&mut rows, projection, build, batch.reached).await?;
    Ok(Landed::In { went_live })
}
