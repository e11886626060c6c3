//! Who an operator is and how it wants to be dealt with. All of it is public business data.

use std::{collections::BTreeSet, ops::Not};

use chrono::TimeDelta;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{app::WebUrl, catalog::ServiceCalendar, text::Text};

/// What an operator sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorKind {
    /// Rides: an agency of the ticketing API.
    Transit,
    /// Stays: a parking system of Coord's API.
    Parking,
    /// Both.
    TransitAndParking,
}

impl OperatorKind {
    /// Whether the ticketing API shows it as an agency.
    #[must_use]
    pub const fn sells_rides(self) -> bool {
        matches!(self, Self::Transit | Self::TransitAndParking)
    }

    /// Whether the parking API shows it as a system.
    #[must_use]
    pub const fn sells_stays(self) -> bool {
        matches!(self, Self::Parking | Self::TransitAndParking)
    }
}

/// A point on Earth in millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeoPoint {
    /// North is positive; at most 90,000,000 either way.
    pub latitude_microdegrees: i32,
    /// East is positive; at most 180,000,000 either way.
    pub longitude_microdegrees: i32,
}

impl GeoPoint {
    /// Whether there is such a point.
    #[must_use]
    pub fn is_on_earth(&self) -> bool {
        self.latitude_microdegrees.unsigned_abs() <= 90_000_000
            && self.longitude_microdegrees.unsigned_abs() <= 180_000_000
    }
}

/// What is shown of an operator (ticketing API, "Agency object"), and how it counts days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Displayable name.
    pub name: Text,
    /// A logo, cropped and resized.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<WebUrl>,
    /// ISO 3166-1 alpha-2, upper case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Time zone of the time zone database.
    pub timezone: Tz,
    /// Displayable region: `Santa Monica, CA`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Text>,
    /// Its web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<WebUrl>,
    /// Customer support by phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Customer support by mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Its centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<GeoPoint>,
    /// When one service day ends and the next begins, in minutes after local midnight; below 1,440.
    #[serde(default)]
    pub service_day_cutoff_minutes: u16,
}

/// What a profile lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProfileProblem {
    /// An operator needs a name.
    #[error("the name is blank")]
    BlankName,
    /// Two upper-case letters.
    #[error("the country is not an ISO 3166-1 alpha-2 code")]
    NotACountry,
    /// Not on Earth.
    #[error("the location is out of range")]
    LocationOutOfRange,
    /// A day has 1,440 minutes.
    #[error("the service day must be cut off within a day")]
    CutoffOutOfRange,
}

impl Profile {
    /// How the operator counts days.
    #[must_use]
    pub const fn calendar(&self) -> ServiceCalendar {
        ServiceCalendar {
            zone: self.timezone,
            cutoff_minutes: self.service_day_cutoff_minutes,
        }
    }

    /// The first thing wrong with it.
    pub fn check(&self) -> Result<(), ProfileProblem> {
        let is_country =
            |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if self.name.default.trim().is_empty() {
            return Err(ProfileProblem::BlankName);
        }
        if !self.country.as_ref().is_none_or(is_country) {
            return Err(ProfileProblem::NotACountry);
        }
        if !self.location.is_none_or(|point| point.is_on_earth()) {
            return Err(ProfileProblem::LocationOutOfRange);
        }
        if self.service_day_cutoff_minutes >= 1_440 {
            return Err(ProfileProblem::CutoffOutOfRange);
        }
        Ok(())
    }
}

/// Who makes the charge on the operator's account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Charging {
    /// The engine.
    #[default]
    Engine,
    /// The operator, with a token that is handed over to it.
    Operator {
        /// Where the token is sent, besides being there to be fetched; HTTPS.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        webhook: Option<WebUrl>,
        /// For how many seconds the operator may charge a token; ten minutes, if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        charge_within_seconds: Option<u32>,
    },
}

impl Charging {
    /// For how long an operator may charge what it is handed, unless it says otherwise.
    pub const WINDOW: TimeDelta = TimeDelta::minutes(10);
    /// The longest: a rider waits for it.
    const LONGEST_SECONDS: u32 = 24 * 60 * 60;

    /// How long the operator has to charge a token, if it charges by itself.
    #[must_use]
    pub fn window(&self) -> Option<TimeDelta> {
        match self {
            Self::Engine => None,
            Self::Operator {
                charge_within_seconds,
                ..
            } => {
                Some(charge_within_seconds.map_or(Self::WINDOW, |seconds| TimeDelta::seconds(seconds.into())))
            }
        }
    }

    /// Whether the time to charge is one that can be kept, and not without end.
    pub(super) const fn is_bounded(&self) -> bool {
        match self {
            Self::Operator {
                charge_within_seconds: Some(seconds),
                ..
            } => 0 < *seconds && *seconds <= Self::LONGEST_SECONDS,
            Self::Engine | Self::Operator { .. } => true,
        }
    }
}

/// What a rider must have before buying here (Coord's `transaction_info`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Requirements {
    /// An account of their own at the operator.
    pub requires_linked_account: bool,
    /// Facts about them.
    #[serde(default)]
    pub users_api_fields: BTreeSet<UserField>,
    /// Where riders allow an app to act with their account there, or open one (Coord's `link_account`); HTTPS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_page: Option<WebUrl>,
}

/// A fact about a user, by the name Coord's Users API has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UserField {
    /// A saved card.
    #[serde(rename = "stripe_info.stripe_customer_id")]
    StripeCustomer,
    /// A vehicle's plate.
    #[serde(rename = "vehicle.license_plate")]
    LicensePlate,
    /// An e-mail address.
    #[serde(rename = "email")]
    Email,
}

impl UserField {
    /// The published name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StripeCustomer => "stripe_info.stripe_customer_id",
            Self::LicensePlate => "vehicle.license_plate",
            Self::Email => "email",
        }
    }
}

/// What becomes of passes whose payment the rider's bank disputes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputedPasses {
    /// Nothing: they stay the rider's, whoever gets the money.
    Keep,
    /// They cannot be used from the moment in which the bank takes the money. When the operator gets it back, so does
    /// the rider; when it does not, they are void.
    #[default]
    Suspend,
    /// They stay in use until the operator has lost the money, and are void then.
    VoidIfLost,
}

/// What the operator gives back when it is asked to. A fare may have rules of its own, which then stand in their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRules {
    /// For how many minutes after the purchase an app may give back what was not used; without it, never: then only
    /// the operator can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_for_minutes: Option<u32>,
    /// Whether the engine's fee goes back to the operator in proportion.
    pub returns_engine_fee: bool,
    /// Whether the operator gives back used passes as well; without it, only what was never activated.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub gives_back_used: bool,
    /// For how many minutes after the purchase the operator gives anything back; without it, at any time, and with 0 never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_minutes: Option<u32>,
    /// Whether a book of which rides were used gives back the rides that are left; without it, a book goes back whole
    /// or not at all.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub gives_back_parts_of_books: bool,
}

impl Default for RefundRules {
    fn default() -> Self {
        Self {
            unused_for_minutes: None,
            returns_engine_fee: true,
            gives_back_used: false,
            within_minutes: None,
            gives_back_parts_of_books: false,
        }
    }
}
