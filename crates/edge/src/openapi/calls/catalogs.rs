//! The admin API for catalogs.

use crate::openapi::{
    call::{Access, Call},
    param::Param,
    schemas::{
        CatalogDecided, CatalogVersionList, CatalogVersionWhole, CatalogsDiffer, FeedUpload, NewCatalog,
        Problem, RollBack,
    },
};

const PROBLEM: &str = "application/problem+json";

const CATALOGS: &str = "/admin/v1/{environment}/operators/{operator_id}/catalogs";
const GTFS: &str = "/admin/v1/{environment}/operators/{operator_id}/catalogs/gtfs";
const ONE: &str = "/admin/v1/{environment}/operators/{operator_id}/catalogs/{version}";
const DIFF: &str = "/admin/v1/{environment}/operators/{operator_id}/catalogs/{version}/diff";
const ROLL_BACK: &str = "/admin/v1/{environment}/operators/{operator_id}/catalogs/{version}/rollback";

fn call(method: &'static str, path: &'static str, id: &'static str, summary: &'static str) -> Call {
    Call::new("Operation", (method, path), id, Access::Admin, summary)
        .at("environment", "test or live.")
        .at("operator_id", "By its id.")
        .refused(&[403])
        .fails_with::<Problem>(PROBLEM)
}

fn versioned(method: &'static str, path: &'static str, id: &'static str, summary: &'static str) -> Call {
    call(method, path, id, summary).at("version", "By its number.")
}

/// What decides, and can be tried out.
fn deciding(call: Call) -> Call {
    call.queried(Param::flag("dry_run", false, "Changes nothing."))
        .once()
        .refused(&[422])
        .answers::<CatalogDecided>()
}

pub(super) fn calls() -> Vec<Call> {
    vec![
        call(
            "get",
            CATALOGS,
            "listCatalogs",
            "Every version of what an operator sells.",
        )
        .queried(Param::text("limit", "1 to 1,000; 100, if absent."))
        .queried(Param::text("cursor", "What the page before gave as next_cursor."))
        .answers::<CatalogVersionList>(),
        deciding(
            call(
                "post",
                CATALOGS,
                "publishCatalog",
                "Publishes a catalog, or previews that.",
            )
            .reads::<NewCatalog>(),
        ),
        deciding(
            call(
                "post",
                GTFS,
                "importGtfs",
                "Publishes the fares of a GTFS feed, or previews that.",
            )
            .uploads::<FeedUpload>()
            .refused(&[413]),
        ),
        versioned(
            "get",
            ONE,
            "getCatalog",
            "One version, to be read or edited and put back.",
        )
        .answers::<CatalogVersionWhole>(),
        versioned("get", DIFF, "diffCatalogs", "What differs from another version.")
            .queried(Param::text(
                "against",
                "The other version; the one in force, if absent.",
            ))
            .answers::<CatalogsDiffer>(),
        deciding(
            versioned(
                "post",
                ROLL_BACK,
                "rollBackCatalog",
                "Brings a version back, or previews that.",
            )
            .reads::<RollBack>(),
        ),
    ]
}
