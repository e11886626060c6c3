//! The admin API for webhook endpoints, the same for apps and operators.

use crate::openapi::{
    call::{Access, Call},
    param::Param,
    schemas::{
        NewWebhookEndpoint, Problem, WebhookDeliveryList, WebhookDeliveryWithAttempts, WebhookDisabling,
        WebhookEndpoint, WebhookEndpointChange, WebhookEndpointList, WebhookEndpointWithSecret,
        WebhookOverlap, WebhookPing, WebhookReplay, WebhookReplayRequest, WebhookResent,
    },
};

const PROBLEM: &str = "application/problem+json";

/// The paths of one kind of owner, and how the calls on them are named.
struct Owner {
    id: &'static str,
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
    ($path:literal, $id:literal, $noun:literal) => {
        Owner {
            id: $id,
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

fn call(method: &'static str, path: &'static str, id: &'static str, summary: &'static str) -> Call {
    Call::new("Operation", (method, path), id, Access::Admin, summary)
        .at("environment", "test or live.")
        .refused(&[422])
        .fails_with::<Problem>(PROBLEM)
}

fn paged(call: Call) -> Call {
    call.queried(Param::text("limit", "1 to 1,000; 100, if absent."))
        .queried(Param::text("cursor", "`next_cursor` of the page before."))
}

pub(super) fn calls() -> Vec<Call> {
    let app = of(&owner!("apps/{app_id}", "app_id", "App"), "resendAppWebhook");
    let operator = owner!("operators/{operator_id}", "operator_id", "Operator");
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
    let endpoint = |call: Call| call.at(owner.id, "By its id.").at("endpoint_id", "By its id.");
    let one = |call: Call| endpoint(call).at("delivery_id", "By its id.");
    vec![
        call("post", owner.all, create, "Makes a webhook endpoint.")
            .at(owner.id, "By its id.")
            .reads::<NewWebhookEndpoint>()
            .once()
            .answers::<WebhookEndpointWithSecret>(),
        paged(call("get", owner.all, list, "Every webhook endpoint.").at(owner.id, "By its id."))
            .answers::<WebhookEndpointList>(),
        endpoint(call("get", owner.one, get, "A webhook endpoint.")).answers::<WebhookEndpoint>(),
        endpoint(call("patch", owner.one, change, "Changes what is named."))
            .reads::<WebhookEndpointChange>()
            .once()
            .answers::<WebhookEndpoint>(),
        endpoint(call("delete", owner.one, delete, "Ends it for good."))
            .once()
            .answers::<WebhookEndpoint>(),
        endpoint(call("post", owner.rotate, rotate, "Makes another secret."))
            .reads::<WebhookOverlap>()
            .once()
            .answers::<WebhookEndpointWithSecret>(),
        endpoint(call("post", owner.disable, disable, "Sends nothing for now."))
            .reads::<WebhookDisabling>()
            .once()
            .answers::<WebhookEndpoint>(),
        endpoint(call("post", owner.enable, enable, "Sends again."))
            .once()
            .answers::<WebhookEndpoint>(),
        endpoint(call("post", owner.ping, ping, "Sends a test."))
            .once()
            .answers::<WebhookPing>(),
        endpoint(call("post", owner.replay, replay, "Sends again what happened."))
            .reads::<WebhookReplayRequest>()
            .once()
            .answers::<WebhookReplay>(),
        paged(endpoint(call(
            "get",
            owner.deliveries,
            deliveries,
            "What was sent.",
        )))
        .queried(Param::one_of(
            "status",
            &["pending", "delivered", "dead"],
            "Only those; `dead` are the dead letters.",
        ))
        .answers::<WebhookDeliveryList>(),
        one(call("get", owner.delivery, delivery, "One message sent."))
            .answers::<WebhookDeliveryWithAttempts>(),
        one(call("post", owner.resend, resend, "Sends it again."))
            .once()
            .answers::<WebhookResent>(),
    ]
}
