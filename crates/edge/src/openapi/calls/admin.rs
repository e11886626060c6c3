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

/// A call of the admin API. What its path names in braces is described by itself.
pub(super) fn administering(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Call {
    let braced = path.split('{').skip(1);
    let names = braced.filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    let call = Call::new("Operation", (method, path), id, Access::Admin, summary);
    let refusals: &[u16] = if method == "get" { &[422] } else { &[409, 422] };
    names
        .fold(call, |call, name| match name {
            "environment" => call.at(name, "test or live."),
            "version" => call.at(name, "By its number."),
            _ => call.at(name, "By its id."),
        })
        .refused(refusals)
        .fails_with::<Problem>(PROBLEM)
}

/// A list that is read page by page.
pub(super) fn paged(call: Call) -> Call {
    call.queried(Param::text("limit", "1 to 1,000; 100, if absent."))
        .queried(Param::text("cursor", "The next_cursor of the page before."))
}

pub(super) fn calls() -> Vec<Call> {
    vec![
        administering(
            "post",
            "/admin/v1/{environment}/marketplace",
            "applyMarketplace",
            "Makes the marketplace as declared, all of it or nothing.",
        )
        .queried(Param::flag("dry_run", false, "Changes nothing."))
        .reads::<MarketplaceDocument>()
        .answers::<Applied>(),
        administering(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/refresh",
            "refreshOperator",
            "Asks Stripe about an operator's account now.",
        )
        .answers::<Refreshed>(),
    ]
}
