//! The Agency object.

use chrono::{DateTime, Utc};
use domain::{
    operator::{AlertEffect, GeoPoint, Operator},
    text::choose,
};
use serde::Serialize;

use crate::version::ApiVersion;

/// An agency, in the rider's language.
#[derive(Debug, Clone, Serialize)]
pub struct AgencyView {
    agency_id: String,
    agency_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<LocationView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    service_alerts: Vec<ServiceAlertView>,
    timezone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct LocationView {
    latitude: f64,
    longitude: f64,
}

#[derive(Debug, Clone, Serialize)]
struct ServiceAlertView {
    header: String,
    description: String,
    effect: &'static str,
}

impl AgencyView {
    /// The agency as it is at a moment: its alerts come and go, and are unknown to editions before 2020-05-21.
    #[must_use]
    pub fn of(operator: &Operator, version: ApiVersion, languages: &[String], at: DateTime<Utc>) -> Self {
        let profile = operator.profile();
        Self {
            agency_id: operator.id().to_string(),
            agency_name: profile.name.in_language(languages).to_owned(),
            country: profile.country.clone(),
            email: profile.email.clone(),
            location: profile.location.map(LocationView::from),
            logo_url: profile.logo_url.as_ref().map(|url| url.as_str().to_owned()),
            phone_number: profile.phone_number.clone(),
            region: profile
                .region
                .as_ref()
                .map(|text| text.in_language(languages).to_owned()),
            service_alerts: match version {
                ApiVersion::V2019_05_01 => Vec::new(),
                ApiVersion::V2020_05_21 => alerts(operator, languages, at),
            },
            timezone: profile.timezone.name().to_owned(),
            website: profile.website.as_ref().map(|url| url.as_str().to_owned()),
        }
    }
}

/// What riders should be told now. A fare-free period that nobody wrote an alert for still shows as one, because
/// clients look for the effect.
fn alerts(operator: &Operator, languages: &[String], at: DateTime<Utc>) -> Vec<ServiceAlertView> {
    let mut alerts: Vec<ServiceAlertView> = operator
        .alerts(at)
        .map(|alert| ServiceAlertView {
            header: alert.header.in_language(languages).to_owned(),
            description: alert.description.in_language(languages).to_owned(),
            effect: effect_name(alert.effect),
        })
        .collect();
    let fare_free = effect_name(AlertEffect::FareFree);
    if operator.is_fare_free(at) && !alerts.iter().any(|alert| alert.effect == fare_free) {
        let (header, description) = match choose(languages, &["en", "es"]) {
            Some("es") => ("Tarifa gratuita", "En este momento no se necesita billete."),
            _ => ("Fare free", "No fare is required at this time."),
        };
        alerts.push(ServiceAlertView {
            header: header.to_owned(),
            description: description.to_owned(),
            effect: fare_free,
        });
    }
    alerts
}

const fn effect_name(effect: AlertEffect) -> &'static str {
    match effect {
        AlertEffect::FareFree => "FARE_FREE",
        AlertEffect::OtherEffect => "OTHER_EFFECT",
    }
}

impl From<GeoPoint> for LocationView {
    /// Six decimals survive the trip through a double and print as they were written.
    #[expect(clippy::float_arithmetic, reason = "degrees are the one decimal in this API")]
    fn from(point: GeoPoint) -> Self {
        Self {
            latitude: f64::from(point.latitude_microdegrees) / 1e6,
            longitude: f64::from(point.longitude_microdegrees) / 1e6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_coordinate_prints_as_published() {
        let point = GeoPoint {
            latitude_microdegrees: 34_028_189,
            longitude_microdegrees: -118_489_176,
        };
        let printed = serde_json::to_string(&LocationView::from(point)).unwrap();
        assert_eq!(printed, r#"{"latitude":34.028189,"longitude":-118.489176}"#);
    }
}
