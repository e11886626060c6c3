//! The ServiceAlert object.

use chrono::{DateTime, Utc};
use domain::{
    operator::{AlertEffect, FareFreePeriod, Operator},
    text::Text,
};
use serde::Serialize;

use crate::version::ApiVersion;

/// What riders should be told, in their language.
#[derive(Debug, Clone, Serialize)]
pub struct ServiceAlertView {
    header: String,
    description: String,
    effect: &'static str,
}

/// What riders should be told now. A time in which riding is free shows as an alert whether or not anybody wrote one
/// for it, because clients look for the effect. Editions before 2020-05-21 know no alerts.
pub(super) fn service_alerts(
    operator: &Operator,
    version: ApiVersion,
    languages: &[String],
    at: DateTime<Utc>,
) -> Vec<ServiceAlertView> {
    if version < ApiVersion::V2020_05_21 {
        return Vec::new();
    }
    let view = |header: &Text, description: &Text, effect| ServiceAlertView {
        header: header.in_language(languages).to_owned(),
        description: description.in_language(languages).to_owned(),
        effect: effect_name(effect),
    };
    let alerts = operator
        .alerts(at)
        .map(|alert| view(&alert.header, &alert.description, alert.effect));
    let mut alerts: Vec<ServiceAlertView> = alerts.collect();
    let has_words = |period: &&FareFreePeriod| period.header.is_some() || period.description.is_some();
    let (header, description) = unwritten();
    let free = operator
        .fare_free_periods()
        .filter(|period| period.active.contains(at));
    alerts.extend(free.filter(has_words).map(|period| {
        let header = period.header.as_ref().unwrap_or(&header);
        let description = period.description.as_ref().unwrap_or(&description);
        view(header, description, AlertEffect::FareFree)
    }));
    let fare_free = effect_name(AlertEffect::FareFree);
    if operator.is_fare_free(at) && !alerts.iter().any(|alert| alert.effect == fare_free) {
        alerts.push(view(&header, &description, AlertEffect::FareFree));
    }
    alerts
}

/// Headline and body where the operator wrote none.
fn unwritten() -> (Text, Text) {
    let text = |english: &str, spanish: &str| {
        let mut text = Text::plain(english);
        text.translations.insert("es".to_owned(), spanish.to_owned());
        text
    };
    (
        text("Fare free", "Viajes gratis"),
        text(
            "No fare is required at this time.",
            "En este momento no hace falta ningún pase.",
        ),
    )
}

const fn effect_name(effect: AlertEffect) -> &'static str {
    match effect {
        AlertEffect::FareFree => "FARE_FREE",
        AlertEffect::OtherEffect => "OTHER_EFFECT",
    }
}
