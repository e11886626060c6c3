//! A small marketplace: the app `cityhop` and the operator `bigbluebus`, which takes payments.

use std::{collections::BTreeSet, time::Duration};

use chrono::DateTime;
use domain::{
    AppId, Currency, FareId, OperatorId, StripeAccountId,
    app::{AppDeclaration, Platform, StripePublishableKey, WebUrl},
    catalog::{CapPeriod, CatalogContent, Fare, FareCap, Product, Restriction, Validity},
    operator::{
        Charging, Consent, Consents, DisputedPasses, FeeTerms, LinkDeclaration, OperatorDeclaration,
        OperatorKind, Profile, RefundRules, Requirements,
    },
    text::Text,
};
use engine::Declaration;
use stripe_sim::Control;

use crate::world::usd;

pub(crate) const STRIPE_KEY: &str = "sk_test_cityhop";
pub(crate) const ACCOUNT: &str = "acct_bigbluebus";
pub(crate) const SINGLE: &str = "regular_single_ride";
pub(crate) const BOOK: &str = "ten_ride_book";
pub(crate) const FREE: &str = "free_ride";
/// A ride that counts towards the cap of 5.00 a day.
pub(crate) const CAPPED: &str = "capped_ride";
/// What replaces rides that reach the cap, and nobody can buy.
pub(crate) const DAY: &str = "day_of_rides";
const GROUP: &str = "local";
pub(crate) const SENIOR: &str = "senior_single_ride";
/// Until when an app may give back what was not used.
pub(crate) const REFUNDABLE_FOR: Duration = Duration::from_hours(24);

pub(crate) fn app() -> AppId {
    AppId::parse("cityhop").unwrap()
}

pub(crate) fn operator() -> OperatorId {
    OperatorId::parse("bigbluebus").unwrap()
}

/// The app, the operator, their link, and what is sold.
pub(crate) fn marketplace() -> Declaration {
    let fares = vec![
        fare(SINGLE, 250, Product::SinglePass),
        fare(BOOK, 2_001, Product::PassBook { passes: 10 }),
        fare(FREE, 0, Product::SinglePass),
        Fare {
            cap_group: Some(GROUP.to_owned()),
            ..fare(CAPPED, 250, Product::SinglePass)
        },
        Fare {
            validity: Validity::ServiceDays { days: 1 },
            ..fare(DAY, 500, Product::SinglePass)
        },
        Fare {
            restriction: Some(Restriction {
                label: Text::plain("Seniors"),
                text: Text::plain("For riders of 65 and more."),
            }),
            ..fare(SENIOR, 0, Product::SinglePass)
        },
    ];
    let catalog = CatalogContent {
        currency: Currency::USD,
        options: vec![],
        fares,
        passes_per_order: None,
        not_for_sale: vec![FareId::parse(DAY).unwrap()],
        caps: vec![FareCap {
            group: GROUP.to_owned(),
            period: CapPeriod::ServiceDay,
            limit: usd(500),
            replacement: FareId::parse(DAY).unwrap(),
        }],
    };
    Declaration {
        apps: vec![declared_app()],
        operators: vec![declared_operator()],
        notices: vec![],
        catalogs: vec![(operator(), catalog)],
        locations: vec![],
    }
}

fn declared_app() -> AppDeclaration {
    let platform = Control::platform_of(STRIPE_KEY).unwrap();
    AppDeclaration {
        app: app(),
        name: "CityHop".to_owned(),
        jwks_url: None,
        origins: BTreeSet::new(),
        platform: Some(Platform {
            account: StripeAccountId::parse(platform).unwrap(),
            publishable_key: StripePublishableKey::parse("pk_test_cityhop".to_owned()).unwrap(),
        }),
        redemption_prefix: Some(WebUrl::parse("https://cityhop.example/redeem").unwrap()),
        keys: vec![],
    }
}

fn declared_operator() -> OperatorDeclaration {
    let consent = |by: &str| Consent {
        by: by.to_owned(),
        at: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
    };
    OperatorDeclaration {
        operator: operator(),
        kind: OperatorKind::TransitAndParking,
        profile: Profile {
            name: Text::plain("Big Blue Bus"),
            logo_url: None,
            country: Some("US".to_owned()),
            timezone: chrono_tz::America::Los_Angeles,
            region: None,
            website: None,
            phone_number: None,
            email: None,
            location: None,
            service_day_cutoff_minutes: 180,
        },
        account: Some(StripeAccountId::parse(ACCOUNT).unwrap()),
        charging: Some(Charging::Engine),
        requirements: Requirements::default(),
        refund_rules: RefundRules {
            unused_for_minutes: Some(u32::try_from(REFUNDABLE_FOR.as_secs() / 60).unwrap()),
            ..RefundRules::default()
        },
        disputed_passes: DisputedPasses::default(),
        ticket_style: None,
        links: vec![LinkDeclaration {
            app: app(),
            // A tenth, so that what comes back of it can be told at a glance.
            fee: FeeTerms {
                basis_points: 1_000,
                ..FeeTerms::default()
            },
            consents: Consents {
                app: consent("app:cityhop"),
                operator: consent("operator:bigbluebus"),
            },
            shows_tickets: true,
        }],
    }
}

fn fare(id: &str, price: i64, product: Product) -> Fare {
    Fare {
        id: FareId::parse(id).unwrap(),
        name: Text::plain(id),
        description: Text::plain("A ride."),
        product,
        price: usd(price),
        discounted_price: None,
        options: vec![],
        validity: Validity::Duration { minutes: 30 },
        usable: vec![],
        restriction: None,
        login_required: false,
        limit_per_order: None,
        alert: None,
        cap_group: None,
        transferable: true,
        refund_rules: None,
    }
}
