//! The rules of an operator itself and of its announcements, by name. Those of accounts and links stand beside.

mod accounts;
mod links;
mod notices;
mod onboarding;
mod proposals;
mod tickets;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::{
    AppId, NoticeId, OperatorId, StripeAccountId,
    aggregate::replay,
    app::WebUrl,
    catalog::TimeRange,
    testing::{given, play},
    text::Text,
};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn cityhop() -> AppId {
    AppId::parse("cityhop").unwrap()
}

fn account(name: &str) -> StripeAccountId {
    StripeAccountId::parse(format!("acct_{name}")).unwrap()
}

fn percent(basis_points: u32) -> FeeTerms {
    FeeTerms {
        basis_points,
        ..FeeTerms::default()
    }
}

fn link(basis_points: u32, agreed: i64) -> LinkDeclaration {
    let consent = |by: &str| Consent {
        by: by.to_owned(),
        at: at(agreed),
    };
    LinkDeclaration {
        app: cityhop(),
        fee: percent(basis_points),
        consents: Consents {
            app: consent("admin_cityhop"),
            operator: consent("admin_bus"),
        },
        shows_tickets: true,
    }
}

fn profile() -> Profile {
    Profile {
        name: Text::plain("Big Blue Bus"),
        logo_url: None,
        country: Some("US".to_owned()),
        timezone: chrono_tz::America::Los_Angeles,
        region: Some(Text::plain("Santa Monica, CA")),
        website: Some(WebUrl::parse("https://www.bigbluebus.com").unwrap()),
        phone_number: None,
        email: None,
        location: Some(GeoPoint {
            latitude_microdegrees: 34_028_189,
            longitude_microdegrees: -118_489_176,
        }),
        service_day_cutoff_minutes: 180,
    }
}

fn bus() -> OperatorDeclaration {
    OperatorDeclaration {
        operator: OperatorId::parse("bigbluebus").unwrap(),
        kind: OperatorKind::Transit,
        profile: profile(),
        account: Some(account("bus")),
        charging: Some(Charging::Engine),
        requirements: Requirements::default(),
        refund_rules: RefundRules::default(),
        disputed_passes: super::DisputedPasses::default(),
        ticket_style: None,
        links: vec![link(100, 0)],
    }
}

fn declare(declaration: OperatorDeclaration, minute: i64) -> OperatorCommand {
    OperatorCommand::Declare {
        declaration: Box::new(declaration),
        at: at(minute),
    }
}

fn registered() -> OperatorEvent {
    OperatorEvent::Registered {
        operator: bus().operator,
        kind: bus().kind,
        profile: profile(),
        at: at(0),
    }
}

fn connected(name: &str, how: HowConnected) -> OperatorEvent {
    OperatorEvent::AccountConnected {
        account: account(name),
        app: None,
        how,
        evidence: Evidence::Declared,
        at: at(0),
    }
}

fn linked(basis_points: u32, minute: i64) -> OperatorEvent {
    let LinkDeclaration {
        app,
        fee,
        consents,
        shows_tickets,
    } = link(basis_points, minute);
    OperatorEvent::Linked {
        app,
        fee,
        consents,
        shows_tickets,
        proposal: None,
        at: at(minute),
    }
}

fn declared() -> Vec<OperatorEvent> {
    vec![
        registered(),
        connected("bus", HowConnected::Declared),
        linked(100, 0),
    ]
}

fn and(event: OperatorEvent) -> Vec<OperatorEvent> {
    [declared(), vec![event]].concat()
}

fn range(start: i64, end: i64) -> TimeRange {
    TimeRange {
        start: Some(at(start)),
        end: Some(at(end)),
    }
}

fn notice(id: &str) -> NoticeId {
    NoticeId::parse(id).unwrap()
}

fn alert(effect: AlertEffect) -> ServiceAlert {
    ServiceAlert {
        id: notice("strike"),
        header: Text::plain("Strike"),
        description: Text::plain("No buses."),
        effect,
        active: range(10, 20),
    }
}

#[test]
fn a_declaration_registers_an_operator_with_everything_it_says() {
    given::<Operator>([]).when(declare(bus(), 0)).then(declared());
}

#[test]
fn declaring_the_same_again_records_nothing() {
    given::<Operator>(declared())
        .when(declare(bus(), 1))
        .then_nothing();
}

#[test]
fn a_declaration_records_only_what_differs() {
    let style = TicketStyle {
        background: Rgb(0, 0, 99),
        foreground: Rgb(255, 255, 255),
        accent: Rgb(9, 9, 9),
        logo: None,
    };
    let requirements = Requirements {
        requires_linked_account: false,
        users_api_fields: [UserField::LicensePlate].into(),
        permission_page: None,
    };
    let rules = RefundRules {
        unused_for_minutes: Some(60),
        returns_engine_fee: false,
        ..RefundRules::default()
    };
    let charging = Charging::Operator {
        webhook: None,
        charge_within_seconds: None,
    };
    let profile = Profile {
        name: Text::plain("The Big Blue Bus"),
        ..profile()
    };
    let wanted = OperatorDeclaration {
        kind: OperatorKind::TransitAndParking,
        profile: profile.clone(),
        account: None,
        charging: Some(charging.clone()),
        requirements: requirements.clone(),
        refund_rules: rules,
        ticket_style: Some(style.clone()),
        links: Vec::new(),
        ..bus()
    };
    given::<Operator>(declared()).when(declare(wanted, 1)).then([
        OperatorEvent::KindChanged {
            kind: OperatorKind::TransitAndParking,
            at: at(1),
        },
        OperatorEvent::ProfileChanged { profile, at: at(1) },
        OperatorEvent::ChargingSet { charging, at: at(1) },
        OperatorEvent::RequirementsSet {
            requirements,
            at: at(1),
        },
        OperatorEvent::RefundRulesSet { rules, at: at(1) },
        OperatorEvent::TicketStyleSet {
            style: Some(style),
            at: at(1),
        },
    ]);
}

#[test]
fn only_a_declaration_makes_an_operator() {
    given::<Operator>([])
        .when(OperatorCommand::Reinstate {
            reason: None,
            at: at(0),
        })
        .then_rejected(OperatorRejection::NotRegistered);
}

#[test]
fn a_declaration_that_cannot_stand_is_refused_for_its_first_reason() {
    let insecure = Charging::Operator {
        webhook: Some(WebUrl::parse("http://bus.example/hook").unwrap()),
        charge_within_seconds: None,
    };
    let mut wanted = OperatorDeclaration {
        operator: OperatorId::parse("another").unwrap(),
        profile: Profile {
            name: Text::plain(""),
            country: Some("us".to_owned()),
            ..profile()
        },
        charging: Some(insecure.clone()),
        links: vec![link(100, 0), link(200, 0)],
        ..bus()
    };
    let refused = |wanted: &OperatorDeclaration, reason: OperatorRejection| {
        given::<Operator>(declared())
            .when(declare(wanted.clone(), 1))
            .then_rejected(reason);
    };
    refused(&wanted, OperatorRejection::AnotherOperator);
    wanted.operator = bus().operator;
    refused(&wanted, ProfileProblem::BlankName.into());
    wanted.profile.name = profile().name;
    refused(&wanted, ProfileProblem::NotACountry.into());
    wanted.profile.country = None;
    wanted.profile.location = Some(GeoPoint {
        latitude_microdegrees: 0,
        longitude_microdegrees: -180_000_001,
    });
    refused(&wanted, ProfileProblem::LocationOutOfRange.into());
    wanted.profile.location = None;
    wanted.profile.service_day_cutoff_minutes = 1_440;
    refused(&wanted, ProfileProblem::CutoffOutOfRange.into());
    wanted.profile.service_day_cutoff_minutes = 0;
    refused(&wanted, OperatorRejection::WebhookNotSecure);
    wanted.charging = Some(Charging::Engine);
    wanted.requirements.permission_page = WebUrl::parse("http://park.example/permission").ok();
    refused(&wanted, OperatorRejection::PermissionPageNotSecure);
    wanted.requirements.permission_page = None;
    refused(&wanted, OperatorRejection::LinkedTwice { app: cityhop() });
    given::<Operator>(declared())
        .when(OperatorCommand::SetCharging {
            charging: insecure,
            at: at(1),
        })
        .then_rejected(OperatorRejection::WebhookNotSecure);
    for seconds in [0, 86_401] {
        let charging = Charging::Operator {
            webhook: None,
            charge_within_seconds: Some(seconds),
        };
        given::<Operator>(declared())
            .when(OperatorCommand::SetCharging { charging, at: at(1) })
            .then_rejected(OperatorRejection::ChargingTimeOutOfRange);
    }
}

#[test]
fn an_operator_is_suspended_and_reinstated_once_each() {
    let suspend = |minute| OperatorCommand::Suspend {
        reason: "licence".to_owned(),
        at: at(minute),
    };
    let suspended = OperatorEvent::Suspended {
        reason: "licence".to_owned(),
        at: at(1),
    };
    given::<Operator>(declared())
        .when(OperatorCommand::Reinstate {
            reason: None,
            at: at(1),
        })
        .then_nothing();
    given::<Operator>(declared())
        .when(suspend(1))
        .then([suspended.clone()]);
    given::<Operator>(and(suspended.clone()))
        .when(suspend(2))
        .then_nothing();
    given::<Operator>(and(suspended))
        .when(OperatorCommand::Reinstate {
            reason: None,
            at: at(2),
        })
        .then([OperatorEvent::Reinstated {
            reason: None,
            at: at(2),
        }]);
}

#[test]
fn who_charges_is_set_once() {
    let charging = Charging::Operator {
        webhook: None,
        charge_within_seconds: None,
    };
    let set = || OperatorCommand::SetCharging {
        charging: charging.clone(),
        at: at(1),
    };
    let event = OperatorEvent::ChargingSet {
        charging: charging.clone(),
        at: at(1),
    };
    given::<Operator>(declared()).when(set()).then([event.clone()]);
    given::<Operator>(and(event.clone())).when(set()).then_nothing();
    // A file that says nothing about it leaves it.
    let unsaid = OperatorDeclaration {
        charging: None,
        ..bus()
    };
    given::<Operator>(and(event))
        .when(declare(unsaid, 2))
        .then_nothing();
}

#[test]
fn a_history_that_nobody_could_have_decided_stops_the_stream() {
    let at = at(1);
    for event in [
        registered(),
        connected("other", HowConnected::Declared),
        linked(200, 1),
        OperatorEvent::FeeChanged {
            app: AppId::parse("no").unwrap(),
            fee: percent(1),
            effective_from: at,
            at,
        },
        OperatorEvent::Reinstated { reason: None, at },
        OperatorEvent::ServiceAlertCleared {
            alert: notice("no"),
            at,
        },
        OperatorEvent::AccountDeauthorized {
            account: account("no"),
            app: None,
            evidence: Evidence::Reply,
            at,
        },
        OperatorEvent::OnboardingStarted {
            account: account("bus"),
            app: None,
            attempt: None,
            at,
        },
    ] {
        assert!(replay::<Operator>(&and(event.clone())).is_err(), "{event:?}");
    }
    assert!(replay::<Operator>(&[linked(1, 1)]).is_err());
}
