//! Events of apps, operators and catalogs.

use domain::{
    ApiKeyId, Currency, LocationId,
    app::{AppEvent, DeclaredKey, KeyKind, Origin, WebUrl},
    catalog::{
        Alert, CapPeriod, CatalogContent, CatalogEvent, CatalogSource, Entry, Fare, FareCap, FareOption,
        FareOptionValue, IntervalPrice, ParkingLocation, ParkingRate, Product, Restriction, TimeRange,
        Validity,
    },
    operator::{
        AccountStatus, AlertEffect, Charging, Consent, Consents, Evidence, FareFreePeriod, FeeTerms,
        GeoPoint, HowConnected, OperatorEvent, OperatorKind, Profile, RefundRules, Requirements, Rgb,
        ServiceAlert, TicketLogo, TicketStyle, UserField,
    },
    text::Text,
};

use super::samples;
use crate::{
    commands::{content, key, platform},
    fixtures::{account, app as app_id, at, fare, fare_id, notice, operator as operator_id, usd},
};

fn url(text: &str) -> WebUrl {
    WebUrl::parse(text).unwrap()
}

fn key_of(kind: KeyKind, id: &str, digit: char) -> AppEvent {
    AppEvent::KeyIssued {
        key: DeclaredKey {
            kind,
            ..key(id, digit)
        },
        at: at(0),
    }
}

samples! {
    fn app() -> AppEvent {
        Registered: [AppEvent::Registered { app: app_id("cityhop"), name: "CityHop".to_owned(), at: at(0) }],
        Renamed: [AppEvent::Renamed { name: "City Hop".to_owned(), at: at(1) }],
        JwksUrlSet: [
            AppEvent::JwksUrlSet { url: Some(url("https://cityhop.example/jwks.json")), at: at(0) },
            AppEvent::JwksUrlSet { url: None, at: at(0) },
        ],
        OriginsSet: [AppEvent::OriginsSet { origins: [Origin::parse("https://cityhop.example").unwrap()].into(), at: at(0) }],
        RedemptionLinkSet: [
            AppEvent::RedemptionLinkSet { prefix: Some(url("https://cityhop.example/redeem")), at: at(0) },
            AppEvent::RedemptionLinkSet { prefix: None, at: at(0) },
        ],
        PlatformConnected: [AppEvent::PlatformConnected { platform: platform("acct_cityhop"), at: at(0) }],
        PlatformChanged: [AppEvent::PlatformChanged { platform: platform("acct_other"), at: at(1) }],
        PlatformDisconnected: [AppEvent::PlatformDisconnected { at: at(1) }],
        KeyIssued: [
            key_of(KeyKind::Publishable, "web", 'a'),
            key_of(KeyKind::Secret, "server", 'b'),
            key_of(KeyKind::ServerToken, "jwt", 'c'),
        ],
        KeyRevoked: [AppEvent::KeyRevoked { key: ApiKeyId::parse("server").unwrap(), at: at(1) }],
        Suspended: [AppEvent::Suspended { reason: "chargebacks".to_owned(), at: at(1) }],
        Reinstated: [AppEvent::Reinstated { at: at(2) }],
    }
}

fn text(default: &str, spanish: &str) -> Text {
    Text {
        default: default.to_owned(),
        language: None,
        translations: [("es".to_owned(), spanish.to_owned())].into(),
    }
}

fn profile() -> Profile {
    Profile {
        name: Text::plain("Big Blue Bus"),
        logo_url: Some(url("https://bus.example/logo.png")),
        country: Some("US".to_owned()),
        timezone: chrono_tz::America::Los_Angeles,
        region: Some(Text::plain("Santa Monica, CA")),
        website: Some(url("https://bus.example")),
        phone_number: Some("+1 310 555 0100".to_owned()),
        email: Some("info@bus.example".to_owned()),
        location: Some(GeoPoint {
            latitude_microdegrees: 34_028_189,
            longitude_microdegrees: -118_489_176,
        }),
        service_day_cutoff_minutes: 180,
    }
}

/// An operator that has said which language its texts are in.
fn polish_profile() -> Profile {
    let name = Text {
        default: "Linia".to_owned(),
        language: Some("pl".to_owned()),
        translations: [("en".to_owned(), "Line".to_owned())].into(),
    };
    Profile { name, ..profile() }
}

fn bare_profile() -> Profile {
    Profile {
        logo_url: None,
        country: None,
        region: None,
        website: None,
        phone_number: None,
        email: None,
        location: None,
        ..profile()
    }
}

fn fee() -> FeeTerms {
    FeeTerms {
        basis_points: 250,
        fixed: 10,
        minimum: Some(20),
        maximum: Some(500),
    }
}

fn consents() -> Consents {
    let consent = |by: &str| Consent {
        by: by.to_owned(),
        at: at(0),
    };
    Consents {
        app: consent("admin_cityhop"),
        operator: consent("admin_bus"),
    }
}

fn status() -> AccountStatus {
    AccountStatus {
        charges_enabled: false,
        payouts_enabled: false,
        details_submitted: true,
        currently_due: ["external_account".to_owned()].into(),
        disabled_reason: Some("requirements.past_due".to_owned()),
    }
}

fn connected(how: HowConnected, evidence: Evidence, for_app: bool) -> OperatorEvent {
    let app = for_app.then(|| app_id("cityhop"));
    OperatorEvent::AccountConnected {
        account: account("acct_bus"),
        app,
        how,
        evidence,
        at: at(0),
    }
}

fn webhook() -> Evidence {
    Evidence::Webhook {
        event: "evt_1".to_owned(),
    }
}

fn alert(effect: AlertEffect, active: TimeRange) -> OperatorEvent {
    let (header, description) = (text("Strike", "Huelga"), Text::plain("No buses."));
    let alert = ServiceAlert {
        id: notice("strike"),
        header,
        description,
        effect,
        active,
    };
    OperatorEvent::ServiceAlertRaised { alert, at: at(0) }
}

fn fare_free(header: Option<&str>) -> OperatorEvent {
    let period = FareFreePeriod {
        id: notice("earth_day"),
        header: header.map(|header| text(header, "Día de la Tierra")),
        description: header.map(|_| Text::plain("All rides are free.")),
        active: some_time(),
    };
    OperatorEvent::FareFreeDeclared { period, at: at(0) }
}

fn some_time() -> TimeRange {
    TimeRange {
        start: Some(at(10)),
        end: Some(at(20)),
    }
}

const OPEN: TimeRange = TimeRange {
    start: None,
    end: None,
};
const STYLE: TicketStyle = TicketStyle {
    background: Rgb(0, 0, 99),
    foreground: Rgb(255, 255, 255),
    accent: Rgb(9, 9, 9),
    logo: None,
};

fn style_with_logo() -> TicketStyle {
    let dot = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==";
    TicketStyle {
        logo: Some(TicketLogo::parse(dot).unwrap()),
        ..STYLE
    }
}

samples! {
    fn operator() -> OperatorEvent {
        Registered: [
            OperatorEvent::Registered { operator: operator_id("bus"), kind: OperatorKind::Transit, profile: profile(), at: at(0) },
            OperatorEvent::Registered { operator: operator_id("lot"), kind: OperatorKind::Parking, profile: bare_profile(), at: at(0) },
        ],
        KindChanged: [OperatorEvent::KindChanged { kind: OperatorKind::TransitAndParking, at: at(1) }],
        ProfileChanged: [
            OperatorEvent::ProfileChanged { profile: profile(), at: at(1) },
            OperatorEvent::ProfileChanged { profile: polish_profile(), at: at(1) },
        ],
        OnboardingStarted: [OperatorEvent::OnboardingStarted { account: account("acct_bus"), at: at(0) }],
        AccountConnected: [
            connected(HowConnected::Declared, Evidence::Declared, false),
            connected(HowConnected::Onboarded, webhook(), false),
            connected(HowConnected::Oauth, Evidence::Reply, true),
        ],
        AccountStatusReported: [OperatorEvent::AccountStatusReported {
            account: account("acct_bus"),
            status: status(),
            evidence: webhook(),
            as_of: at(1),
            at: at(2),
        }],
        AccountDeauthorized: [
            OperatorEvent::AccountDeauthorized { account: account("acct_bus"), app: Some(app_id("cityhop")), evidence: webhook(), at: at(3) },
            OperatorEvent::AccountDeauthorized { account: account("acct_bus"), app: None, evidence: Evidence::Declared, at: at(3) },
        ],
        Linked: [OperatorEvent::Linked { app: app_id("cityhop"), fee: fee(), consents: consents(), shows_tickets: true, at: at(0) }],
        FeeChanged: [OperatorEvent::FeeChanged {
            app: app_id("cityhop"),
            fee: FeeTerms { minimum: None, maximum: None, ..fee() },
            effective_from: at(60),
            at: at(1),
        }],
        TicketDisplaySet: [OperatorEvent::TicketDisplaySet { app: app_id("cityhop"), shows_tickets: false, at: at(1) }],
        Unlinked: [OperatorEvent::Unlinked { app: app_id("cityhop"), reason: "over".to_owned(), at: at(1) }],
        Suspended: [OperatorEvent::Suspended { reason: "licence".to_owned(), at: at(1) }],
        Reinstated: [OperatorEvent::Reinstated { at: at(2) }],
        ServiceAlertRaised: [alert(AlertEffect::FareFree, some_time()), alert(AlertEffect::OtherEffect, OPEN)],
        ServiceAlertCleared: [OperatorEvent::ServiceAlertCleared { alert: notice("strike"), at: at(2) }],
        FareFreeDeclared: [fare_free(None), fare_free(Some("Earth Day"))],
        FareFreeWithdrawn: [OperatorEvent::FareFreeWithdrawn { period: notice("earth_day"), at: at(1) }],
        ChargingSet: [
            OperatorEvent::ChargingSet { charging: Charging::Engine, at: at(1) },
            OperatorEvent::ChargingSet { charging: Charging::Operator { webhook: Some(url("https://bus.example/hook")) }, at: at(1) },
        ],
        RequirementsSet: [OperatorEvent::RequirementsSet {
            requirements: Requirements {
                requires_linked_account: true,
                users_api_fields: [UserField::StripeCustomer, UserField::LicensePlate, UserField::Email].into(),
            },
            at: at(1),
        }],
        RefundRulesSet: [OperatorEvent::RefundRulesSet {
            rules: RefundRules { unused_for_minutes: Some(60), returns_engine_fee: true },
            at: at(1),
        }],
        TicketStyleSet: [
            OperatorEvent::TicketStyleSet { style: Some(STYLE), at: at(1) },
            OperatorEvent::TicketStyleSet { style: None, at: at(1) },
            OperatorEvent::TicketStyleSet { style: Some(style_with_logo()), at: at(1) },
        ],
    }
}

/// A fare in which everything is said that can be said.
fn full_fare() -> Fare {
    let alert = Alert {
        text: text("Bring proof.", "Traiga prueba."),
        label: Some(Text::plain("Proof")),
    };
    Fare {
        discounted_price: Some(usd(300)),
        validity: Validity::ServiceDays { days: 1 },
        usable: vec![some_time()],
        restriction: Some(Restriction {
            label: Text::plain("Restricted"),
            text: Text::plain("Ask the agency."),
        }),
        login_required: true,
        limit_per_order: Some(5),
        alert: Some(alert),
        ..fare("book", Product::PassBook { passes: 3 }, 350)
    }
}

fn full_content() -> CatalogContent {
    let alert = Alert {
        text: Text::plain("Bring proof."),
        label: None,
    };
    let value = FareOptionValue {
        id: "rider_regular".to_owned(),
        name: text("Regular", "Regular"),
        description: Some(Text::plain("Everybody")),
        alert: Some(alert),
    };
    let monthly = Fare {
        validity: Validity::CalendarMonths { months: 1 },
        options: Vec::new(),
        cap_group: None,
        ..fare("monthly", Product::SinglePass, 5_000)
    };
    CatalogContent {
        currency: Currency::USD,
        options: vec![FareOption {
            option_type: "rider".to_owned(),
            label: Text::plain("Rider"),
            values: vec![value],
        }],
        fares: vec![full_fare(), monthly],
        passes_per_order: None,
        not_for_sale: Vec::new(),
        caps: Vec::new(),
    }
}

fn capped_content() -> CatalogContent {
    let cap = |period, amount, replacement| FareCap {
        group: "local".to_owned(),
        period,
        limit: usd(amount),
        replacement: fare_id(replacement),
    };
    let lasting = |id, days| Fare {
        validity: Validity::ServiceDays { days },
        ..fare(id, Product::SinglePass, 1_500)
    };
    CatalogContent {
        fares: vec![
            full_fare(),
            lasting("day", 1),
            lasting("week", 7),
            lasting("month", 31),
        ],
        not_for_sale: vec![fare_id("day"), fare_id("week")],
        caps: vec![
            cap(CapPeriod::ServiceDay, 500, "day"),
            cap(CapPeriod::ServiceWeek, 1_800, "week"),
            cap(CapPeriod::CalendarMonth, 6_000, "month"),
        ],
        ..full_content()
    }
}

fn published(version: u32, content: CatalogContent, source: CatalogSource) -> CatalogEvent {
    CatalogEvent::Published {
        operator: operator_id("bus"),
        version,
        effective_from: at(60),
        content,
        source,
        at: at(0),
    }
}

fn rates(entry: Entry, full: bool) -> CatalogEvent {
    let rate = ParkingRate {
        currency: Currency::USD,
        free_minutes: 15,
        flat: 100,
        interval: full.then_some(IntervalPrice {
            minutes: 30,
            price: 50,
        }),
        daily_maximum: full.then_some(1_500),
    };
    let location = ParkingLocation {
        id: LocationId::parse("pier").unwrap(),
        name: Text::plain("Pier"),
        position: GeoPoint {
            latitude_microdegrees: 34_000_000,
            longitude_microdegrees: -118_000_000,
        },
        address: full.then(|| Text::plain("1 Pier Road")),
        entry,
        capacity: full.then_some(40),
        rate,
    };
    CatalogEvent::RatesPublished {
        operator: operator_id("lot"),
        version: 1,
        effective_from: at(0),
        location,
        at: at(0),
    }
}

samples! {
    fn catalog() -> CatalogEvent {
        Published: [
            published(1, content(125), CatalogSource::Marketplace),
            published(2, full_content(), CatalogSource::Admin),
            published(3, CatalogContent { fares: Vec::new(), ..content(125) }, CatalogSource::Gtfs),
            published(4, CatalogContent { passes_per_order: Some(20), ..content(125) }, CatalogSource::Marketplace),
            published(5, capped_content(), CatalogSource::Marketplace),
        ],
        RolledBack: [CatalogEvent::RolledBack { to_version: 1, effective_from: at(90), at: at(80) }],
        RatesPublished: [rates(Entry::Open, false), rates(Entry::Gated, true)],
        LocationWithdrawn: [CatalogEvent::LocationWithdrawn { location: LocationId::parse("pier").unwrap(), at: at(1) }],
    }
}
