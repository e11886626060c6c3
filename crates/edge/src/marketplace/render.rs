//! From the domain's words back to the file's: an operator as a file would have it.

use domain::{
    operator::{GeoPoint, Operator, RefundRules, Rgb, TicketStyle},
    text::Text,
};

use super::{
    RefundsDocument,
    disputes::disputes,
    document::{FeeDocument, OperatorDocument, PointDocument, TextDocument, TicketDocument},
};

/// What a file would say of the operator itself. Account, links and what it sells are told elsewhere.
pub(crate) fn document_of(operator: &Operator) -> OperatorDocument {
    let profile = operator.profile();
    let requirements = operator.requirements();
    let cutoff = profile.service_day_cutoff_minutes;
    OperatorDocument {
        id: operator.id().to_string(),
        kind: kind_of(operator).to_owned(),
        name: text(&profile.name),
        language: None,
        timezone: profile.timezone.name().to_owned(),
        country: profile.country.clone(),
        region: profile.region.as_ref().map(text),
        logo_url: profile.logo_url.as_ref().map(|url| url.as_str().to_owned()),
        website: profile.website.as_ref().map(|url| url.as_str().to_owned()),
        phone_number: profile.phone_number.clone(),
        email: profile.email.clone(),
        location: profile.location.map(point),
        service_day_ends: (cutoff > 0).then(|| format!("{:02}:{:02}", cutoff / 60, cutoff % 60)),
        stripe_account: None,
        links: Vec::new(),
        requires: requirements
            .users_api_fields
            .iter()
            .map(|field| field.as_str().to_owned())
            .collect(),
        requires_linked_account: requirements.requires_linked_account,
        permission_page: requirements
            .permission_page
            .as_ref()
            .map(|page| page.as_str().to_owned()),
        charging: None,
        refunds: Some(refunds(operator.refund_rules())),
        disputes: Some(disputes(operator.disputed_passes())),
        service_alerts: Vec::new(),
        fare_free: Vec::new(),
        ticket: operator.ticket_style().map(ticket),
        catalog: None,
        locations: Vec::new(),
    }
}

/// The file's word for what it sells.
pub(crate) fn kind_of(operator: &Operator) -> &'static str {
    use domain::operator::OperatorKind as K;
    match operator.kind() {
        K::Transit => "transit",
        K::Parking => "parking",
        K::TransitAndParking => "transit_and_parking",
    }
}

pub(super) fn text(text: &Text) -> TextDocument {
    if text.translations.is_empty() && text.language.is_none() {
        return TextDocument::Plain(text.default.clone());
    }
    TextDocument::Translated {
        default: text.default.clone(),
        language: text.language.clone(),
        translations: text.translations.clone(),
    }
}

#[expect(
    clippy::float_arithmetic,
    reason = "degrees are the one decimal in the file, and millionths of them are exact enough"
)]
pub(super) fn point(point: GeoPoint) -> PointDocument {
    PointDocument {
        latitude: f64::from(point.latitude_microdegrees) / 1e6,
        longitude: f64::from(point.longitude_microdegrees) / 1e6,
    }
}

const fn refunds(rules: RefundRules) -> RefundsDocument {
    RefundsDocument {
        unused_for_minutes: rules.unused_for_minutes,
        returns_engine_fee: rules.returns_engine_fee,
        used: rules.gives_back_used,
        within_minutes: rules.within_minutes,
        parts_of_books: rules.gives_back_parts_of_books,
    }
}

fn ticket(style: &TicketStyle) -> TicketDocument {
    let colour = |Rgb(red, green, blue): Rgb| format!("#{red:02x}{green:02x}{blue:02x}");
    TicketDocument {
        background: colour(style.background),
        foreground: Some(colour(style.foreground)),
        accent: Some(colour(style.accent)),
        logo: style.logo.as_ref().map(|logo| logo.as_str().to_owned()),
    }
}

impl From<domain::operator::FeeTerms> for FeeDocument {
    fn from(terms: domain::operator::FeeTerms) -> Self {
        Self {
            basis_points: terms.basis_points,
            fixed: terms.fixed,
            minimum: terms.minimum,
            maximum: terms.maximum,
        }
    }
}

impl From<&FeeDocument> for domain::operator::FeeTerms {
    fn from(document: &FeeDocument) -> Self {
        Self {
            basis_points: document.basis_points,
            fixed: document.fixed,
            minimum: document.minimum,
            maximum: document.maximum,
        }
    }
}
