//! What is asked about an operator's account.

use chrono::{DateTime, TimeDelta, Utc};
use domain::operator::{AccountKind, AccountStatus, Evidence, HowConnected, OperatorCommand};

use crate::fixtures::{account, app as app_id, onboarding};

pub(super) fn account_commands(number: u32, at: DateTime<Utc>) -> Vec<OperatorCommand> {
    let account = || account(&format!("acct_{number}"));
    let evidence = || Evidence::Reply;
    let status = |charges_enabled| AccountStatus {
        charges_enabled,
        payouts_enabled: false,
        details_submitted: charges_enabled,
        ..AccountStatus::default()
    };
    let mut commands = vec![OperatorCommand::StartOnboarding {
        account: account(),
        attempt: None,
        at,
    }];
    let attempt = || onboarding(u128::from(number));
    commands.push(OperatorCommand::RequestAccount {
        attempt: attempt(),
        app: app_id("cityhop"),
        platform: crate::fixtures::account("acct_cityhop"),
        kind: AccountKind::Standard,
        country: Some("US".to_owned()),
        at,
    });
    commands.push(OperatorCommand::StartOnboarding {
        account: account(),
        attempt: Some(attempt()),
        at,
    });
    commands.push(OperatorCommand::RecordAccountRefused {
        attempt: attempt(),
        code: "country_unsupported".to_owned(),
        at,
    });
    commands.push(OperatorCommand::StartOauth {
        attempt: attempt(),
        app: app_id("cityhop"),
        expires_at: at + TimeDelta::minutes(60),
        at,
    });
    for app in [None, Some(app_id("cityhop"))] {
        let how = HowConnected::Oauth;
        commands.push(OperatorCommand::ConnectAccount {
            account: account(),
            app: app.clone(),
            how,
            evidence: evidence(),
            at,
        });
        commands.push(OperatorCommand::DeauthorizeAccount {
            account: account(),
            app,
            evidence: evidence(),
            at,
        });
    }
    commands.extend([true, false].map(|enabled| OperatorCommand::ReportAccountStatus {
        account: account(),
        status: status(enabled),
        evidence: evidence(),
        as_of: at,
        at,
    }));
    commands
}
