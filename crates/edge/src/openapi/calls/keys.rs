//! Public keys, and JWTs to try with.

use crate::openapi::{
    call::{Access, Call},
    param::Param,
    schemas::KeySet,
};

fn rider() -> [Param; 4] {
    [
        Param::text("sub", "The app's id of the rider.").required(),
        Param::text("email", "Where receipts go.").required(),
        Param::text("phone_number", "For notifications; phone is an alias."),
        Param::text("device_id", "The rider's device."),
    ]
}

pub(super) fn calls() -> Vec<Call> {
    let mint = |method, id| {
        let summary = "A JWT for five minutes, for test keys only.";
        Call::new("Users", (method, "/auth/testing/jwt"), id, Access::Key, summary)
            .takes(rider())
            .answers_text("text/plain")
            .refused(&[403])
    };
    vec![
        Call::new(
            "Validation",
            ("get", "/validation/jwks.json"),
            "getTicketKeys",
            Access::Open,
            "The keys by which inspectors tell genuine tickets offline.",
        )
        .answers::<KeySet>(),
        Call::new(
            "Users",
            ("get", "/testing/jwks.json"),
            "getTestingKeys",
            Access::Open,
            "The published example of a key set; with a test key, the key that signs testing JWTs.",
        )
        .answers::<KeySet>()
        .refused(&[400, 401, 429, 500, 503]),
        Call::new(
            "Users",
            ("get", "/testing/es256/jwks.json"),
            "getOwnTestingKeys",
            Access::Open,
            "The key that signs testing JWTs.",
        )
        .answers::<KeySet>(),
        mint("get", "mintTestingJwt"),
        mint("post", "createTestingJwt"),
    ]
}
