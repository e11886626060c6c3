//! Events of apps and operators.

use domain::{
    ApiKeyId, StripeCallKey,
    app::{AppEvent, DeclaredKey, KeyKind, Origin, WebUrl},
    catalog::TimeRange,
    operator::{
        AccountKind, AccountStatus, AlertEffect, Charging, Consent, Consents, DisputedPasses, Evidence,
        FareFreePeriod, FeeTerms, GeoPoint, HowConnected, OperatorEvent, OperatorKind, Profile, RefundRules,
        Requirements, Rgb, ServiceAlert, Side, TicketLogo, TicketStyle, UserField,
    },
    text::Text,
};

use super::samples;
use crate::{
    commands::{key, platform},
    fixtures::{account, app as app_id, at, link_proposal, notice, onboarding, operator as operator_id},
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

fn requirements_set(permission_page: Option<&str>) -> OperatorEvent {
    OperatorEvent::RequirementsSet {
        requirements: Requirements {
            requires_linked_account: true,
            users_api_fields: [
                UserField::StripeCustomer,
                UserField::LicensePlate,
                UserField::Email,
            ]
            .into(),
            permission_page: permission_page.map(url),
        },
        at: at(1),
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
        KeyRetired: [AppEvent::KeyRetired {
            key: ApiKeyId::parse("server").unwrap(),
            successor: ApiKeyId::parse("server-2").unwrap(),
            until: at(60),
            at: at(1),
        }],
        KeyRevoked: [AppEvent::KeyRevoked { key: ApiKeyId::parse("server").unwrap(), at: at(1) }],
        Suspended: [AppEvent::Suspended { reason: "chargebacks".to_owned(), at: at(1) }],
        Reinstated: [AppEvent::Reinstated { at: at(2) }],
    }
}

const RULES: RefundRules = RefundRules {
    unused_for_minutes: Some(60),
    returns_engine_fee: true,
    gives_back_used: false,
    within_minutes: None,
    gives_back_parts_of_books: false,
};

/// Rules in which everything is said that can be said.
pub(super) const FULL_RULES: RefundRules = RefundRules {
    gives_back_used: true,
    within_minutes: Some(1_440),
    gives_back_parts_of_books: true,
    ..RULES
};

pub(super) fn text(default: &str, spanish: &str) -> Text {
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
        ..AccountStatus::default()
    }
}

fn full_status() -> AccountStatus {
    AccountStatus {
        past_due: ["external_account".to_owned()].into(),
        eventually_due: ["business_profile.url".to_owned()].into(),
        current_deadline: Some(at(90)),
        capabilities: [("card_payments".to_owned(), "active".to_owned())].into(),
        country: Some("US".to_owned()),
        default_currency: Some(domain::Currency::USD),
        ..status()
    }
}

fn consent() -> Consent {
    Consent {
        by: "admin".to_owned(),
        at: at(0),
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

pub(super) fn some_time() -> TimeRange {
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
        AccountRequested: [
            OperatorEvent::AccountRequested {
                attempt: onboarding(1),
                app: app_id("cityhop"),
                platform: account("acct_cityhop"),
                kind: AccountKind::Standard,
                country: Some("US".to_owned()),
                key: StripeCallKey::derive(onboarding(1).as_str(), "account", 1),
                at: at(0),
            },
            OperatorEvent::AccountRequested {
                attempt: onboarding(1),
                app: app_id("cityhop"),
                platform: account("acct_cityhop"),
                kind: AccountKind::Express,
                country: None,
                key: StripeCallKey::derive(onboarding(1).as_str(), "account", 1),
                at: at(0),
            },
        ],
        AccountRequestRefused: [OperatorEvent::AccountRequestRefused {
            attempt: onboarding(1),
            code: "country_unsupported".to_owned(),
            at: at(1),
        }],
        OnboardingStarted: [
            OperatorEvent::OnboardingStarted { account: account("acct_bus"), app: None, attempt: None, at: at(0) },
            OperatorEvent::OnboardingStarted {
                account: account("acct_bus"),
                app: Some(app_id("cityhop")),
                attempt: Some(onboarding(1)),
                at: at(1),
            },
        ],
        OauthStarted: [OperatorEvent::OauthStarted {
            attempt: onboarding(1),
            app: app_id("cityhop"),
            expires_at: at(60),
            at: at(0),
        }],
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
        },
        OperatorEvent::AccountStatusReported {
            account: account("acct_bus"),
            status: full_status(),
            evidence: webhook(),
            as_of: at(1),
            at: at(2),
        }],
        AccountDeauthorized: [
            OperatorEvent::AccountDeauthorized { account: account("acct_bus"), app: Some(app_id("cityhop")), evidence: webhook(), at: at(3) },
            OperatorEvent::AccountDeauthorized { account: account("acct_bus"), app: None, evidence: Evidence::Declared, at: at(3) },
        ],
        LinkProposed: [OperatorEvent::LinkProposed {
            proposal: link_proposal(1),
            app: app_id("cityhop"),
            by: Side::App,
            fee: fee(),
            shows_tickets: true,
            consent: consent(),
            at: at(0),
        }],
        LinkDeclined: [OperatorEvent::LinkDeclined {
            proposal: link_proposal(1),
            app: app_id("cityhop"),
            by: Side::Operator,
            reason: "too dear".to_owned(),
            at: at(1),
        }],
        Linked: [
            OperatorEvent::Linked { app: app_id("cityhop"), fee: fee(), consents: consents(), shows_tickets: true, proposal: None, at: at(0) },
            OperatorEvent::Linked {
                app: app_id("cityhop"),
                fee: fee(),
                consents: consents(),
                shows_tickets: true,
                proposal: Some(link_proposal(1)),
                at: at(1),
            },
        ],
        FeeChanged: [OperatorEvent::FeeChanged {
            app: app_id("cityhop"),
            fee: FeeTerms { minimum: None, maximum: None, ..fee() },
            effective_from: at(60),
            at: at(1),
        }],
        TicketDisplaySet: [OperatorEvent::TicketDisplaySet { app: app_id("cityhop"), shows_tickets: false, at: at(1) }],
        Unlinked: [OperatorEvent::Unlinked { app: app_id("cityhop"), reason: "over".to_owned(), at: at(1) }],
        Suspended: [OperatorEvent::Suspended { reason: "licence".to_owned(), at: at(1) }],
        Reinstated: [
            OperatorEvent::Reinstated { reason: None, at: at(2) },
            OperatorEvent::Reinstated { reason: Some("papers are in order".to_owned()), at: at(2) },
        ],
        ServiceAlertRaised: [alert(AlertEffect::FareFree, some_time()), alert(AlertEffect::OtherEffect, OPEN)],
        ServiceAlertCleared: [OperatorEvent::ServiceAlertCleared { alert: notice("strike"), at: at(2) }],
        FareFreeDeclared: [fare_free(None), fare_free(Some("Earth Day"))],
        FareFreeWithdrawn: [OperatorEvent::FareFreeWithdrawn { period: notice("earth_day"), at: at(1) }],
        ChargingSet: [
            OperatorEvent::ChargingSet { charging: Charging::Engine, at: at(1) },
            OperatorEvent::ChargingSet { charging: Charging::Operator { webhook: Some(url("https://bus.example/hook")), charge_within_seconds: None }, at: at(1) },
            OperatorEvent::ChargingSet { charging: Charging::Operator { webhook: None, charge_within_seconds: Some(120) }, at: at(1) },
        ],
        RequirementsSet: [requirements_set(None), requirements_set(Some("https://park.example/permission"))],
        RefundRulesSet: [
            OperatorEvent::RefundRulesSet { rules: RULES, at: at(1) },
            OperatorEvent::RefundRulesSet { rules: FULL_RULES, at: at(1) },
        ],
        DisputedPassesSet: [OperatorEvent::DisputedPassesSet { passes: DisputedPasses::Keep, at: at(1) },
            OperatorEvent::DisputedPassesSet { passes: DisputedPasses::Suspend, at: at(1) }, OperatorEvent::DisputedPassesSet { passes: DisputedPasses::VoidIfLost, at: at(1) }],
        TicketStyleSet: [
            OperatorEvent::TicketStyleSet { style: Some(STYLE), at: at(1) },
            OperatorEvent::TicketStyleSet { style: None, at: at(1) },
            OperatorEvent::TicketStyleSet { style: Some(style_with_logo()), at: at(1) },
        ],
    }
}
