//! Announcements, from the file's words to the domain's.

use chrono::{DateTime, FixedOffset, Utc};
use domain::{
    NoticeId,
    catalog::{Alert, TimeRange},
    operator::{AlertEffect, FareFreePeriod, ServiceAlert},
};

use super::{
    convert::{Flaw, at, text_of},
    document::{FareFreeDocument, OperatorDocument, PeriodDocument, ServiceAlertDocument, TextDocument},
};

/// What an operator announces.
pub(super) fn notices_of(
    document: &OperatorDocument,
) -> Result<(Vec<ServiceAlert>, Vec<FareFreePeriod>), Flaw> {
    let alerts = document.service_alerts.iter().enumerate();
    let alerts: Result<_, Flaw> = alerts
        .map(|(index, alert)| alert_of(alert).map_err(|flaw| format!("service_alerts[{index}].{flaw}")))
        .collect();
    let periods = document.fare_free.iter().enumerate();
    let periods: Result<_, Flaw> = periods
        .map(|(index, period)| period_of(period).map_err(|flaw| format!("fare_free[{index}].{flaw}")))
        .collect();
    Ok((alerts?, periods?))
}

/// An alert of its own says nothing of fares: a time in which riding is free is declared as one.
pub(crate) fn alert_of(document: &ServiceAlertDocument) -> Result<ServiceAlert, Flaw> {
    Ok(ServiceAlert {
        id: at("id", NoticeId::parse(document.id.clone()))?,
        header: text_of(&document.header),
        description: text_of(&document.description),
        effect: AlertEffect::OtherEffect,
        active: range(document.from, document.until),
    })
}

pub(crate) fn period_of(document: &FareFreeDocument) -> Result<FareFreePeriod, Flaw> {
    Ok(FareFreePeriod {
        id: at("id", NoticeId::parse(document.id.clone()))?,
        header: document.header.as_ref().map(text_of),
        description: document.description.as_ref().map(text_of),
        active: range(document.from, document.until),
    })
}

/// A time as the file has it.
pub(super) fn range_of(document: &PeriodDocument) -> TimeRange {
    range(document.from, document.until)
}

fn range(from: Option<DateTime<FixedOffset>>, until: Option<DateTime<FixedOffset>>) -> TimeRange {
    let utc = |moment: DateTime<FixedOffset>| moment.with_timezone(&Utc);
    TimeRange {
        start: from.map(utc),
        end: until.map(utc),
    }
}

/// A warning, with its headline if it has one.
pub(super) fn warning_of(text: Option<&TextDocument>, label: Option<&TextDocument>) -> Option<Alert> {
    text.map(|text| Alert {
        text: text_of(text),
        label: label.map(text_of),
    })
}
