//! Links that hold something.

use crate::openapi::{
    call::{Access, Call},
    param::Param,
    schemas::{Nothing, Redemption},
};

const TAG: &str = "Redemptions";

fn link() -> Param {
    Param::text("link", "The link as it was followed, or its code.").required()
}

pub(super) fn calls() -> Vec<Call> {
    vec![
        Call::new(
            TAG,
            ("get", "/r/{environment}/{code}"),
            "readRedemption",
            Access::Open,
            "Which apps can redeem a link, as a page.",
        )
        .at("environment", "test or live.")
        .at("code", "The code of the link.")
        .answers_text("text/html")
        .fails_as("text/html"),
        Call::new(
            TAG,
            ("get", "/redeem"),
            "getRedemption",
            Access::MaybeRider,
            "What following a link would give.",
        )
        .takes([
            link(),
            Param::one_of(
                "text_mime_type",
                &["text/plain", "text/html"],
                "The kind of message; plain by default.",
            ),
        ])
        .answers::<Redemption>()
        .refused(&[404, 428]),
        Call::new(
            TAG,
            ("post", "/redeem"),
            "redeem",
            Access::Rider,
            "Takes what a link holds.",
        )
        .takes([link()])
        .once()
        .answers::<Nothing>(),
    ]
}
