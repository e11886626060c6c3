//! The admin API.

use crate::{
    marketplace::MarketplaceDocument,
    openapi::{
        call::{Access, Call},
        param::Param,
        schemas::{Applied, Problem, Refreshed},
    },
};

const PROBLEM: &str = "application/problem+json";

pub(super) fn calls() -> Vec<Call> {
    vec![
        Call::new(
            "Operation",
            ("post", "/admin/v1/{environment}/marketplace"),
            "applyMarketplace",
            Access::Admin,
            "Makes the marketplace as declared, all of it or nothing.",
        )
        .at("environment", "test or live.")
        .queried(Param::flag("dry_run", false, "Changes nothing."))
        .reads::<MarketplaceDocument>()
        .answers::<Applied>()
        .refused(&[422])
        .fails_with::<Problem>(PROBLEM),
        Call::new(
            "Operation",
            ("post", "/admin/v1/{environment}/operators/{operator_id}/refresh"),
            "refreshOperator",
            Access::Admin,
            "Asks Stripe about an operator's account now.",
        )
        .at("environment", "test or live.")
        .at("operator_id", "The operator.")
        .answers::<Refreshed>()
        .fails_with::<Problem>(PROBLEM),
    ]
}
