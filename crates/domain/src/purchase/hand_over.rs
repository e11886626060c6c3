//! The token goes to the operator, once, and the operator says what it charged. Nothing of that counts as paid before
//! Stripe has said the same.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Purchase, PurchaseEvent, PurchaseRejection, Route, Stage};
use crate::{Aggregate, ChargeId, Decided, ImpossibleHistory, Money};

/// Charges that may be reported of one purchase. A card that is charged more often than that is no mistake any more.
const MOST_REPORTS: usize = 16;

/// On which way the token was given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Within a signed message to the operator.
    Webhook,
    /// In the answer to a call of the operator's.
    Pull,
}

/// Why a charge that was reported does not pay for the purchase, in the order in which the reasons are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refutation {
    /// There is no such charge on the operator's account.
    NotFound,
    /// It does not name this purchase in its metadata.
    AnotherPurchase,
    /// It is for another amount or currency.
    AnotherAmount,
    /// It failed.
    Failed,
    /// The money is only held.
    NotCaptured,
    /// The operator gave it back already, all of it or a part.
    GivenBack,
    /// It pays for another purchase already.
    TakenByAnother,
    /// Another charge pays for this purchase already.
    SecondCharge,
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Report {
    /// Stripe is still to be asked.
    Open,
    /// Stripe says the same.
    Confirmed,
    /// Stripe does not.
    Refuted {
        /// Why.
        why: Refutation,
    },
}

/// How far a charge is that Stripe shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownStatus {
    /// The money was taken.
    Taken,
    /// It is held.
    Held,
    /// Nobody knows yet.
    Undecided,
    /// It was not taken, and will not be.
    Failed,
}

/// What Stripe shows of a charge that was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownCharge<'a> {
    /// The purchase that its metadata names.
    pub purchase: Option<&'a str>,
    /// What it is for.
    pub amount: Option<Money>,
    /// How much of it was given back.
    pub given_back: Option<Money>,
    /// How far it is.
    pub status: ShownStatus,
}

/// What a charge as Stripe shows it means for the purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// It pays for it.
    Pays,
    /// It does not.
    Refuted(Refutation),
    /// Stripe does not know yet.
    Undecided,
}

impl ShownCharge<'_> {
    /// Whether any of the rider's money is with the operator, taken or held.
    fn keeps_money(&self) -> bool {
        let all_is_back = self.amount.is_some() && self.amount == self.given_back;
        matches!(self.status, ShownStatus::Taken | ShownStatus::Held) && !all_is_back
    }
}

impl Refutation {
    /// What a person is told who has to see to it: the operator has money of the rider, who gets nothing for it. Nothing
    /// where there is no such money, or where it is somebody else's affair.
    #[must_use]
    pub fn for_review(self, shown: &ShownCharge<'_>) -> Option<&'static str> {
        match self {
            Self::AnotherAmount => Some("the operator charged another amount than was ordered"),
            Self::SecondCharge => Some("a second charge exists for this purchase"),
            Self::NotCaptured => Some("the operator holds the money and did not take it"),
            Self::AnotherPurchase if shown.purchase.is_none() && shown.keeps_money() => {
                Some("a charge was reported that names no purchase")
            }
            Self::GivenBack if shown.keeps_money() => {
                Some("the operator gave back a part of its charge and kept the rest")
            }
            Self::NotFound
            | Self::AnotherPurchase
            | Self::Failed
            | Self::GivenBack
            | Self::TakenByAnother => None,
        }
    }
}

impl Purchase {
    /// What a charge means that was made on the operator's account. The purchase has to stand in its metadata: amounts
    /// repeat, cards repeat, and only the operator can have written the name of this purchase there.
    #[must_use]
    pub fn judge(&self, shown: &ShownCharge<'_>) -> Judgement {
        let is_given_back = shown.given_back.is_some_and(|amount| amount.is_positive());
        let why = match shown.status {
            _ if shown.purchase != Some(self.order.purchase.as_str()) => Refutation::AnotherPurchase,
            ShownStatus::Undecided => return Judgement::Undecided,
            ShownStatus::Failed => Refutation::Failed,
            _ if shown.amount != Some(self.order.total) => Refutation::AnotherAmount,
            ShownStatus::Held => Refutation::NotCaptured,
            ShownStatus::Taken if is_given_back => Refutation::GivenBack,
            ShownStatus::Taken if self.charge.is_some() => Refutation::SecondCharge,
            ShownStatus::Taken => return Judgement::Pays,
        };
        Judgement::Refuted(why)
    }

    /// A charge that was reported and is still to be held against Stripe's books.
    #[must_use]
    pub fn report_to_verify(&self) -> Option<&ChargeId> {
        let mut reports = self.reports.iter();
        reports
            .find(|(_, report)| **report == Report::Open)
            .map(|(charge, _)| charge)
    }

    /// What became of each charge that was reported.
    #[must_use]
    pub const fn reports(&self) -> &std::collections::BTreeMap<ChargeId, Report> {
        &self.reports
    }

    /// How the token was given out, if it was.
    #[must_use]
    pub const fn delivered(&self) -> Option<(Delivery, DateTime<Utc>)> {
        self.delivered
    }

    /// Until when the operator may charge, as it was told.
    #[must_use]
    pub const fn charge_before(&self) -> Option<DateTime<Utc>> {
        self.charge_before
    }

    /// What the operator's own charge left out of our fee. Nothing before what was bought is issued: until then the
    /// whole charge may still go back.
    #[must_use]
    pub fn fee_owed(&self) -> Option<Money> {
        let charge = self.charge.as_ref()?;
        let is_owed =
            self.route() == Some(Route::TokenHandedOver) && matches!(self.stage, Stage::Completed { .. });
        let owed = self.order.engine_fee.minus(charge.engine_fee).ok()?;
        (is_owed && owed.is_positive()).then_some(owed)
    }

    pub(super) fn handed_over(&self, charge_before: DateTime<Utc>) -> Decided<Self> {
        if self.route() != Some(Route::TokenHandedOver) {
            return Err(PurchaseRejection::OutOfTurn);
        }
        match &self.stage {
            Stage::HandedOver { .. } => Ok(vec![]),
            Stage::CredentialReady => Ok(vec![PurchaseEvent::CredentialHandedOver { charge_before }]),
            _ if self.is_past_charging() => Ok(vec![]),
            _ => Err(PurchaseRejection::OutOfTurn),
        }
    }

    /// The one thing that is refused when it is asked for again: whoever asks would give out the token a second time.
    pub(super) fn token_delivered(&self, by: Delivery, at: DateTime<Utc>) -> Decided<Self> {
        match &self.stage {
            Stage::HandedOver { .. } if self.delivered.is_some() => Err(PurchaseRejection::DeliveredAlready),
            Stage::HandedOver { charge_before } if at >= *charge_before => Err(PurchaseRejection::OfferEnded),
            Stage::HandedOver { .. } => Ok(vec![PurchaseEvent::TokenDelivered { by, at }]),
            _ if self.is_past_charging() => Err(PurchaseRejection::Over),
            _ => Err(PurchaseRejection::OutOfTurn),
        }
    }

    /// Only a message can be known never to have left us. What was answered to a call was received, or may have been.
    pub(super) fn token_not_delivered(&self, at: DateTime<Utc>) -> Decided<Self> {
        match (&self.stage, self.delivered) {
            (Stage::HandedOver { .. }, Some((Delivery::Webhook, _))) => {
                Ok(vec![PurchaseEvent::TokenNotDelivered { at }])
            }
            (Stage::HandedOver { .. }, None) => Ok(vec![]),
            _ if self.is_past_charging() => Ok(vec![]),
            _ => Err(PurchaseRejection::OutOfTurn),
        }
    }

    /// The report may outrun our own note of the hand-over, and may come after the purchase had ended: it is kept in
    /// any case. One that was refuted may be made again, once the operator has put right what was wrong at Stripe.
    pub(super) fn charge_reported(&self, charge: ChargeId, at: DateTime<Utc>) -> Decided<Self> {
        if self.route() != Some(Route::TokenHandedOver) {
            return Err(PurchaseRejection::OutOfTurn);
        }
        let is_known = self.charge.as_ref().is_some_and(|known| known.charge == charge);
        match self.reports.get(&charge) {
            Some(Report::Open | Report::Confirmed) => Ok(vec![]),
            None if is_known => Ok(vec![]),
            None if self.reports.len() >= MOST_REPORTS => Err(PurchaseRejection::TooManyReports),
            Some(Report::Refuted { .. }) | None => Ok(vec![PurchaseEvent::ChargeReported { charge, at }]),
        }
    }

    pub(super) fn report_refuted(
        &self,
        charge: ChargeId,
        why: Refutation,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        match self.reports.get(&charge) {
            Some(Report::Open) => Ok(vec![PurchaseEvent::ReportRefuted { charge, why, at }]),
            Some(Report::Refuted { .. } | Report::Confirmed) => Ok(vec![]),
            None => Err(PurchaseRejection::OutOfTurn),
        }
    }

    pub(super) fn apply_hand_over(mut self, charge_before: DateTime<Utc>) -> Result<Self, ImpossibleHistory> {
        if self.stage != Stage::CredentialReady || self.route() != Some(Route::TokenHandedOver) {
            return Err(Self::impossible("a token is handed over once, on its own route"));
        }
        self.charge_before = Some(charge_before);
        self.advance(Stage::HandedOver { charge_before })
    }

    pub(super) fn apply_delivery(
        mut self,
        delivered: Option<(Delivery, DateTime<Utc>)>,
    ) -> Result<Self, ImpossibleHistory> {
        let waits = matches!(self.stage, Stage::HandedOver { .. });
        let follows = match (self.delivered, delivered) {
            (None, Some((_, at))) => self.charge_before.is_some_and(|until| at < until),
            (Some((Delivery::Webhook, _)), None) => true,
            _ => false,
        };
        if !waits || !follows {
            return Err(Self::impossible(
                "a token is given out once, while it may be charged",
            ));
        }
        self.delivered = delivered;
        Ok(self)
    }

    pub(super) fn apply_report(mut self, charge: &ChargeId) -> Result<Self, ImpossibleHistory> {
        let is_new = !matches!(self.reports.get(charge), Some(Report::Open | Report::Confirmed));
        if self.route() != Some(Route::TokenHandedOver) || !is_new {
            return Err(Self::impossible(
                "only who was handed the token reports a charge, and once",
            ));
        }
        self.reported = Some(charge.clone());
        self.reports.insert(charge.clone(), Report::Open);
        Ok(self)
    }

    pub(super) fn apply_refutation(
        mut self,
        charge: &ChargeId,
        why: Refutation,
    ) -> Result<Self, ImpossibleHistory> {
        match self.reports.get_mut(charge) {
            Some(report @ Report::Open) => *report = Report::Refuted { why },
            _ => return Err(Self::impossible("only a report that is open is refuted")),
        }
        Ok(self)
    }

    /// A charge that counts was reported truly, whenever that was.
    pub(super) fn confirm_report(&mut self, charge: &ChargeId) {
        if let Some(report) = self.reports.get_mut(charge) {
            *report = Report::Confirmed;
        }
    }
}
