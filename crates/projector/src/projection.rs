//! What a read model is.

use event_log::{LiftError, Position, Recorded, Store, Upcasters};

use crate::store::{Build, Rows, ViewError, live_build, on_either};

/// A read model: rows that follow from the events of some categories, one event at a time.
///
/// Its tables have a column `build` that is part of their keys. [`Projection::project`] writes rows of the build it is
/// given only, so that a new build can grow beside the live one. Who reads looks up which build is live first.
pub trait Projection: Send + Sync + 'static {
    /// What its checkpoint is kept under.
    const NAME: &'static str;
    /// Raised whenever the rows would come out differently: the next server then builds them anew, from the first
    /// event, while servers of the version before go on with theirs.
    const VERSION: u32;
    /// The tables it writes.
    const TABLES: &'static [&'static str];
    /// The categories of streams it looks at.
    const CATEGORIES: &'static [&'static str];

    /// Takes one event in. Runs in the transaction that moves the checkpoint, so each event lands exactly once; an
    /// error stops the projection right before this event, because drift is never skipped.
    fn project(
        rows: &mut Rows<'_>,
        build: Build,
        event: &Recorded,
        upcasters: &Upcasters,
    ) -> impl Future<Output = Result<(), ProjectError>> + Send;
}

/// How far a read model has taken in the log.
pub async fn seen<P: Projection>(store: &Store) -> Result<Position, ViewError> {
    const SEEN: &str = "SELECT position FROM projection_builds WHERE build = $1";
    let build = live_build(store, P::NAME, P::VERSION).await?.number();
    let position: i64 = on_either!(Store, store, pool => {
        sqlx::query_scalar(SEEN).bind(build).fetch_one(pool).await?
    });
    Ok(Position(u64::try_from(position).unwrap_or(0)))
}

/// Why an event could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Today's code cannot read the event.
    #[error(transparent)]
    Lift(#[from] LiftError),
    /// The rows contradict the event.
    #[error("{0}")]
    Drift(String),
    /// The statement failed.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

impl ProjectError {
    /// Whether it is the event's own fault, so that trying again would not help: anything but a database that cannot
    /// be used at the moment.
    pub(crate) fn is_poison(&self) -> bool {
        match self {
            Self::Lift(_)
            | Self::Drift(_)
            | Self::Store(sqlx::Error::Encode(_) | sqlx::Error::TypeNotFound { .. }) => true,
            Self::Store(sqlx::Error::Database(error)) => {
                error.is_unique_violation()
                    || error.is_check_violation()
                    || error.is_foreign_key_violation()
                    || error.kind() == sqlx::error::ErrorKind::NotNullViolation
            }
            Self::Store(_) => false,
        }
    }
}
