//! The admin API for keys, apps and riders.

use super::admin::{administering as call, paged};
use crate::openapi::{
    call::Call,
    schemas::{
        AccessKeyPage, AdminApp, AdminAppPage, AdminUser, ApiKeyList, FreshAccessKey, FreshApiKey,
        KeyOverlap, NewAccessKey, NewApiKey, OwnAccess, ReasonGiven, SeenAccessKey,
    },
};

pub(super) fn calls() -> Vec<Call> {
    [access_keys(), api_keys(), apps_and_users()]
        .into_iter()
        .flatten()
        .collect()
}

fn access_keys() -> Vec<Call> {
    let keys = "/admin/v1/{environment}/access-keys";
    let rotate = "/admin/v1/{environment}/access-keys/{key_id}/rotate";
    let revoke = "/admin/v1/{environment}/access-keys/{key_id}/revoke";
    let own = "/admin/v1/{environment}/access-keys/self";
    vec![
        paged(call("get", keys, "listAccessKeys", "Every key to the admin API.")).answers::<AccessKeyPage>(),
        call("post", keys, "issueAccessKey", "Makes a key and shows it, once.")
            .reads::<NewAccessKey>()
            .once()
            .answers::<FreshAccessKey>(),
        call("get", own, "getOwnAccess", "What the key of this request may do.").answers::<OwnAccess>(),
        call(
            "post",
            rotate,
            "rotateAccessKey",
            "Makes a key in the place of another; both are good for a while.",
        )
        .reads::<KeyOverlap>()
        .once()
        .answers::<FreshAccessKey>(),
        call("post", revoke, "revokeAccessKey", "Takes a key away at once.")
            .once()
            .answers::<SeenAccessKey>(),
    ]
}

fn api_keys() -> Vec<Call> {
    let keys = "/admin/v1/{environment}/apps/{app_id}/keys";
    let rotate = "/admin/v1/{environment}/apps/{app_id}/keys/{key_id}/rotate";
    let revoke = "/admin/v1/{environment}/apps/{app_id}/keys/{key_id}/revoke";
    vec![
        call("get", keys, "listApiKeys", "The keys of an app that count.").answers::<ApiKeyList>(),
        call("post", keys, "issueApiKey", "Makes a key and shows it, once.")
            .reads::<NewApiKey>()
            .once()
            .answers::<FreshApiKey>(),
        call(
            "post",
            rotate,
            "rotateApiKey",
            "Makes a key in the place of another; both are good for a while.",
        )
        .reads::<KeyOverlap>()
        .once()
        .answers::<FreshApiKey>(),
        call("post", revoke, "revokeApiKey", "Takes a key away at once.").answers::<ApiKeyList>(),
    ]
}

fn apps_and_users() -> Vec<Call> {
    let apps = "/admin/v1/{environment}/apps";
    let app = "/admin/v1/{environment}/apps/{app_id}";
    let suspend = "/admin/v1/{environment}/apps/{app_id}/suspend";
    let reinstate = "/admin/v1/{environment}/apps/{app_id}/reinstate";
    let user = "/admin/v1/{environment}/users/{user_id}";
    vec![
        paged(call("get", apps, "listApps", "Every app.")).answers::<AdminAppPage>(),
        call("get", app, "getApp", "One app.").answers::<AdminApp>(),
        call("post", suspend, "suspendApp", "Serves an app no more.")
            .reads::<ReasonGiven>()
            .once()
            .answers::<AdminApp>(),
        call("post", reinstate, "reinstateApp", "Serves an app again.")
            .once()
            .answers::<AdminApp>(),
        call(
            "get",
            user,
            "getUser",
            "A rider in clear. Every look is recorded.",
        )
        .answers::<AdminUser>(),
    ]
}
