//! Sessions as published, with what came of the bill.

use chrono::{DateTime, Utc};
use domain::{
    Money, UserId,
    parking::{GivenUp, ParkingSession, Payment, Settlement},
};
use engine::{Barcode, ShownStay};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    coord::search::{LineView, lines_of, name_of},
    ticketing::{ReceiptLinks, ReceiptView},
};

/// A session; a field that is not known yet is left out.
#[derive(Debug, Serialize)]
pub(super) struct SessionView {
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<DateTime<Utc>>,
    user_id: String,
    /// What the gate wants to see, as long as the session goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    redemption_info: Option<RedemptionView>,
    location_id: String,
    /// Why it came to nothing, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    given_up: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_info: Option<Billing>,
}

#[derive(Debug, Serialize)]
struct Billing {
    cost: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<Money>,
    cost_lines: Vec<LineView>,
    /// paid, pending, owed, forgiven or simulated
    payment: &'static str,
    /// Once it is paid: where whoever has the address reads how the cost came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptView>,
}

/// What is shown at a gate.
#[derive(Debug, Serialize)]
pub(super) struct RedemptionView {
    #[serde(rename = "type")]
    kind: &'static str,
    value: String,
    expires_at: DateTime<Utc>,
}

impl RedemptionView {
    pub(super) fn of(barcode: &Barcode) -> Self {
        Self {
            kind: "qr_code",
            value: barcode.expose().to_owned(),
            expires_at: barcode.expires_at(),
        }
    }
}

impl SessionView {
    pub(super) fn of(shown: &ShownStay) -> Self {
        let session = &shown.session;
        let stay = session.stay();
        Self {
            id: stay.session.number().unwrap_or_default(),
            start_time: session.started_at(),
            end_time: session.ended_at(),
            user_id: uuid_of(&stay.user),
            redemption_info: shown.barcode.as_ref().map(RedemptionView::of),
            location_id: name_of(&stay.operator, &stay.location),
            given_up: session.given_up().map(|how| match how {
                GivenUp::Closed { reason } => reason.as_str(),
                GivenUp::Cancelled => "cancelled",
            }),
            billing_info: shown.calculation.as_ref().map(|calculation| Billing {
                cost: session.bill().map_or(calculation.total, |bill| bill.cost),
                tax: calculation.tax.map(|tax| tax.amount),
                cost_lines: lines_of(calculation),
                payment: payment_of(session),
                receipt: None,
            }),
        }
    }

    /// The same with the address of its receipt, where there is one.
    pub(super) fn receipted(mut self, shown: &ShownStay, receipts: ReceiptLinks<'_>) -> Self {
        let paid = shown.session.bill().filter(|bill| bill.payment == Payment::Paid);
        if let (Some(billing), Some(bill)) = (&mut self.billing_info, paid) {
            billing.receipt = Some(receipts.purchase(&bill.purchase));
        }
        self
    }
}

/// The publication has UUIDs; ours are made of one.
fn uuid_of(user: &UserId) -> String {
    let text = user.as_str();
    let digits = text.split_once('_').map_or(text, |(_, digits)| digits);
    Uuid::try_parse(digits).map_or_else(|_| text.to_owned(), |uuid| uuid.hyphenated().to_string())
}

fn payment_of(session: &ParkingSession) -> &'static str {
    match session.bill().map(|bill| &bill.payment) {
        None if session.stay().is_simulated => "simulated",
        Some(Payment::Due) => "pending",
        // Without a bill it cost nothing, and nobody was there to make one out to.
        None
        | Some(
            Payment::Paid
            | Payment::Settled {
                settlement: Settlement::Paid { .. },
            },
        ) => "paid",
        Some(Payment::Owed) => "owed",
        Some(Payment::Settled {
            settlement: Settlement::Forgiven { .. },
        }) => "forgiven",
    }
}
