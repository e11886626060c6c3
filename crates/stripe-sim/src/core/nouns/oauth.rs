//! OAuth for standard accounts: <https://docs.stripe.com/connect/oauth-reference>.

use serde_json::json;

use super::accounts;
use crate::core::books::Account;
use crate::core::command::AccountState;
use crate::core::error::{ApiError, OAUTH};
use crate::core::ids::derived;
use crate::core::routes::{Call, Outcome};

/// Errors of OAuth have a shape of their own.
fn oauth_error(error: &str, description: &str) -> ApiError {
    ApiError::invalid(description.to_owned()).code(error).kind(OAUTH)
}

/// Exchange an authorization code. Codes are `ac_` and the account that gave it: `ac_acct_123` connects `acct_123`.
pub(crate) fn token(call: &mut Call<'_>) -> Outcome {
    let platform = call.account.clone();
    let account = match call.params.text("grant_type") {
        Some("authorization_code") => {
            let code = call.params.owned("code").unwrap_or_default();
            let account = code
                .strip_prefix("ac_")
                .filter(|account| account.starts_with("acct_"));
            let Some(account) = account else {
                return Err(oauth_error(
                    "invalid_grant",
                    &format!("Authorization code does not exist: {code}"),
                ));
            };
            if call.world.oauth_codes.contains_key(&code) {
                return Err(oauth_error(
                    "invalid_grant",
                    &format!("Authorization code has already been used: {code}"),
                ));
            }
            let account = account.to_owned();
            call.world
                .oauth_codes
                .insert(code, (platform.clone(), account.clone()));
            account
        }
        Some("refresh_token") => {
            let given = call.params.owned("refresh_token").unwrap_or_default();
            let linked = call.world.links.get(&platform).cloned().unwrap_or_default();
            linked
                .into_iter()
                .find(|account| refresh_token(&platform, account) == given)
                .ok_or_else(|| oauth_error("invalid_grant", "Refresh token does not exist."))?
        }
        _ => {
            return Err(oauth_error(
                "unsupported_grant_type",
                "The grant type is not supported.",
            ));
        }
    };
    connect(call, &platform, &account);
    let suffix = derived("oauth", &format!("{platform}{account}"), 24);
    for prefix in ["sk_test_", "pk_test_"] {
        call.world
            .issued_keys
            .insert(format!("{prefix}{suffix}"), account.clone());
    }
    Ok(json!({
        "access_token": format!("sk_test_{suffix}"),
        "livemode": false,
        "refresh_token": refresh_token(&platform, &account),
        "scope": "read_write",
        "stripe_publishable_key": format!("pk_test_{suffix}"),
        "stripe_user_id": account,
        "token_type": "bearer",
    }))
}

fn refresh_token(platform: &str, account: &str) -> String {
    derived("rt", &format!("{platform}{account}"), 24)
}

fn connect(call: &mut Call<'_>, platform: &str, account: &str) {
    if !call.world.accounts.contains_key(account) {
        let mut profile = accounts::Profile::connected(account, "standard", "US", call.now());
        profile.number = call.world.accounts.len();
        profile.state = AccountState::Enabled;
        profile.request_default_capabilities();
        call.world
            .accounts
            .insert(account.to_owned(), Account::new(profile));
    }
    accounts::authorize(call.world, platform, account);
}

pub(crate) fn deauthorize(call: &mut Call<'_>) -> Outcome {
    let account = call.params.owned("stripe_user_id").unwrap_or_default();
    let platform = call.account.clone();
    if !accounts::deauthorize(call.world, &platform, &account) {
        let client = call.params.text("client_id").unwrap_or_default();
        return Err(oauth_error(
            "invalid_client",
            &format!("This application is not connected to stripe account {account}, or that account does not exist. ({client})"),
        )
        .status(401));
    }
    Ok(json!({ "stripe_user_id": account }))
}
