//! What an operator counted at its parking locations.

use chrono::{DateTime, Utc};
use domain::{
    LocationId, OperatorId,
    occupancy::{Occupancy, OccupancyCommand, OccupancyRejection, Room},
};
use event_log::Answer;

use crate::{AdministerProblem, Claim, Context, Engine, Failure, once::KeyProblem};

/// A count of free spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Where, and how many.
    pub rooms: Vec<Room>,
    /// When it was counted.
    pub as_of: DateTime<Utc>,
    /// Until when it is worth telling.
    pub until: DateTime<Utc>,
}

/// Why a count is not taken in. Nothing of it is.
#[derive(Debug, thiserror::Error)]
pub enum CountProblem {
    /// There is no such operator.
    #[error("there is no such operator")]
    NoSuchOperator,
    /// Places in the list that do not fit what the operator has published, each with the reason.
    #[error("the count does not fit the locations")]
    DoesNotFit(Vec<RoomFlaw>),
    /// As of every decision.
    #[error(transparent)]
    Administer(#[from] AdministerProblem<OccupancyRejection>),
}

/// What is wrong with an element of a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomFlaw {
    /// Which element.
    pub index: usize,
    /// Why.
    pub why: RoomMisfit,
}

/// Why an element of a count does not fit what the operator has published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoomMisfit {
    /// The operator has no such location now.
    #[error("there is no such location now")]
    NoSuchLocation,
    /// It does not hold as many.
    #[error("the location holds {capacity}")]
    AboveCapacity {
        /// How many it holds.
        capacity: u32,
    },
}

impl From<KeyProblem> for CountProblem {
    fn from(problem: KeyProblem) -> Self {
        Self::Administer(problem.into())
    }
}

impl From<Failure> for CountProblem {
    fn from(failure: Failure) -> Self {
        Self::Administer(failure.into())
    }
}

impl Engine {
    /// Takes in a count, once under a claim. Of a location of which something newer is known, that stays known.
    pub async fn count_room(
        &self,
        context: &Context,
        operator: &OperatorId,
        count: &Count,
        claim: Option<&Claim>,
        render: &(dyn Fn(&Occupancy, DateTime<Utc>) -> Answer + Send + Sync),
    ) -> Result<Answer, CountProblem> {
        if let Some(answer) = self.answered(claim).await? {
            return Ok(answer);
        }
        let flaws = self.misfits(operator, &count.rooms)?;
        if !flaws.is_empty() {
            return Err(CountProblem::DoesNotFit(flaws));
        }
        let command = |at| OccupancyCommand::Report {
            operator: operator.clone(),
            rooms: count.rooms.clone(),
            as_of: count.as_of,
            until: count.until,
            at,
        };
        let taken = self.administer(context, operator.as_str(), &command, claim, render);
        Ok(taken.await?)
    }

    fn misfits(&self, operator: &OperatorId, rooms: &[Room]) -> Result<Vec<RoomFlaw>, CountProblem> {
        if self.directory().operator(operator).is_none() {
            return Err(CountProblem::NoSuchOperator);
        }
        let catalog = self.directory().catalog(operator);
        let now = self.host().now();
        let capacity = |location: &LocationId| {
            let version = catalog.as_ref()?.location_in_force(location, now)?;
            Some(version.location.capacity)
        };
        let misfit = |room: &Room| match (capacity(&room.location), room.free) {
            (None, _) => Some(RoomMisfit::NoSuchLocation),
            (Some(Some(capacity)), Some(free)) if free > capacity => {
                Some(RoomMisfit::AboveCapacity { capacity })
            }
            (Some(_), _) => None,
        };
        let flaws = rooms.iter().enumerate().filter_map(|(index, room)| {
            Some(RoomFlaw {
                index,
                why: misfit(room)?,
            })
        });
        Ok(flaws.collect())
    }
}
