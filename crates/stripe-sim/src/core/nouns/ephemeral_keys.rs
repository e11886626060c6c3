//! Ephemeral keys: a mobile app's short-lived access to one customer.

use serde_json::json;

use super::customers;
use crate::core::error::ApiError;
use crate::core::ids::derived;
use crate::core::routes::{Call, Outcome};
use crate::core::time::EPHEMERAL_KEY_VALID;

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    check_version(call.version)?;
    call.refuse_unsupported(&["issuing_card", "nonce", "verification_session"])?;
    let Some(customer) = call.params.owned("customer") else {
        return Err(ApiError::invalid("Missing required param: customer.")
            .code("parameter_missing")
            .param("customer"));
    };
    customers::named(call.own()?, &customer, "customer")?;
    let secret = format!("ek_test_{}", call.world.ids.secret(40));
    let (created, account) = (call.now(), call.account.clone());
    let expires = created.saturating_add(EPHEMERAL_KEY_VALID);
    call.world
        .ephemeral
        .insert(secret.clone(), (account, customer.clone(), expires));
    Ok(render(&secret, &customer, created, expires))
}

/// The key's object is read by a mobile library, so its version has to be that library's and is never the account's.
fn check_version(version: Option<&str>) -> Result<(), ApiError> {
    let Some(version) = version else {
        return Err(ApiError::invalid(
            "This endpoint needs the Stripe-Version header, with the API version of the client that will use the key.",
        ));
    };
    if is_date(version.split('.').next().unwrap_or_default()) {
        Ok(())
    } else {
        Err(ApiError::invalid(format!(
            "Invalid Stripe API version: {version}"
        )))
    }
}

/// Whether it may be a day on which a version came out.
fn is_date(text: &str) -> bool {
    let numbers: Vec<Option<u16>> = text.split('-').map(|part| part.parse().ok()).collect();
    let [Some(year), Some(month), Some(day)] = numbers[..] else {
        return false;
    };
    text.len() == 10 && (2011..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

fn render(secret: &str, customer: &str, created: i64, expires: i64) -> serde_json::Value {
    json!({
        "id": derived("ephkey", secret, 24),
        "object": "ephemeral_key",
        "associated_objects": [{ "id": customer, "type": "customer" }],
        "created": created,
        "expires": expires,
        "livemode": false,
        "secret": secret,
    })
}

pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.arg(0).to_owned();
    let account = call.account.clone();
    let found = call
        .world
        .ephemeral
        .iter()
        .find(|(secret, (owner, _, _))| *owner == account && derived("ephkey", secret, 24) == id)
        .map(|(secret, (_, customer, expires))| (secret.clone(), customer.clone(), *expires));
    let Some((secret, customer, expires)) = found else {
        return Err(ApiError::not_found("ephemeral key", &id, "id"));
    };
    call.world.ephemeral.remove(&secret);
    let now = call.now();
    Ok(render(
        &secret,
        &customer,
        expires.saturating_sub(EPHEMERAL_KEY_VALID),
        now,
    ))
}
