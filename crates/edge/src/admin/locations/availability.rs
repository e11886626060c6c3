//! How many spaces are free, as the operator counted.

use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    LocationId,
    occupancy::{Known, Occupancy, OccupancyRejection, Room},
};
use engine::{AdministerProblem, Answer, Claim, Count, CountProblem};
use serde::{Deserialize, Serialize};

use crate::{
    admin::{
        admin_key::Admin,
        once::{self, Asked, key_reused},
        permit::OperatorAdmin,
        problem::Problem,
    },
    marketplace::Flawed,
};

/// How long a count is worth telling where nothing else is said.
const USUAL_MINUTES: u16 = 15;

/// How many locations one count may be of.
const MOST: usize = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountDocument {
    as_of: Option<DateTime<Utc>>,
    valid_minutes: Option<u16>,
    locations: Vec<RoomDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoomDocument {
    location_id: String,
    spaces_free: Option<u32>,
}

/// What is known now of the locations that were named.
#[derive(Serialize)]
struct Told<'a> {
    locations: Vec<RoomView<'a>>,
}

#[derive(Serialize)]
struct RoomView<'a> {
    location_id: &'a LocationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    spaces_free: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<DateTime<Utc>>,
}

/// Takes in a count.
pub(super) async fn count(admin: OperatorAdmin, asked: Asked) -> Result<Response, Problem> {
    let claim = asked.claim(&admin);
    let outcome = take_in(&admin, &asked, claim.as_ref()).await;
    Ok(once::settle(&admin, claim.as_ref(), outcome).await)
}

async fn take_in(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let document: CountDocument = asked.read()?;
    if !(1..=MOST).contains(&document.locations.len()) {
        return Err(Problem::unprocessable(format!("locations: from 1 to {MOST}.")));
    }
    let as_of = document.as_of.unwrap_or_else(|| admin.engine.host().now());
    let minutes = document.valid_minutes.unwrap_or(USUAL_MINUTES);
    let until = as_of.checked_add_signed(TimeDelta::minutes(i64::from(minutes)));
    let count = Count {
        rooms: rooms(&document.locations)?,
        as_of,
        until: until.ok_or_else(|| Problem::unprocessable("as_of: out of range."))?,
    };
    let render = |occupancy: &Occupancy, at| once::success(&told(occupancy, &count.rooms, at));
    let operator = admin.operator()?;
    let taken = admin
        .engine
        .count_room(&admin.context, &operator, &count, claim, &render);
    Ok(taken.await?)
}

fn rooms(documents: &[RoomDocument]) -> Result<Vec<Room>, Problem> {
    let (mut rooms, mut flaws) = (Vec::new(), Vec::new());
    for (index, document) in documents.iter().enumerate() {
        match LocationId::parse(document.location_id.as_str()) {
            Ok(location) => rooms.push(Room {
                location,
                free: document.spaces_free,
            }),
            Err(error) => flaws.push(format!("locations[{index}].location_id: {error}")),
        }
    }
    match flaws.is_empty() {
        true => Ok(rooms),
        false => Err(Problem::from(Flawed(flaws))),
    }
}

fn told<'a>(occupancy: &Occupancy, rooms: &'a [Room], at: DateTime<Utc>) -> Told<'a> {
    let view = |room: &'a Room| {
        let known: Option<Known> = occupancy.at(&room.location, at);
        RoomView {
            location_id: &room.location,
            spaces_free: known.and_then(|known| known.free),
            as_of: known.map(|known| known.as_of),
            valid_until: known.map(|known| known.until),
        }
    };
    Told {
        locations: rooms.iter().map(view).collect(),
    }
}

impl From<CountProblem> for Problem {
    fn from(problem: CountProblem) -> Self {
        match problem {
            CountProblem::NoSuchOperator => Self::not_found("There is no such operator."),
            CountProblem::DoesNotFit(flaws) => {
                let told = |flaw: engine::RoomFlaw| format!("locations[{}]: {}", flaw.index, flaw.why);
                Self::from(Flawed(flaws.into_iter().map(told).collect()))
            }
            CountProblem::Administer(AdministerProblem::KeyReused) => key_reused(),
            CountProblem::Administer(AdministerProblem::Failure(failure)) => failure.into(),
            CountProblem::Administer(AdministerProblem::Refused(
                refused @ (OccupancyRejection::OperatorDiffers
                | OccupancyRejection::NotYetCounted
                | OccupancyRejection::NoSuchValidity
                | OccupancyRejection::LocationRepeated(_)),
            )) => Self::unprocessable(refused.to_string()),
        }
    }
}
