//! What is asked while a marketplace is set up.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ApiKeyId, LocationId,
    app::{
        AppCommand, AppDeclaration, DeclaredKey, KeyDigest, KeyHint, KeyKind, Origin, Platform,
        StripePublishableKey, WebUrl,
    },
    catalog::{
        CatalogCommand, CatalogContent, CatalogSource, Entry, FareOption, FareOptionValue, ParkingLocation,
        ParkingRate, Product, TimeRange,
    },
    operator::{
        AlertEffect, Charging, Consent, Consents, DisputedPasses, FareFreePeriod, FeeTerms, GeoPoint,
        LinkDeclaration, OperatorCommand, OperatorDeclaration, OperatorKind, Profile, RefundRules,
        Requirements, Rgb, ServiceAlert, Side, TicketStyle, UserField,
    },
    text::Text,
};

use super::accounts;
use crate::fixtures::{account, app as app_id, fare, hex, link_proposal, notice, operator as operator_id};

pub(crate) fn key(id: &str, digit: char) -> DeclaredKey {
    DeclaredKey {
        key: ApiKeyId::parse(id).unwrap(),
        kind: KeyKind::Secret,
        sha256: KeyDigest::parse(hex(digit)).unwrap(),
        hint: KeyHint::parse("cdef").unwrap(),
    }
}

pub(crate) fn platform(name: &str) -> Platform {
    Platform {
        account: account(name),
        publishable_key: StripePublishableKey::parse("pk_test_1").unwrap(),
    }
}

fn app_declaration(variant: u32) -> AppDeclaration {
    let full = variant != 2;
    AppDeclaration {
        app: app_id("cityhop"),
        name: format!("CityHop {variant}"),
        jwks_url: full.then(|| WebUrl::parse("https://cityhop.example/jwks.json").unwrap()),
        origins: if full {
            [Origin::parse("https://cityhop.example").unwrap()].into()
        } else {
            BTreeSet::new()
        },
        platform: full.then(|| platform(&format!("acct_{variant}"))),
        redemption_prefix: full.then(|| WebUrl::parse("https://cityhop.example/redeem").unwrap()),
        keys: if full { vec![key("one", 'a')] } else { Vec::new() },
    }
}

pub(super) fn app(at: DateTime<Utc>) -> Vec<AppCommand> {
    let keys = [key("one", 'a'), key("one", 'b'), key("two", 'a'), key("two", 'c')];
    let declare = (0..3).map(|variant| AppCommand::Declare {
        declaration: Box::new(app_declaration(variant)),
        at,
    });
    let issue = keys.into_iter().map(|key| AppCommand::IssueKey { key, at });
    let revoke = ["one", "two"].map(|id| AppCommand::RevokeKey {
        key: ApiKeyId::parse(id).unwrap(),
        at,
    });
    let retire =
        [("one", "two", 'c'), ("one", "three", 'd'), ("two", "one", 'a')].map(|(old, new, digit)| {
            AppCommand::RetireKey {
                key: ApiKeyId::parse(old).unwrap(),
                successor: key(new, digit),
                until: at + TimeDelta::minutes(2),
                at,
            }
        });
    let others = [
        AppCommand::Suspend {
            reason: "chargebacks".to_owned(),
            at,
        },
        AppCommand::Reinstate { at },
    ];
    declare
        .chain(issue)
        .chain(retire)
        .chain(revoke)
        .chain(others)
        .collect()
}

fn link(name: &str, basis_points: u32, at: DateTime<Utc>) -> LinkDeclaration {
    let consent = || Consent {
        by: "admin".to_owned(),
        at,
    };
    LinkDeclaration {
        app: app_id(name),
        fee: FeeTerms {
            basis_points,
            ..FeeTerms::default()
        },
        consents: Consents {
            app: consent(),
            operator: consent(),
        },
        shows_tickets: basis_points == 100,
    }
}

fn operator_declaration(variant: u32, at: DateTime<Utc>) -> OperatorDeclaration {
    let full = variant > 0;
    let profile = Profile {
        name: Text::plain(format!("Bus {variant}")),
        logo_url: None,
        country: None,
        timezone: chrono_tz::Europe::Vienna,
        region: None,
        website: None,
        phone_number: None,
        email: None,
        location: None,
        service_day_cutoff_minutes: 0,
    };
    OperatorDeclaration {
        operator: operator_id("bus"),
        kind: if full {
            OperatorKind::TransitAndParking
        } else {
            OperatorKind::Transit
        },
        profile,
        account: full.then(|| account(&format!("acct_{variant}"))),
        charging: match variant {
            0 => None,
            _ if full => Some(Charging::Operator {
                webhook: None,
                charge_within_seconds: Some(60),
            }),
            _ => Some(Charging::Engine),
        },
        requirements: Requirements {
            requires_linked_account: full,
            users_api_fields: full.then_some(UserField::LicensePlate).into_iter().collect(),
            permission_page: None,
        },
        refund_rules: RefundRules {
            unused_for_minutes: Some(variant),
            within_minutes: Some(variant),
            ..RefundRules::default()
        },
        disputed_passes: DisputedPasses::Keep,
        ticket_style: full.then_some(TicketStyle {
            background: Rgb(0, 0, 0),
            foreground: Rgb(9, 9, 9),
            accent: Rgb(1, 2, 3),
            logo: None,
        }),
        links: if full {
            vec![link("cityhop", 100 * variant, at)]
        } else {
            Vec::new()
        },
    }
}

fn link_commands(name: &str, at: DateTime<Utc>) -> Vec<OperatorCommand> {
    let app = || app_id(name);
    let changes = [(100, 0), (200, 0), (200, 2)].map(|(basis_points, later)| OperatorCommand::ChangeFee {
        app: app(),
        fee: FeeTerms {
            basis_points,
            ..FeeTerms::default()
        },
        effective_from: at + TimeDelta::minutes(later),
        at,
    });
    let links = [100, 200].map(|basis_points| OperatorCommand::Link {
        link: link(name, basis_points, at),
        at,
    });
    let unlink = OperatorCommand::Unlink {
        app: app(),
        reason: "over".to_owned(),
        at,
    };
    let set = [100, 200].map(|basis_points| OperatorCommand::SetLink {
        link: link(name, basis_points, at),
        at,
    });
    let proposals = [(1, Side::App), (2, Side::App), (3, Side::Operator)];
    let proposals = proposals.map(|(number, by)| proposal_commands(number, by, name, at));
    changes
        .into_iter()
        .chain(links)
        .chain(set)
        .chain([unlink])
        .chain(proposals.into_iter().flatten())
        .collect()
}

fn proposal_commands(number: u128, by: Side, name: &str, at: DateTime<Utc>) -> Vec<OperatorCommand> {
    let (proposal, app) = (|| link_proposal(number), || app_id(name));
    let fee = FeeTerms {
        basis_points: if number == 1 { 100 } else { 200 },
        ..FeeTerms::default()
    };
    let mut commands = vec![OperatorCommand::ProposeLink {
        proposal: proposal(),
        app: app(),
        by,
        fee,
        shows_tickets: true,
        signed: "admin".to_owned(),
        at,
    }];
    for side in [Side::App, Side::Operator] {
        commands.push(OperatorCommand::AcceptLink {
            proposal: proposal(),
            app: app(),
            by: side,
            fee: Some(fee),
            shows_tickets: Some(true),
            signed: "admin".to_owned(),
            at,
        });
        commands.push(OperatorCommand::DeclineLink {
            proposal: proposal(),
            app: app(),
            by: side,
            reason: "too dear".to_owned(),
            at,
        });
    }
    commands
}

fn notice_commands(id: &str, at: DateTime<Utc>) -> Vec<OperatorCommand> {
    let active = TimeRange {
        start: None,
        end: None,
    };
    let alert = |effect| ServiceAlert {
        id: notice(id),
        header: Text::plain("Strike"),
        description: Text::plain("No buses."),
        effect,
        active,
    };
    vec![
        OperatorCommand::RaiseAlert {
            alert: alert(AlertEffect::FareFree),
            at,
        },
        OperatorCommand::RaiseAlert {
            alert: alert(AlertEffect::OtherEffect),
            at,
        },
        OperatorCommand::ClearAlert {
            alert: notice(id),
            at,
        },
        OperatorCommand::DeclareFareFree {
            period: FareFreePeriod {
                id: notice(id),
                header: None,
                description: None,
                active,
            },
            at,
        },
        OperatorCommand::Announce {
            alerts: vec![alert(AlertEffect::OtherEffect)],
            fare_free: vec![FareFreePeriod {
                id: notice(id),
                header: Some(Text::plain("Ride free")),
                description: None,
                active,
            }],
            at,
        },
        OperatorCommand::WithdrawFareFree {
            period: notice(id),
            at,
        },
    ]
}

pub(super) fn operator(at: DateTime<Utc>) -> Vec<OperatorCommand> {
    let declare = (0..3).map(|variant| OperatorCommand::Declare {
        declaration: Box::new(operator_declaration(variant, at)),
        at,
    });
    let others = [
        OperatorCommand::Suspend {
            reason: "licence".to_owned(),
            at,
        },
        OperatorCommand::Reinstate { reason: None, at },
        OperatorCommand::SetCharging {
            charging: Charging::Engine,
            at,
        },
    ];
    declare
        .chain((1..3).flat_map(|number| accounts::account_commands(number, at)))
        .chain(
            ["cityhop", "other"]
                .into_iter()
                .flat_map(|name| link_commands(name, at)),
        )
        .chain(
            ["strike", "holiday"]
                .into_iter()
                .flat_map(|id| notice_commands(id, at)),
        )
        .chain(others)
        .collect()
}

pub(crate) fn content(price: i64) -> CatalogContent {
    let value = FareOptionValue {
        id: "rider_regular".to_owned(),
        name: Text::plain("Regular"),
        description: None,
        alert: None,
    };
    CatalogContent {
        currency: domain::Currency::USD,
        options: vec![FareOption {
            option_type: "rider".to_owned(),
            label: Text::plain("Rider"),
            values: vec![value],
        }],
        fares: vec![fare("single", Product::SinglePass, price)],
        passes_per_order: None,
        not_for_sale: Vec::new(),
        caps: Vec::new(),
    }
}

fn location(id: &str, flat: i64) -> ParkingLocation {
    ParkingLocation {
        id: LocationId::parse(id).unwrap(),
        name: Text::plain("Pier"),
        position: GeoPoint {
            latitude_microdegrees: 48_200_000,
            longitude_microdegrees: 16_370_000,
        },
        address: None,
        entry: Entry::Open,
        capacity: None,
        rate: ParkingRate {
            currency: domain::Currency::USD,
            free_minutes: 0,
            flat,
            interval: None,
            daily_maximum: None,
        },
        tariff: None,
    }
}

pub(super) fn catalog(at: DateTime<Utc>) -> Vec<CatalogCommand> {
    let later = [None, Some(at + TimeDelta::minutes(2))];
    let mut commands = Vec::new();
    for effective_from in later {
        commands.extend([-1, 100, 200].map(|price| CatalogCommand::Publish {
            operator: operator_id("bus"),
            content: Box::new(content(price)),
            effective_from,
            source: CatalogSource::Admin,
            at,
        }));
        commands.extend([1, 2, 3].map(|to_version| CatalogCommand::RollBack {
            to_version,
            effective_from,
            at,
        }));
        commands.extend(
            [("pier", 100), ("pier", 200), ("mall", 100), ("mall", -1)].map(|(id, flat)| {
                CatalogCommand::PublishRates {
                    operator: operator_id("bus"),
                    location: Box::new(location(id, flat)),
                    effective_from,
                    at,
                }
            }),
        );
    }
    commands.extend(["pier", "mall"].map(|id| CatalogCommand::WithdrawLocation {
        location: LocationId::parse(id).unwrap(),
        at,
    }));
    commands
}
