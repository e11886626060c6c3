//! A batch as the parallel arrays that `log.append_batch` takes.

use sqlx::postgres::PgArguments;
use sqlx::{Arguments, Error};

use super::types::{Json, Micros};
use crate::convert::to_sql;
use crate::plan::Plan;
use crate::{Answer, Expected, RecordWrite};

/// The call. It takes each of the function's parameters as one array.
pub(super) const CALL: &str = "SELECT head, versions, known, accepted FROM log.append_batch(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)";

/// Encode `plan` in the order of the function's parameters. Indexes are 1-based there.
pub(super) fn arguments(plan: &Plan) -> Result<PgArguments, Error> {
    let mut arguments = PgArguments::default();
    encode(plan, &mut arguments).map_err(Error::Encode)?;
    Ok(arguments)
}

fn encode(plan: &Plan, arguments: &mut PgArguments) -> Result<(), sqlx::error::BoxDynError> {
    let streams: Vec<&str> = plan.streams.iter().map(crate::StreamId::as_str).collect();
    arguments.add(i32::try_from(plan.commands.len())?)?;
    arguments.add(streams)?;
    encode_writes(plan, arguments)?;
    let scopes: Vec<&str> = plan.keys.iter().map(|(scope, _)| scope.as_str()).collect();
    let names: Vec<&str> = plan.keys.iter().map(|(_, name)| name.as_str()).collect();
    arguments.add(scopes)?;
    arguments.add(names)?;
    encode_records(plan, arguments)?;
    encode_events(plan, arguments)
}

fn encode_writes(plan: &Plan, arguments: &mut PgArguments) -> Result<(), sqlx::error::BoxDynError> {
    let (mut commands, mut streams) = (Vec::new(), Vec::new());
    let (mut expected, mut counts) = (Vec::new(), Vec::new());
    for ((number, command), slots) in (1_i32..).zip(&plan.commands).zip(&plan.stream_slots) {
        for (write, slot) in command.writes.iter().zip(slots) {
            commands.push(number);
            streams.push(i32::try_from(slot + 1)?);
            expected.push(match write.expected {
                Expected::NoStream => 0,
                Expected::At(version) => to_sql(version),
                Expected::Any => -1,
            });
            counts.push(i32::try_from(write.events.len())?);
        }
    }
    arguments.add(commands)?;
    arguments.add(streams)?;
    arguments.add(expected)?;
    arguments.add(counts)
}

#[derive(Default)]
struct Records<'a> {
    commands: Vec<i32>,
    keys: Vec<i32>,
    changes: Vec<i32>,
    prints: Vec<Option<&'a str>>,
    abouts: Vec<Option<&'a str>>,
    times: Vec<Micros>,
    statuses: Vec<Option<i32>>,
    headers: Vec<Option<String>>,
    bodies: Vec<Option<&'a str>>,
}

fn encode_records(plan: &Plan, arguments: &mut PgArguments) -> Result<(), sqlx::error::BoxDynError> {
    let mut records = Records::default();
    for ((number, command), slots) in (1_i32..).zip(&plan.commands).zip(&plan.key_slots) {
        for (record, slot) in command.records.iter().zip(slots) {
            let (change, claim, answer) = match record {
                RecordWrite::Claim {
                    fingerprint,
                    reference,
                    answer,
                    ..
                } => {
                    let change = if answer.is_some() { 2 } else { 1 };
                    (
                        change,
                        Some((fingerprint.as_str(), reference.as_str())),
                        answer.as_ref(),
                    )
                }
                RecordWrite::Settle { answer, .. } => (3, None, Some(answer)),
                RecordWrite::Release { .. } => (4, None, None),
            };
            records.commands.push(number);
            records.keys.push(i32::try_from(slot + 1)?);
            records.changes.push(change);
            records.prints.push(claim.map(|(print, _)| print));
            records.abouts.push(claim.map(|(_, about)| about));
            records.times.push(Micros(command.at.timestamp_micros()));
            records.push_answer(answer)?;
        }
    }
    arguments.add(records.commands)?;
    arguments.add(records.keys)?;
    arguments.add(records.changes)?;
    arguments.add(records.prints)?;
    arguments.add(records.abouts)?;
    arguments.add(records.times)?;
    arguments.add(records.statuses)?;
    arguments.add(records.headers)?;
    arguments.add(records.bodies)
}

impl<'a> Records<'a> {
    fn push_answer(&mut self, answer: Option<&'a Answer>) -> Result<(), serde_json::Error> {
        self.statuses.push(answer.map(|answer| answer.status.into()));
        self.headers.push(match answer {
            Some(answer) => Some(serde_json::to_string(&answer.headers)?),
            None => None,
        });
        self.bodies.push(answer.map(|answer| answer.body.as_str()));
        Ok(())
    }
}

fn encode_events(plan: &Plan, arguments: &mut PgArguments) -> Result<(), sqlx::error::BoxDynError> {
    let (mut writes, mut nths, mut schemas) = (Vec::new(), Vec::new(), Vec::new());
    let (mut streams, mut kinds, mut times) = (Vec::new(), Vec::new(), Vec::new());
    let (mut metadata, mut data) = (Vec::new(), Vec::new());
    let mut number = 0_i32;
    for command in &plan.commands {
        let at = Micros(command.at.timestamp_micros());
        for write in &command.writes {
            number += 1;
            for (nth, event) in (1_i32..).zip(&write.events) {
                writes.push(number);
                nths.push(nth);
                streams.push(write.stream.as_str());
                kinds.push(event.kind.as_str());
                schemas.push(i32::from(event.schema));
                times.push(at);
                metadata.push(Json(command.metadata.as_str()));
                data.push(Json(event.data.as_str()));
            }
        }
    }
    arguments.add(writes)?;
    arguments.add(nths)?;
    arguments.add(streams)?;
    arguments.add(kinds)?;
    arguments.add(schemas)?;
    arguments.add(times)?;
    arguments.add(metadata)?;
    arguments.add(data)
}
