//! Catalogs, version by version.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde_json::Value;

use crate::marketplace::CatalogDocument;

/// A version of what an operator sells.
#[derive(Debug, Clone, JsonSchema)]
pub struct CatalogVersion {
    /// 1, 2, 3, …
    pub version: u32,
    /// in_force, scheduled or superseded.
    pub status: String,
    /// From when on it was to be in force, by the last word about it.
    pub effective_from: DateTime<Utc>,
    /// marketplace, admin or gtfs.
    pub source: String,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Who published it, as events name them.
    pub published_by: Option<String>,
    /// What its prices are in.
    pub currency: String,
    /// How many fares it has.
    pub fares: u32,
    /// When it was brought back.
    pub rollbacks: Option<Vec<CatalogRollback>>,
}

/// A version that was brought back.
#[derive(Debug, Clone, JsonSchema)]
pub struct CatalogRollback {
    /// From when on.
    pub effective_from: DateTime<Utc>,
    /// When that was decided.
    pub decided_at: DateTime<Utc>,
    /// By whom.
    pub decided_by: String,
}

/// A page of versions, the oldest first.
#[derive(Debug, Clone, JsonSchema)]
pub struct CatalogVersionList {
    /// The versions.
    pub data: Vec<CatalogVersion>,
    /// What to send as cursor for those that follow.
    pub next_cursor: Option<String>,
}

/// A version with all that it says, in the form of the marketplace file.
#[derive(Debug, Clone, JsonSchema)]
pub struct CatalogVersionWhole {
    /// Whose.
    pub operator_id: String,
    /// The version.
    #[schemars(flatten)]
    pub version: CatalogVersion,
    /// All of it.
    pub catalog: CatalogDocument,
}

/// A catalog to publish.
#[derive(Debug, Clone, JsonSchema)]
pub struct NewCatalog {
    /// From when on; at once, if absent or past.
    pub effective_from: Option<DateTime<Utc>>,
    /// All of it, in the form of the marketplace file.
    pub catalog: CatalogDocument,
}

/// From when on a version is to be in force again.
#[derive(Debug, Clone, JsonSchema)]
pub struct RollBack {
    /// At once, if absent or past.
    pub effective_from: Option<DateTime<Utc>>,
}

/// One thing that differs.
#[derive(Debug, Clone, JsonSchema)]
pub struct CatalogDifference {
    /// catalog, option, option_value, fare, cap or location.
    pub of: String,
    /// Which.
    pub id: Option<String>,
    /// added, removed or changed.
    pub change: String,
    /// What it said, if it goes.
    pub before: Option<Value>,
    /// What it says, if it is new.
    pub after: Option<Value>,
    /// What of it changes.
    pub fields: Option<Vec<CatalogField>>,
}

/// A field that changes; what is absent is null.
#[derive(Debug, Clone, JsonSchema)]
pub struct CatalogField {
    /// Which.
    pub field: String,
    /// What it said.
    pub before: Value,
    /// What it says.
    pub after: Value,
}

/// What differs between two versions.
#[derive(Debug, Clone, JsonSchema)]
pub struct CatalogsDiffer {
    /// Whose.
    pub operator_id: String,
    /// The version.
    pub version: u32,
    /// What it is compared with.
    pub against: u32,
    /// What differs.
    pub changes: Vec<CatalogDifference>,
    /// The same, a line each.
    pub lines: Vec<String>,
}

/// What was decided about a catalog, or would be.
#[derive(Debug, Clone, JsonSchema)]
pub struct CatalogDecided {
    /// Whose.
    pub operator_id: String,
    /// Whether nothing was done.
    pub dry_run: bool,
    /// Whether anything is different then.
    pub changed: bool,
    /// Which version it is about.
    pub version: u32,
    /// in_force, scheduled or superseded.
    pub status: String,
    /// From when on.
    pub effective_from: DateTime<Utc>,
    /// The version that would be in force then without this one.
    pub replaces: Option<u32>,
    /// What differs from that one.
    pub changes: Vec<CatalogDifference>,
    /// The same, a line each.
    pub lines: Vec<String>,
    /// Of an import: what the feed is.
    pub feed: Option<FeedSummary>,
    /// Of an import: what a catalog cannot express, and what may not be meant.
    pub notes: Option<Vec<FeedFinding>>,
}

/// A feed, in short.
#[derive(Debug, Clone, JsonSchema)]
pub struct FeedSummary {
    /// Who publishes it.
    pub agencies: Vec<String>,
    /// Its time zone.
    pub timezone: Option<String>,
    /// How many prices it has.
    pub products: u32,
    /// How many of them are in the catalog.
    pub sold: u32,
}

/// Something to know about one place of a feed or an overlay.
#[derive(Debug, Clone, JsonSchema)]
pub struct FeedFinding {
    /// Which file.
    pub file: String,
    /// In which line the row begins.
    pub row: Option<u64>,
    /// Which column, or which place in the overlay.
    pub field: Option<String>,
    /// What there is to know.
    pub reason: String,
}

/// A feed to import.
#[derive(Debug, Clone, JsonSchema)]
pub struct FeedUpload {
    /// A zip, or the files of a feed, each with its name.
    pub feed: Vec<File>,
    /// YAML or JSON: what the feed cannot say.
    pub overlay: Option<String>,
    /// From when on; now, if absent.
    pub effective_from: Option<DateTime<Utc>>,
}

/// A file, as its bytes are.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(inline, extend("format" = "binary"))]
pub struct File(pub String);
