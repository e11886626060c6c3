//! Account links: the address of hosted onboarding. <https://docs.stripe.com/api/account_links>

use serde_json::json;

use crate::core::error::ApiError;
use crate::core::routes::{Call, Outcome};
use crate::core::time::LINK_VALID;

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let account = call.params.owned("account").unwrap_or_default();
    if !call.world.is_linked(&call.account, &account) {
        return Err(ApiError::no_access(&call.caller.shown, &account));
    }
    let kind = call.params.text("type").unwrap_or_default();
    let profile = &call.world.account(&account)?.profile;
    if kind == "account_update" && profile.kind != "custom" {
        return Err(ApiError::invalid(
            "You cannot create `account_update` type Account Links for this account. You can only create \
             `account_onboarding` type Account Links.",
        )
        .param("type"));
    }
    for name in ["refresh_url", "return_url"] {
        let Some(url) = call.params.text(name) else {
            return Err(
                ApiError::invalid(format!("You must provide a `{name}` for this account link."))
                    .code("parameter_missing")
                    .param(name),
            );
        };
        if !(url.starts_with("https://") || url.starts_with("http://")) {
            return Err(ApiError::invalid("Not a valid URL")
                .code("url_invalid")
                .param(name));
        }
    }
    let secret = call.world.ids.secret(12);
    let url = format!("https://connect.stripe.com/setup/s/{account}/{secret}");
    let kept = json!({
        "url": url,
        "refresh_url": call.params.text("refresh_url"),
        "return_url": call.params.text("return_url"),
    });
    let created = call.now();
    call.world.account_mut(&account)?.onboarding_link = Some(kept);
    Ok(json!({
        "object": "account_link",
        "created": created,
        "expires_at": created.saturating_add(LINK_VALID),
        "url": url,
    }))
}
