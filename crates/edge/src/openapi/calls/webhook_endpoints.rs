//! The admin API for webhook endpoints, the same for apps and operators.

use super::admin::{administering as call, paged};
use crate::openapi::{
    call::Call,
    param::Param,
    schemas::{
        NewWebhookEndpoint, WebhookDeliveryList, WebhookDeliveryWithAttempts, WebhookDisabling,
        WebhookEndpoint, WebhookEndpointChange, WebhookEndpointList, WebhookEndpointWithSecret,
        WebhookOverlap, WebhookPing, WebhookReplay, WebhookReplayRequest, WebhookResent,
    },
};

/// The paths of one kind of owner, and how the calls on them are named.
struct Owner {
    all: &'static str,
    one: &'static str,
    rotate: &'static str,
    disable: &'static str,
    enable: &'static str,
    ping: &'static str,
    replay: &'static str,
    deliveries: &'static str,
    delivery: &'static str,
    resend: &'static str,
    names: [&'static str; 12],
}

macro_rules! owner {
    ($path:literal, $noun:literal) => {
        Owner {
            all: concat!("/admin/v1/{environment}/", $path, "/webhook-endpoints"),
            one: concat!(
                "/admin/v1/{environment}/",
                $path,
                "/webhook-endpoints/{endpoint_id}"
            ),
            rotate: concat!(
                "/admin/v1/{environment}/",
                $path,
                "/webhook-endpoints/{endpoint_id}/rotate-secret"
            ),
            disable: concat!(
                "/admin/v1/{environment}/",
                $path,
                "/webhook-endpoints/{endpoint_id}/disable"
            ),
            enable: concat!(
                "/admin/v1/{environment}/",
                $path,
                "/webhook-endpoints/{endpoint_id}/enable"
            ),
            ping: concat!(
                "/admin/v1/{environment}/",
                $path,
                "/webhook-endpoints/{endpoint_id}/ping"
            ),
            replay: concat!(
                "/admin/v1/{environment}/",
                $path,
                "/webhook-endpoints/{endpoint_id}/replay"
            ),
            deliveries: concat!(
                "/admin/v1/{environment}/",
                $path,
                "/webhook-endpoints/{endpoint_id}/deliveries"
            ),
            delivery: concat!(
                "/admin/v1/{environment}/",
                $path,
                "/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}"
            ),
            resend: concat!(
                "/admin/v1/{environment}/",
                $path,
                "/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/resend"
            ),
            names: [
                concat!("create", $noun, "WebhookEndpoint"),
                concat!("list", $noun, "WebhookEndpoints"),
                concat!("get", $noun, "WebhookEndpoint"),
                concat!("change", $noun, "WebhookEndpoint"),
                concat!("delete", $noun, "WebhookEndpoint"),
                concat!("rotate", $noun, "WebhookSecret"),
                concat!("disable", $noun, "WebhookEndpoint"),
                concat!("enable", $noun, "WebhookEndpoint"),
                concat!("ping", $noun, "WebhookEndpoint"),
                concat!("replay", $noun, "Webhooks"),
                concat!("list", $noun, "WebhookDeliveries"),
                concat!("get", $noun, "WebhookDelivery"),
            ],
        }
    };
}

pub(super) fn calls() -> Vec<Call> {
    let app = of(&owner!("apps/{app_id}", "App"), "resendAppWebhook");
    let operator = owner!("operators/{operator_id}", "Operator");
    app.into_iter()
        .chain(of(&operator, "resendOperatorWebhook"))
        .collect()
}

fn of(owner: &Owner, resend: &'static str) -> Vec<Call> {
    let [
        create,
        list,
        get,
        change,
        delete,
        rotate,
        disable,
        enable,
        ping,
        replay,
        deliveries,
        delivery,
    ] = owner.names;
    vec![
        call("post", owner.all, create, "Makes a webhook endpoint.")
            .reads::<NewWebhookEndpoint>()
            .once()
            .answers::<WebhookEndpointWithSecret>(),
        paged(call("get", owner.all, list, "Every webhook endpoint.")).answers::<WebhookEndpointList>(),
        call("get", owner.one, get, "A webhook endpoint.").answers::<WebhookEndpoint>(),
        call("patch", owner.one, change, "Changes what is named.")
            .reads::<WebhookEndpointChange>()
            .once()
            .answers::<WebhookEndpoint>(),
        call("delete", owner.one, delete, "Ends it for good.")
            .once()
            .answers::<WebhookEndpoint>(),
        call("post", owner.rotate, rotate, "Makes another secret.")
            .reads::<WebhookOverlap>()
            .once()
            .answers::<WebhookEndpointWithSecret>(),
        call("post", owner.disable, disable, "Sends nothing for now.")
            .reads::<WebhookDisabling>()
            .once()
            .answers::<WebhookEndpoint>(),
        call("post", owner.enable, enable, "Sends again.")
            .once()
            .answers::<WebhookEndpoint>(),
        call("post", owner.ping, ping, "Sends a test.")
            .once()
            .answers::<WebhookPing>(),
        call("post", owner.replay, replay, "Sends again what happened.")
            .reads::<WebhookReplayRequest>()
            .once()
            .answers::<WebhookReplay>(),
        paged(call("get", owner.deliveries, deliveries, "What was sent."))
            .queried(Param::one_of(
                "status",
                &["pending", "delivered", "dead"],
                "Only those; `dead` are the dead letters.",
            ))
            .answers::<WebhookDeliveryList>(),
        call("get", owner.delivery, delivery, "One message sent.").answers::<WebhookDeliveryWithAttempts>(),
        call("post", owner.resend, resend, "Sends it again.")
            .once()
            .answers::<WebhookResent>(),
    ]
}
