//! Accounts: platforms, and the accounts connected to them. <https://docs.stripe.com/api/accounts>

mod command;
mod onboarding;
mod profile;

use serde_json::{Value, json};

pub(crate) use command::{authorize, create_by_command, deauthorize, set_state};
pub(crate) use profile::Profile;

use super::metadata;
use crate::core::books::Account;
use crate::core::error::ApiError;
use crate::core::list;
use crate::core::params::Node;
use crate::core::routes::{Call, Outcome, Route};
use crate::core::table::Object;

/// Taking payments needs an account that may charge; everything else it may do without.
const NEEDS_CHARGES: [&str; 3] = [
    "POST /v1/charges",
    "POST /v1/payment_intents",
    "POST /v1/payment_intents/{intent}/confirm",
];

pub(crate) fn may_act(call: &Call<'_>, route: &Route) -> Result<(), ApiError> {
    if !NEEDS_CHARGES.contains(&route.name) || call.own()?.profile.charges_enabled() {
        return Ok(());
    }
    Err(ApiError::invalid(
        "Your account cannot currently make charges. To find out why charges are not enabled, see the account's \
         requirements and capabilities.",
    )
    .code("account_invalid"))
}

pub(crate) fn own(call: &mut Call<'_>) -> Outcome {
    Ok(call.own()?.profile.render(call.now()))
}

/// The account itself or one connected to it; anything else is refused as if it did not exist.
fn reachable(call: &Call<'_>, id: &str) -> Result<(), ApiError> {
    if id == call.account || (call.world.is_linked(&call.account, id) && call.world.accounts.contains_key(id))
    {
        return Ok(());
    }
    Err(ApiError::no_access(&call.caller.shown, id))
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    let id = call.arg(0);
    reachable(call, id)?;
    Ok(call.world.account(id)?.profile.render(call.now()))
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let linked = call.world.links.get(&call.account);
    let mut profiles: Vec<&Profile> = linked
        .into_iter()
        .flatten()
        .filter_map(|id| call.world.accounts.get(id))
        .map(|it| &it.profile)
        .collect();
    profiles.sort_by_key(|profile| (profile.created, profile.number));
    let place = |id: &str| profiles.iter().position(|profile| profile.id == id);
    let page = list::Page::read(&call.params, "account", place)?;
    let created = list::CreatedFilter::read(&call.params, "created");
    let rows = profiles
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, profile)| created.fits(profile.created));
    let (rows, has_more) = page.cut(rows);
    let data = rows
        .into_iter()
        .map(|profile| profile.render(call.now()))
        .collect();
    Ok(list::envelope("/v1/accounts", data, has_more))
}

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    if call.platform().is_some() {
        return Err(ApiError::invalid("Connected accounts cannot create accounts.").status(403));
    }
    let kind = kind_of(call)?;
    let country = call.params.text("country").unwrap_or("US").to_ascii_uppercase();
    if country.len() != 2 {
        return Err(ApiError::invalid(format!("Country '{country}' is unknown."))
            .code("country_unsupported")
            .param("country"));
    }
    let id = call.world.ids.next("acct").chars().take(21).collect::<String>();
    let mut profile = Profile::connected(&id, kind, &country, call.now());
    profile.number = call.world.accounts.len();
    profile.platform_controls = kind != "standard";
    apply(call, &mut profile)?;
    profile.request_default_capabilities();
    profile.metadata = metadata::fresh(&call.params)?;
    let rendered = profile.render(call.now());
    call.world.accounts.insert(id.clone(), Account::new(profile));
    let platform = call.account.clone();
    call.world.link(&platform, &id);
    call.world.emit(&id, "account.updated", &rendered);
    Ok(rendered)
}

/// The account's type, given outright or by the newer `controller`.
fn kind_of(call: &Call<'_>) -> Result<&'static str, ApiError> {
    let dashboard = call.params.text("controller.stripe_dashboard.type");
    if call.params.has("type") && call.params.has("controller") {
        return Err(ApiError::invalid(
            "You may not provide both the `type` and the `controller` parameters.",
        )
        .param("type"));
    }
    Ok(match call.params.text("type").or(dashboard) {
        Some("express") => "express",
        Some("custom") => "custom",
        Some("none") => "none",
        _ => "standard",
    })
}

/// What create and update have in common.
fn apply(call: &Call<'_>, profile: &mut Profile) -> Result<(), ApiError> {
    let params = &call.params;
    if params.has("email") {
        profile.email = params.owned("email");
    }
    if let Some(currency) = params.text("default_currency") {
        profile.currency = crate::core::money::currency(currency)?;
    }
    if let Some(kind) = params.text("business_type") {
        profile.business_type = Some(kind.to_owned());
    }
    if let Some(Node::Parts(given)) = params.at("business_profile") {
        for (name, node) in given {
            profile.business.insert(name.clone(), node.to_json());
        }
    }
    if let Some(Node::Parts(given)) = params.at("capabilities") {
        for (name, node) in given {
            if let Some(requested) = node.part("requested").and_then(Node::text) {
                profile.request_capability(name, matches!(requested, "true" | "1"));
            }
        }
    }
    if let Some(interval) = params.text("settings.payouts.schedule.interval") {
        profile.payouts_automatic = interval != "manual";
    }
    if params.has("settings.payments.statement_descriptor") {
        profile.statement_descriptor = params.owned("settings.payments.statement_descriptor");
    }
    if let Some(date) = params.int("tos_acceptance.date") {
        profile.tos_accepted_at = Some(date);
    }
    Ok(())
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let id = call.arg(0).to_owned();
    reachable(call, &id)?;
    let mut profile = call.world.account(&id)?.profile.clone();
    let before = profile.render(call.now());
    apply(call, &mut profile)?;
    metadata::merge(&mut profile.metadata, &call.params)?;
    let rendered = profile.render(call.now());
    call.world.account_mut(&id)?.profile = profile;
    call.world.emit_change(
        &id,
        "account.updated",
        &rendered,
        Some(&changed(&before, &rendered)),
    );
    Ok(rendered)
}

/// The former values of top-level attributes that differ.
pub(super) fn changed(before: &Value, after: &Value) -> Value {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else {
        return Value::Null;
    };
    let differing = old.iter().filter(|(name, value)| new.get(*name) != Some(*value));
    Value::Object(
        differing
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.arg(0).to_owned();
    reachable(call, &id)?;
    if id == call.account {
        return Err(ApiError::invalid("You cannot delete your own account with the API.").status(403));
    }
    let owed = super::balance::owed(call.world.account(&id)?);
    if owed {
        return Err(ApiError::invalid(format!(
            "The account {id} cannot be deleted because its balance is not zero."
        )));
    }
    for accounts in call.world.links.values_mut() {
        accounts.remove(&id);
    }
    call.world.accounts.remove(&id);
    Ok(json!({ "id": id, "object": "account", "deleted": true }))
}
