//! The admin API for catalogs.

use super::admin::{administering as call, paged};
use crate::openapi::{
    call::Call,
    param::Param,
    schemas::{
        CatalogDecided, CatalogVersionList, CatalogVersionWhole, CatalogsDiffer, FeedUpload, NewCatalog,
        RollBack,
    },
};

const CATALOGS: &str = "/admin/v1/{environment}/operators/{operator_id}/catalogs";
const GTFS: &str = "/admin/v1/{environment}/operators/{operator_id}/catalogs/gtfs";
const ONE: &str = "/admin/v1/{environment}/operators/{operator_id}/catalogs/{version}";
const DIFF: &str = "/admin/v1/{environment}/operators/{operator_id}/catalogs/{version}/diff";
const ROLL_BACK: &str = "/admin/v1/{environment}/operators/{operator_id}/catalogs/{version}/rollback";

/// What decides, and can be tried out.
fn deciding(call: Call) -> Call {
    call.queried(Param::flag("dry_run", false, "Changes nothing."))
        .once()
        .answers::<CatalogDecided>()
}

pub(super) fn calls() -> Vec<Call> {
    vec![
        paged(call(
            "get",
            CATALOGS,
            "listCatalogs",
            "Every version of what an operator sells.",
        ))
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
        call(
            "get",
            ONE,
            "getCatalog",
            "One version, to be read or edited and put back.",
        )
        .answers::<CatalogVersionWhole>(),
        call("get", DIFF, "diffCatalogs", "What differs from another version.")
            .queried(Param::text(
                "against",
                "The other version; the one in force, if absent.",
            ))
            .answers::<CatalogsDiffer>(),
        deciding(
            call(
                "post",
                ROLL_BACK,
                "rollBackCatalog",
                "Brings a version back, or previews that.",
            )
            .reads::<RollBack>(),
        ),
    ]
}
