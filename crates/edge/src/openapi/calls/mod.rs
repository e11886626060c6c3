//! Every call that is served, by noun.

mod access;
mod accounts;
mod admin;
mod catalogs;
mod charge_requests;
mod coord;
mod keys;
mod linked_accounts;
mod locations;
mod operations;
mod operator_stays;
mod parking_search;
mod passes;
mod redemptions;
mod service;
mod shop;
mod stays;
mod supply;
mod transfers;
mod vouchers;
mod webhook_endpoints;

use super::call::Call;

/// The nouns, in the order in which they are told.
pub(super) const TAGS: [(&str, &str); 9] = [
    ("Developers", "Whose key is it?"),
    ("Users", "Riders and their login sessions."),
    ("Agencies", "Who sells, and what."),
    ("Passes", "Buying, showing, activating."),
    ("Redemptions", "Links that hold something."),
    ("Pass transfers", "Making such links."),
    (
        "Validation",
        "Telling genuine tickets, and reporting that they were shown.",
    ),
    ("Coord", "Coord's Users API, and its systems."),
    ("Operation", "For whoever runs the marketplace."),
];

/// All of them.
pub(super) fn all() -> Vec<Call> {
    let nouns = [
        accounts::calls(),
        shop::calls(),
        passes::calls(),
        redemptions::calls(),
        transfers::calls(),
        keys::calls(),
        coord::calls(),
        linked_accounts::calls(),
        parking_search::calls(),
        stays::calls(),
        admin::calls(),
        access::calls(),
        catalogs::calls(),
        locations::calls(),
        vouchers::calls(),
        supply::calls(),
        service::calls(),
        charge_requests::calls(),
        operator_stays::calls(),
        webhook_endpoints::calls(),
        operations::calls(),
    ];
    nouns.into_iter().flatten().collect()
}
