//! Buying, showing and activating passes.

use crate::openapi::{
    call::{Access, Call},
    param::{Param, shown, ticket_format},
    schemas::{Activated, Nothing, Pass, PassList},
};

const TAG: &str = "Passes";

fn stripe_token() -> Param {
    Param::text(
        "stripe_token",
        "tok_..., card_..., src_... or pm_...; nothing that is free needs one.",
    )
    .like("pm_card_visa")
}

pub(super) fn calls() -> Vec<Call> {
    let mut calls = purchases();
    calls.extend(uses());
    calls
}

fn purchases() -> Vec<Call> {
    vec![
        Call::new(
            TAG,
            ("get", "/receipt/{token}"),
            "readReceipt",
            Access::Open,
            "A receipt, as a page to read or print.",
        )
        .at("token", "From the link of a receipt.")
        .answers_text("text/html")
        .fails_as("text/html"),
        Call::new(
            TAG,
            ("post", "/purchase"),
            "purchase",
            Access::Rider,
            "Buys a fare or a cart, and answers with all passes.",
        )
        .takes([
            Param::text("a", "The agency of fare_id.").like("bigbluebus"),
            Param::text("fare_id", "The fare, unless there is a cart.").like("regular_single_ride"),
            Param::text("cart_token", "The cart, unless there is a fare."),
            stripe_token(),
        ])
        .takes(shown())
        .once()
        .needs_state()
        .answers::<PassList>(),
        Call::new(
            TAG,
            ("post", "/agency/{agency_id}/fare/{fare_id}/purchase"),
            "purchaseAndActivate",
            Access::Rider,
            "Buys a pass and activates it on this device.",
        )
        .at("agency_id", "The agency.")
        .at("fare_id", "The fare.")
        .takes([
            stripe_token(),
            Param::flag("activate_on_purchase", true, "Has to be true."),
            ticket_format().required(),
        ])
        .once()
        .answers::<Pass>()
        .refused(&[412]),
    ]
}

fn uses() -> Vec<Call> {
    vec![
        Call::new(
            TAG,
            ("get", "/receipt/{token}"),
            "readReceipt",
            Access::Open,
            "A receipt, as a page to read or print.",
        )
        .at("token", "From the link of a receipt.")
        .answers_text("text/html")
        .fails_as("text/html"),
        Call::new(
            TAG,
            ("get", "/pass"),
            "listPasses",
            Access::Rider,
            "All passes of the rider.",
        )
        .takes(shown())
        .tells_state()
        .answers::<PassList>(),
        Call::new(
            TAG,
            ("get", "/pass/{pass_id}"),
            "getPass",
            Access::Rider,
            "One pass.",
        )
        .at("pass_id", "The pass.")
        .takes([ticket_format()])
        .answers::<Pass>(),
        Call::new(
            TAG,
            ("get", "/agency/{agency_id}/pass/{pass_id}"),
            "getPassOfAgency",
            Access::Rider,
            "One pass, said to be of an agency.",
        )
        .at("agency_id", "The agency.")
        .at("pass_id", "The pass.")
        .takes([ticket_format()])
        .answers::<Pass>(),
        Call::new(
            TAG,
            ("post", "/pass/{pass_id}/activate"),
            "activatePass",
            Access::Rider,
            "Makes a pass usable for boarding on this device, and answers with all passes.",
        )
        .at("pass_id", "The pass.")
        .takes(shown())
        .once()
        .needs_state()
        .answers::<Activated>(),
        Call::new(
            "Validation",
            ("post", "/validation/visual"),
            "logVisualValidation",
            Access::Rider,
            "Reports that a ticket was shown.",
        )
        .takes([
            Param::text("pass_id", "The pass.").required(),
            Param::number("latitude", 90, "Where, in degrees."),
            Param::number("longitude", 180, "Where, in degrees."),
            Param::moment("timestamp", "When.").required(),
        ])
        .once()
        .answers::<Nothing>(),
    ]
}
