//! From the file's words to the domain's, with every flaw named by its place in the file.

use chrono::{NaiveTime, Utc};
use domain::{
    ApiKeyId, AppId, OperatorId, StripeAccountId,
    app::{
        AppDeclaration, DeclaredKey, KeyDigest, KeyHint, KeyKind, Origin, Platform, StripePublishableKey,
        WebUrl,
    },
    operator::{
        Consent, Consents, FeeTerms, GeoPoint, LinkDeclaration, OperatorDeclaration, OperatorKind, Profile,
        RefundRules, Requirements, UserField,
    },
    text::Text,
};
use engine::Declaration;

use super::{
    catalog::catalog_of,
    charging::charging_of,
    disputes::disputed_passes_of,
    document::{
        AppDocument, LinkDocument, MarketplaceDocument, OperatorDocument, PointDocument, TextDocument,
    },
    language::in_its_language,
    location::location_of,
    notices::notices_of,
    redemption_link::redemption_prefix_of,
    refunds::refund_rules_of,
    ticket::style_of,
};
use crate::{
    api_key::{self, ApiKey, Environment},
    caller::hex,
};

/// What is wrong with a file: each place and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the marketplace file has {} problem(s): {}", .0.len(), .0.join("; "))]
pub struct Flawed(pub Vec<String>);

pub(crate) type Flaw = String;

/// What the file declares for one environment: an app's keys of other environments are left out.
pub fn declaration(document: &MarketplaceDocument, environment: Environment) -> Result<Declaration, Flawed> {
    let mut flaws = Vec::new();
    let mut declared = Declaration::default();
    for (index, app) in document.apps.iter().enumerate() {
        match app_of(app, environment) {
            Ok(app) => declared.apps.push(app),
            Err(flaw) => flaws.push(format!("apps[{index}].{flaw}")),
        }
    }
    for (index, operator) in document.operators.iter().enumerate() {
        if let Err(flaw) = take_operator(operator, &mut declared) {
            flaws.push(format!("operators[{index}].{flaw}"));
        }
    }
    if flaws.is_empty() {
        Ok(declared)
    } else {
        Err(Flawed(flaws))
    }
}

/// Names the field that an error is about. The value itself is not repeated: it may be a key.
pub(super) fn at<T, E: std::fmt::Display>(field: &str, result: Result<T, E>) -> Result<T, Flaw> {
    result.map_err(|error| format!("{field}: {error}"))
}

fn app_of(document: &AppDocument, environment: Environment) -> Result<AppDeclaration, Flaw> {
    let mut keys = Vec::new();
    for (index, text) in document.keys.iter().enumerate() {
        let key = at(&format!("keys[{index}]"), ApiKey::parse(text))?;
        if key.environment() == environment {
            keys.push(at(&format!("keys[{index}]"), declared_key(text, &key))?);
        }
    }
    let platform = document.stripe.as_ref().map(|stripe| {
        Ok::<_, Flaw>(Platform {
            account: at("stripe.account", StripeAccountId::parse(stripe.account.clone()))?,
            publishable_key: at(
                "stripe.publishable_key",
                StripePublishableKey::parse(stripe.publishable_key.clone()),
            )?,
        })
    });
    let origins: Result<_, Flaw> = document
        .allowed_origins
        .iter()
        .enumerate()
        .map(|(index, origin)| {
            at(
                &format!("allowed_origins[{index}]"),
                Origin::parse(origin.clone()),
            )
        })
        .collect();
    Ok(AppDeclaration {
        app: at("id", AppId::parse(document.id.clone()))?,
        name: document.name.clone(),
        jwks_url: url("jwks_url", document.jwks_url.as_ref())?,
        origins: origins?,
        platform: platform.transpose()?,
        redemption_prefix: redemption_prefix_of(document.redemption_link.as_ref())?,
        keys,
    })
}

/// What is kept of a key: its digest, a name made from the digest, and its last letters for people to tell keys apart.
fn declared_key(text: &str, key: &ApiKey) -> Result<DeclaredKey, String> {
    let digest = hex(key.sha256());
    let name: String = digest.chars().take(12).collect();
    let tail: String = text
        .chars()
        .rev()
        .take(4)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    Ok(DeclaredKey {
        key: ApiKeyId::parse(format!("key_{name}")).map_err(|error| error.to_string())?,
        kind: match key.kind() {
            api_key::KeyKind::Publishable => KeyKind::Publishable,
            api_key::KeyKind::Secret => KeyKind::Secret,
        },
        sha256: KeyDigest::parse(digest).map_err(|error| error.to_string())?,
        hint: KeyHint::parse(tail).map_err(|error| error.to_string())?,
    })
}

fn url(field: &str, text: Option<&String>) -> Result<Option<WebUrl>, Flaw> {
    text.map(|text| at(field, WebUrl::parse(text.clone())))
        .transpose()
}

fn take_operator(document: &OperatorDocument, declared: &mut Declaration) -> Result<(), Flaw> {
    let document = &in_its_language(document)?;
    let operator = operator_of(document)?;
    let id = operator.operator.clone();
    let (alerts, fare_free) = notices_of(document)?;
    if !alerts.is_empty() || !fare_free.is_empty() {
        declared.notices.push((id.clone(), alerts, fare_free));
    }
    if let Some(catalog) = &document.catalog {
        declared.catalogs.push((
            id.clone(),
            catalog_of(catalog).map_err(|flaw| format!("catalog.{flaw}"))?,
        ));
    }
    for (index, location) in document.locations.iter().enumerate() {
        let location = location_of(location, operator.profile.timezone)
            .map_err(|flaw| format!("locations[{index}].{flaw}"))?;
        declared.locations.push((id.clone(), location));
    }
    declared.operators.push(operator);
    Ok(())
}

/// One operator by itself, as a file has it. What is wrong is named by its place in it.
pub(crate) fn operator_declaration(document: &OperatorDocument) -> Result<OperatorDeclaration, String> {
    operator_of(&in_its_language(document)?)
}

fn operator_of(document: &OperatorDocument) -> Result<OperatorDeclaration, Flaw> {
    let kind = match document.kind.as_str() {
        "transit" => OperatorKind::Transit,
        "parking" => OperatorKind::Parking,
        "transit_and_parking" => OperatorKind::TransitAndParking,
        _ => return Err("kind: must be transit, parking or transit_and_parking".to_owned()),
    };
    let account = document
        .stripe_account
        .clone()
        .map(|id| at("stripe_account", StripeAccountId::parse(id)));
    let links: Result<Vec<_>, Flaw> = document
        .links
        .iter()
        .enumerate()
        .map(|(index, link)| link_of(link).map_err(|flaw| format!("links[{index}].{flaw}")))
        .collect();
    Ok(OperatorDeclaration {
        operator: at("id", OperatorId::parse(document.id.clone()))?,
        kind,
        profile: profile_of(document)?,
        account: account.transpose()?,
        charging: document.charging.as_ref().map(charging_of).transpose()?,
        requirements: requirements_of(document)?,
        refund_rules: document
            .refunds
            .as_ref()
            .map_or_else(RefundRules::default, refund_rules_of),
        disputed_passes: disputed_passes_of(document.disputes.as_ref()),
        ticket_style: document.ticket.as_ref().map(style_of).transpose()?,
        links: links?,
    })
}

fn profile_of(document: &OperatorDocument) -> Result<Profile, Flaw> {
    Ok(Profile {
        name: text_of(&document.name),
        logo_url: url("logo_url", document.logo_url.as_ref())?,
        country: document.country.clone(),
        timezone: at("timezone", document.timezone.parse())?,
        region: document.region.as_ref().map(text_of),
        website: url("website", document.website.as_ref())?,
        phone_number: document.phone_number.clone(),
        email: document.email.clone(),
        location: document
            .location
            .map(|point| point_of("location", point))
            .transpose()?,
        service_day_cutoff_minutes: cutoff_of(document.service_day_ends.as_deref())?,
    })
}

fn cutoff_of(time: Option<&str>) -> Result<u16, Flaw> {
    use chrono::Timelike;
    let Some(time) = time else { return Ok(0) };
    let time = at("service_day_ends", NaiveTime::parse_from_str(time, "%H:%M"))?;
    at(
        "service_day_ends",
        u16::try_from(time.hour() * 60 + time.minute()),
    )
}

fn requirements_of(document: &OperatorDocument) -> Result<Requirements, Flaw> {
    let known = [
        UserField::StripeCustomer,
        UserField::LicensePlate,
        UserField::Email,
    ];
    let fields: Result<_, Flaw> = document
        .requires
        .iter()
        .map(|name| {
            let field = known.into_iter().find(|field| field.as_str() == name);
            field.ok_or_else(|| "requires: names user data that there is not".to_owned())
        })
        .collect();
    Ok(Requirements {
        requires_linked_account: document.requires_linked_account,
        users_api_fields: fields?,
        permission_page: url("permission_page", document.permission_page.as_ref())?,
    })
}

fn link_of(document: &LinkDocument) -> Result<LinkDeclaration, Flaw> {
    let agreed = document
        .agreed_on
        .and_time(NaiveTime::MIN)
        .and_local_timezone(Utc)
        .single();
    let agreed = agreed.ok_or_else(|| "agreed_on: there is no such day".to_owned())?;
    let consent = |by: &str| Consent {
        by: by.to_owned(),
        at: agreed,
    };
    Ok(LinkDeclaration {
        app: at("app", AppId::parse(document.app.clone()))?,
        fee: FeeTerms::from(&document.fee),
        consents: Consents {
            app: consent(&document.agreed_by_app),
            operator: consent(&document.agreed_by_operator),
        },
        shows_tickets: document.shows_tickets,
    })
}

pub(super) fn text_of(document: &TextDocument) -> Text {
    match document {
        TextDocument::Plain(default) => Text::plain(default.clone()),
        TextDocument::Translated {
            default,
            language,
            translations,
        } => Text {
            default: default.clone(),
            language: language.as_deref().map(str::to_lowercase),
            translations: translations
                .iter()
                .map(|(tag, text)| (tag.to_lowercase(), text.clone()))
                .collect(),
        },
    }
}

/// Degrees become millionths of a degree, about a tenth of a metre.
#[expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    reason = "degrees are the one decimal in the file, and the range is checked before the cast"
)]
pub(crate) fn point_of(field: &str, point: PointDocument) -> Result<GeoPoint, Flaw> {
    let micro = |degrees: f64, limit: f64| {
        (degrees.is_finite() && degrees.abs() <= limit).then(|| (degrees * 1e6).round() as i32)
    };
    match (micro(point.latitude, 90.0), micro(point.longitude, 180.0)) {
        (Some(latitude_microdegrees), Some(longitude_microdegrees)) => Ok(GeoPoint {
            latitude_microdegrees,
            longitude_microdegrees,
        }),
        _ => Err(format!("{field}: not a point on Earth")),
    }
}
