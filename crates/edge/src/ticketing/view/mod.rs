//! Objects as the ticketing document prints them: what is unset is left out, names are the document's.

mod agency;
mod alerts;
mod cart;
mod fare;
mod pass;
mod service_alert;
mod ticket;

pub use agency::AgencyView;
pub use cart::CartView;
pub use fare::{FareOptionView, FareView, Shown, catalog_fares, fare_options};
pub use pass::{PassView, PassesView, ReceiptView};
pub(super) use pass::{Viewer, passes};
pub use service_alert::ServiceAlertView;
use service_alert::service_alerts;
pub use ticket::TicketFormat;
pub(super) use ticket::escaped;

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use domain::Money;
use serde::Serialize;

/// A Price object.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct PriceView {
    amount: i64,
    currency: domain::Currency,
}

impl From<Money> for PriceView {
    fn from(money: Money) -> Self {
        Self {
            amount: money.amount,
            currency: money.currency,
        }
    }
}

/// A moment as a rider of this operator would write it (RFC 3339 with the zone's offset).
pub(super) fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone)
        .to_rfc3339_opts(SecondsFormat::AutoSi, false)
}
