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

/// A call of the admin API, and what its path names beside the environment.
pub(super) fn administering(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    names: &[&'static str],
) -> Call {
    let call = Call::new("Operation", (method, path), id, Access::Admin, summary);
    names
        .iter()
        .fold(call.at("environment", "test or live."), |call, name| {
            call.at(name, "By its id.")
        })
        .refused(&[422])
        .fails_with::<Problem>(PROBLEM)
}

/// A list that is read page by page.
pub(super) fn paged(call: Call) -> Call {
    call.queried(Param::text("limit", "1 to 1,000; 100, if absent."))
        .queried(Param::text("cursor", "The next_cursor of the page before."))
}

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
