//! Coord's Users API.

use crate::openapi::{
    call::{Access, Call},
    schemas::{CoordError, CoordUser, KeptStripeInfo, StripeInfo},
};

pub(super) fn calls() -> Vec<Call> {
    vec![
        Call::new(
            "Coord",
            ("get", "/v1/users/user/current"),
            "getCurrentUser",
            Access::Coord,
            "Who the rider is.",
        )
        .answers::<CoordUser>()
        .fails_with::<CoordError>("application/json"),
        Call::new(
            "Coord",
            ("post", "/v1/users/user/current/stripe_info"),
            "setStripeInfo",
            Access::Coord,
            "Keeps the rider's card. Another token replaces it.",
        )
        .reads::<StripeInfo>()
        .answers::<KeptStripeInfo>()
        .refused(&[402])
        .fails_with::<CoordError>("application/json"),
    ]
}
