//! From events to rows.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    Aggregate, Purchase, Wallet,
    wallet::{IssuedItem, ItemId, WalletEvent},
};
use event_log::{Recorded, Upcasters};

use super::{Sales, money};
use crate::{
    projection::{ProjectError, Projection},
    store::{Build, Rows, Value},
};

impl Projection for Sales {
    const NAME: &'static str = "sales";
    const VERSION: u32 = 3;
    const TABLES: &'static [&'static str] = &[
        "sales",
        "sale_fares",
        "refunds",
        "disputes",
        "items_sold",
        "validations",
    ];
    const CATEGORIES: &'static [&'static str] = &[Purchase::CATEGORY, Wallet::CATEGORY];

    async fn project(
        rows: &mut Rows<'_>,
        build: Build,
        event: &Recorded,
        upcasters: &Upcasters,
    ) -> Result<(), ProjectError> {
        match event.stream.category() {
            Purchase::CATEGORY => money::project(rows, build, event, &event.lift(upcasters)?).await,
            Wallet::CATEGORY => of_wallet(rows, build, event, &event.lift(upcasters)?).await,
            category => Err(ProjectError::Drift(format!("{category} sells nothing"))),
        }
    }
}

/// On which day that was for whoever lives in the zone.
pub(super) fn day_in(zone: &str, at: DateTime<Utc>) -> String {
    let zone: Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    at.with_timezone(&zone).format("%Y-%m-%d").to_string()
}

async fn of_wallet(
    rows: &mut Rows<'_>,
    build: Build,
    recorded: &Recorded,
    event: &WalletEvent,
) -> Result<(), ProjectError> {
    match event {
        WalletEvent::PassesIssued { items, .. } => {
            for item in items {
                issued(rows, build, item).await?;
            }
            Ok(())
        }
        WalletEvent::PassActivated { pass, at, .. } => {
            used(
                rows,
                build,
                recorded,
                (&ItemId::Pass(pass.clone()), "activated", *at),
            )
            .await
        }
        WalletEvent::PassShown { pass, shown_at, .. } => {
            used(
                rows,
                build,
                recorded,
                (&ItemId::Pass(pass.clone()), "shown", *shown_at),
            )
            .await
        }
        WalletEvent::ItemsRefunded { .. }
        | WalletEvent::RidesRefunded { .. }
        | WalletEvent::ItemsInvalidated { .. }
        | WalletEvent::ItemsSuspended { .. }
        | WalletEvent::ItemsReinstated { .. }
        | WalletEvent::PassesCapped { .. }
        | WalletEvent::ItemsReserved { .. }
        | WalletEvent::ItemsReleased { .. }
        | WalletEvent::ItemsMovedOut { .. }
        | WalletEvent::ItemsMovedIn { .. } => Ok(()),
    }
}

async fn issued(rows: &mut Rows<'_>, build: Build, issued: &IssuedItem) -> Result<(), ProjectError> {
    const ISSUE: &str = "INSERT INTO items_sold (build, item, operator, fare) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
    let values = [
        Value::Integer(build.number()),
        Value::Text(issued.item.as_str()),
        Value::Text(issued.terms.operator.as_str()),
        Value::Text(issued.terms.fare.id.as_str()),
    ];
    rows.execute(ISSUE, &values).await?;
    Ok(())
}

/// A ride is known by its book.
async fn used(
    rows: &mut Rows<'_>,
    build: Build,
    recorded: &Recorded,
    (pass, kind, at): (&ItemId, &'static str, DateTime<Utc>),
) -> Result<(), ProjectError> {
    const USE: &str = "INSERT INTO validations (build, position, operator, pass, fare, kind, at)
        SELECT build, $2, operator, $3, fare, $4, $5 FROM items_sold WHERE build = $1 AND item = $6";
    let position = i64::try_from(recorded.position.0).unwrap_or(i64::MAX);
    let whole = pass.whole();
    let values = [
        Value::Integer(build.number()),
        Value::Integer(position),
        Value::Text(pass.as_str()),
        Value::Text(kind),
        Value::Integer(at.timestamp_micros()),
        Value::Text(whole.as_str()),
    ];
    match rows.execute(USE, &values).await? {
        1 => Ok(()),
        _ => Err(ProjectError::Drift(
            "a pass was used that was never issued".to_owned(),
        )),
    }
}
