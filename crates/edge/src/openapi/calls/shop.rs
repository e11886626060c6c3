//! Agencies, fares and carts.

use crate::openapi::{
    call::{Access, Call},
    param::Param,
    schemas::{Agency, AgencyList, Cart, Fare, FareList},
};

const TAG: &str = "Agencies";

pub(super) fn calls() -> Vec<Call> {
    vec![
        Call::new(
            TAG,
            ("get", "/agency"),
            "listAgencies",
            Access::Key,
            "All agencies of the app.",
        )
        .answers::<AgencyList>(),
        Call::new(
            TAG,
            ("get", "/agency/{agency_id}"),
            "getAgency",
            Access::Key,
            "One agency.",
        )
        .at("agency_id", "The agency.")
        .answers::<Agency>(),
        Call::new(
            TAG,
            ("get", "/agency/{agency_id}/fare"),
            "listFares",
            Access::MaybeRider,
            "All fares of an agency: none while rides are free.",
        )
        .at("agency_id", "The agency.")
        .answers::<FareList>(),
        Call::new(
            TAG,
            ("get", "/agency/{agency_id}/fare/{fare_id}"),
            "getFare",
            Access::MaybeRider,
            "One fare.",
        )
        .at("agency_id", "The agency.")
        .at("fare_id", "The fare, unique within the agency.")
        .answers::<Fare>(),
        Call::new(
            TAG,
            ("post", "/cart"),
            "populateCart",
            Access::MaybeRider,
            "A new cart, or another made of it. A fare may stand in one of the three maps only.",
        )
        .takes([
            Param::text("cart_token", "The cart to begin with."),
            Param::text("a", "The agency of a new cart; not together with cart_token."),
            Param::quantities("add_fares", "Adds so many of each."),
            Param::quantities("update_fares", "Sets how many there are of each."),
            Param::quantities("remove_fares", "Takes so many of each away."),
        ])
        .once()
        .answers::<Cart>(),
    ]
}
