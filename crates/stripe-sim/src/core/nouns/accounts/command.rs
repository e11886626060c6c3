//! What the control API does to accounts.

use serde_json::{Value, json};

use super::changed;
use super::profile::Profile;
use crate::core::books::Account;
use crate::core::command::{AccountState, CommandError, NewAccount};
use crate::core::ids::derived;
use crate::core::table::Object;
use crate::core::world::World;

/// Make a connected account, or bring the one with this id into the wanted state.
pub(crate) fn create_by_command(world: &mut World, new: &NewAccount) -> Result<Value, CommandError> {
    let id = match &new.id {
        Some(id) if !id.starts_with("acct_") => {
            return Err(CommandError::NotNow(format!(
                "an account id begins with acct_, unlike {id}"
            )));
        }
        Some(id) => id.clone(),
        None => world.ids.next("acct").chars().take(21).collect(),
    };
    let platform = new
        .platform
        .as_ref()
        .map(|platform| world.account_named(platform))
        .transpose()?;
    if !world.accounts.contains_key(&id) {
        let kind = match new.kind.as_deref() {
            None | Some("standard") => "standard",
            Some("express") => "express",
            Some("custom") => "custom",
            Some(other) => return Err(CommandError::NotNow(format!("there is no account type {other}"))),
        };
        let country = new.country.as_deref().unwrap_or("US").to_ascii_uppercase();
        let mut profile = Profile::connected(&id, kind, &country, world.now);
        profile.number = world.accounts.len();
        profile.platform_controls = kind != "standard";
        profile.request_capability("card_payments", true);
        profile.request_capability("transfers", true);
        profile.email.clone_from(&new.email);
        if let Some(name) = &new.name {
            profile.business.insert("name".to_owned(), json!(name));
        }
        if let Some(currency) = &new.currency {
            profile.currency = crate::core::money::currency(currency)
                .map_err(|error| CommandError::NotNow(error.message))?;
        }
        world.accounts.insert(id.clone(), Account::new(profile));
    }
    if let Some(platform) = platform {
        authorize(world, &platform, &id);
    }
    set_state(world, &id, new.state)
}

/// Link an account to a platform and tell the platform's Connect endpoints.
pub(crate) fn authorize(world: &mut World, platform: &str, account: &str) {
    if world.is_linked(platform, account) {
        return;
    }
    world.link(platform, account);
    let application = application(platform);
    world.emit(account, "account.application.authorized", &application);
}

/// Unlink an account; its platform hears of it before it loses access.
pub(crate) fn deauthorize(world: &mut World, platform: &str, account: &str) -> bool {
    if !world.is_linked(platform, account) {
        return false;
    }
    let application = application(platform);
    world.emit(account, "account.application.deauthorized", &application);
    world.unlink(platform, account)
}

fn application(platform: &str) -> Value {
    json!({ "id": derived("ca", platform, 24), "object": "application", "name": platform })
}

/// Bring an account into a state, with the events Stripe sends for it.
pub(crate) fn set_state(world: &mut World, id: &str, state: AccountState) -> Result<Value, CommandError> {
    let now = world.now;
    let account = world.existing(id)?;
    let before = account.profile.render(now);
    account.profile.state = state;
    if state == AccountState::Enabled {
        // Whoever finishes onboarding has asked for card payments on the way.
        account.profile.request_capability("card_payments", true);
        account.profile.tos_accepted_at.get_or_insert(now);
        account
            .profile
            .business_type
            .get_or_insert_with(|| "company".to_owned());
    }
    let after = account.profile.render(now);
    let previous = changed(&before, &after);
    if previous.as_object().is_some_and(|previous| !previous.is_empty()) {
        emit_capabilities(world, id, &before, &after);
        world.emit_change(id, "account.updated", &after, Some(&previous));
    }
    Ok(after)
}

fn emit_capabilities(world: &mut World, id: &str, before: &Value, after: &Value) {
    let requested_at = world.now;
    let capabilities = after
        .get("capabilities")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    for (name, status) in capabilities {
        let old = before.get("capabilities").and_then(|old| old.get(&name)).cloned();
        if old.as_ref() == Some(&status) {
            continue;
        }
        let capability = json!({
            "id": name,
            "object": "capability",
            "account": id,
            "requested": true,
            "requested_at": requested_at,
            "requirements": after.get("requirements"),
            "status": status,
        });
        world.emit_change(
            id,
            "capability.updated",
            &capability,
            Some(&json!({ "status": old })),
        );
    }
}
