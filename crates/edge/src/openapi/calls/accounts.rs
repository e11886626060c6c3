//! Apps and riders.

use serde_json::Value;

use crate::openapi::{
    call::{Access, Call},
    param::Param,
    schemas::{Developer, Login, Nothing},
};

pub(super) fn calls() -> Vec<Call> {
    vec![
        Call::new(
            "Developers",
            ("get", "/developer"),
            "getDeveloper",
            Access::Key,
            "Tells whose key it is.",
        )
        .answers::<Developer>(),
        Call::new(
            "Developers",
            ("get", "/developer/private"),
            "getDeveloperPrivate",
            Access::Key,
            "The same, for secret keys only.",
        )
        .answers::<Developer>()
        .refused(&[403]),
        Call::new(
            "Users",
            ("post", "/user/login"),
            "login",
            Access::Rider,
            "Opens a login session.",
        )
        .takes([
            Param::flag(
                "include_stripe_customer_id",
                false,
                "Answers with it, for secret keys only.",
            ),
            Param::flag(
                "accepted_latest_terms",
                false,
                "The user accepted the latest terms.",
            ),
        ])
        .answers::<Login>(),
        Call::new(
            "Users",
            ("post", "/user/logout"),
            "logout",
            Access::Key,
            "Ends a login session at once.",
        )
        .answers::<Nothing>(),
        Call::new(
            "Users",
            ("post", "/user/stripe_ephemeral_key"),
            "createStripeEphemeralKey",
            Access::Rider,
            "Stripe's own answer, to be handed to Stripe's client library unmodified.",
        )
        .takes([Param::text(
            "stripe_api_version",
            "The version of Stripe's API that the client uses.",
        )
        .required()])
        .answers::<std::collections::BTreeMap<String, Value>>()
        .refused(&[404, 408, 428]),
    ]
}
