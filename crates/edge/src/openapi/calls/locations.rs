//! The admin API for parking locations.

use super::admin::{administering as call, paged};
use crate::openapi::{
    call::Call,
    param::Param,
    schemas::{
        CountedSpaces, LocationFile, LocationList, LocationWhole, LocationWithdrawn, LocationsDecided,
        NewLocations, SpacesTold,
    },
};

const AVAILABILITY: &str = "/admin/v1/{environment}/operators/{operator_id}/availability";
const LOCATIONS: &str = "/admin/v1/{environment}/operators/{operator_id}/locations";
const APDS: &str = "/admin/v1/{environment}/operators/{operator_id}/locations/apds";
const ONE: &str = "/admin/v1/{environment}/operators/{operator_id}/locations/{location_id}";
const WITHDRAW: &str = "/admin/v1/{environment}/operators/{operator_id}/locations/{location_id}/withdraw";

/// What decides, and can be tried out.
fn deciding(call: Call) -> Call {
    call.queried(Param::flag("dry_run", false, "Changes nothing."))
        .once()
        .answers::<LocationsDecided>()
}

pub(super) fn calls() -> Vec<Call> {
    vec![
        paged(call(
            "get",
            LOCATIONS,
            "listLocations",
            "Where an operator has room.",
        ))
        .answers::<LocationList>(),
        deciding(
            call(
                "post",
                LOCATIONS,
                "publishLocations",
                "Publishes parking locations and their prices, or previews that.",
            )
            .reads::<NewLocations>(),
        ),
        deciding(
            call(
                "post",
                APDS,
                "importLocations",
                "Publishes the places and rate tables of a file, or previews that.",
            )
            .reads::<LocationFile>(),
        ),
        call(
            "get",
            ONE,
            "getLocation",
            "One parking location, with every version.",
        )
        .answers::<LocationWhole>(),
        call(
            "post",
            AVAILABILITY,
            "reportAvailability",
            "Tells how many spaces are free.",
        )
        .reads::<CountedSpaces>()
        .once()
        .answers::<SpacesTold>(),
        call("post", WITHDRAW, "withdrawLocation", "Takes no new stays there.")
            .once()
            .answers::<LocationWithdrawn>(),
    ]
}
