//! One line per migration file. The folder's README says how to write one.

#![expect(
    clippy::zero_prefixed_literal,
    reason = "numbers are written as in the files' names"
)]

/// A migration file: version, description, text.
pub(super) type File = (i64, &'static str, &'static str);

/// The parts of a database. Each has its own numbering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Log,
    Vault,
    Views,
    Outbox,
}

impl Part {
    pub(crate) const ALL: [Self; 4] = [Self::Log, Self::Vault, Self::Views, Self::Outbox];

    /// The schema in PostgreSQL; the suffix of the file in SQLite, but for the log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Vault => "vault",
            Self::Views => "views",
            Self::Outbox => "outbox",
        }
    }
}

/// `file!("sqlite", "log", 1, "events")` is `migrations/sqlite/log/0001_events.sql`.
macro_rules! file {
    ($store:literal, $part:literal, $number:literal, $name:literal) => {
        (
            $number,
            $name,
            include_str!(concat!(
                "../../../../migrations/",
                $store,
                "/",
                $part,
                "/",
                stringify!($number),
                "_",
                $name,
                ".sql"
            )),
        )
    };
}

pub(super) const fn sqlite(part: Part) -> &'static [File] {
    match part {
        Part::Log => &[
            file!("sqlite", "log", 0001, "events"),
            file!("sqlite", "log", 0002, "idempotency"),
            file!("sqlite", "log", 0003, "snapshots"),
        ],
        Part::Vault => &[
            file!("sqlite", "vault", 0001, "root"),
            file!("sqlite", "vault", 0002, "user_keys"),
            file!("sqlite", "vault", 0003, "sessions"),
        ],
        Part::Views => &[
            file!("sqlite", "views", 0001, "projections"),
            file!("sqlite", "views", 0002, "unfinished"),
            file!("sqlite", "views", 0004, "sales"),
            file!("sqlite", "views", 0005, "parking_stays"),
            file!("sqlite", "views", 0006, "disputes"),
            file!("sqlite", "views", 0007, "leases"),
        ],
        Part::Outbox => &[file!("sqlite", "outbox", 0001, "deliveries")],
    }
}

pub(super) const fn postgres(part: Part) -> &'static [File] {
    match part {
        Part::Log => &[
            file!("postgres", "log", 0001, "events"),
            file!("postgres", "log", 0002, "idempotency"),
            file!("postgres", "log", 0003, "snapshots"),
            file!("postgres", "log", 0004, "append_batch"),
        ],
        Part::Vault => &[
            file!("postgres", "vault", 0001, "root"),
            file!("postgres", "vault", 0002, "user_keys"),
            file!("postgres", "vault", 0003, "sessions"),
        ],
        Part::Views => &[
            file!("postgres", "views", 0001, "projections"),
            file!("postgres", "views", 0002, "unfinished"),
            file!("postgres", "views", 0004, "sales"),
            file!("postgres", "views", 0005, "parking_stays"),
            file!("postgres", "views", 0006, "disputes"),
            file!("postgres", "views", 0007, "leases"),
        ],
        Part::Outbox => &[file!("postgres", "outbox", 0001, "deliveries")],
    }
}
