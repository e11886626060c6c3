//! Webhook endpoints. <https://docs.stripe.com/api/webhook_endpoints>

use serde_json::{Value, json};

use super::metadata::{self, Metadata};
use crate::core::command::{CommandError, NewEndpoint};
use crate::core::error::ApiError;
use crate::core::list;
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;
use crate::core::world::World;

const MOST_ENDPOINTS: usize = 16;

#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    created: i64,
    pub(crate) url: String,
    pub(crate) secret: String,
    /// Receives the events of connected accounts instead of the account's own.
    connect: bool,
    events: Vec<String>,
    disabled: bool,
    description: Option<String>,
    api_version: Option<String>,
    metadata: Metadata,
}

impl Endpoint {
    /// Whether an event of this type, from a connected account or not, is to be sent here.
    pub(crate) fn wants(&self, kind: &str, connect: bool) -> bool {
        !self.disabled
            && self.connect == connect
            && self.events.iter().any(|wanted| wanted == "*" || wanted == kind)
    }
}

impl Object for Endpoint {
    const NAME: &'static str = "webhook endpoint";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    /// The secret is shown only when the endpoint is made.
    fn render(&self, _now: i64) -> Value {
        json!({
            "id": self.id,
            "object": "webhook_endpoint",
            "api_version": self.api_version,
            "application": null,
            "created": self.created,
            "description": self.description,
            "enabled_events": self.events,
            "livemode": false,
            "metadata": self.metadata,
            "status": if self.disabled { "disabled" } else { "enabled" },
            "url": self.url,
        })
    }
}

fn with_secret(endpoint: &Endpoint, now: i64) -> Value {
    let mut rendered = endpoint.render(now);
    if let Value::Object(members) = &mut rendered {
        members.insert("secret".to_owned(), json!(endpoint.secret));
    }
    rendered
}

fn check_url(url: &str) -> Result<(), String> {
    if url.starts_with("http://") || url.starts_with("https://") {
        return Ok(());
    }
    Err("Invalid URL: An explicit scheme (such as https) must be provided.".to_owned())
}

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let url = call.params.owned("url").unwrap_or_default();
    check_url(&url).map_err(|message| ApiError::invalid(message).code("url_invalid").param("url"))?;
    if call.own()?.endpoints.iter().count() >= MOST_ENDPOINTS {
        return Err(ApiError::invalid(format!(
            "You have reached the maximum of {MOST_ENDPOINTS} test webhook endpoints."
        )));
    }
    let endpoint = Endpoint {
        id: call.world.ids.next("we"),
        created: call.now(),
        url,
        secret: format!("whsec_{}", call.world.ids.secret(32)),
        connect: call.params.flag("connect").unwrap_or(false),
        events: call
            .params
            .list("enabled_events")
            .into_iter()
            .map(str::to_owned)
            .collect(),
        disabled: false,
        description: call.params.owned("description"),
        api_version: call.params.owned("api_version"),
        metadata: metadata::fresh(&call.params)?,
    };
    let rendered = with_secret(&endpoint, call.now());
    call.own_mut()?.endpoints.insert(endpoint);
    Ok(rendered)
}

/// Register an endpoint by command. Registering the same address again replaces the old endpoint.
pub(crate) fn register(world: &mut World, new: &NewEndpoint) -> Result<Value, CommandError> {
    check_url(&new.url).map_err(CommandError::NotNow)?;
    let account = world.account_named(&new.account)?;
    let secret = new
        .secret
        .clone()
        .unwrap_or_else(|| format!("whsec_{}", world.ids.secret(32)));
    let events = if new.events.is_empty() {
        vec!["*".to_owned()]
    } else {
        new.events.clone()
    };
    let endpoint = Endpoint {
        id: world.ids.next("we"),
        created: world.now,
        url: new.url.clone(),
        secret,
        connect: new.connect,
        events,
        disabled: false,
        description: None,
        api_version: None,
        metadata: Metadata::new(),
    };
    let rendered = with_secret(&endpoint, world.now);
    let own = world.existing(&account)?;
    let former = own
        .endpoints
        .iter()
        .find(|old| old.url == new.url && old.connect == new.connect);
    if let Some(former) = former.map(|old| old.id.clone()) {
        own.endpoints.remove(&former);
    }
    own.endpoints.insert(endpoint);
    Ok(rendered)
}

fn in_path<'a>(call: &'a Call<'_>) -> Result<&'a Endpoint, ApiError> {
    let id = call.arg(0);
    call.own()?
        .endpoints
        .get(id)
        .ok_or_else(|| ApiError::not_found("webhook endpoint", id, "webhook_endpoint"))
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    Ok(in_path(call)?.render(call.now()))
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    list::page(
        &call.params,
        &call.own()?.endpoints,
        "/v1/webhook_endpoints",
        call.now(),
        |_| true,
    )
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut endpoint = in_path(call)?.clone();
    if let Some(url) = call.params.owned("url") {
        check_url(&url).map_err(|message| ApiError::invalid(message).code("url_invalid").param("url"))?;
        endpoint.url = url;
    }
    if call.params.has("enabled_events") {
        endpoint.events = call
            .params
            .list("enabled_events")
            .into_iter()
            .map(str::to_owned)
            .collect();
    }
    if call.params.has("description") {
        endpoint.description = call.params.owned("description");
    }
    endpoint.disabled = call.params.flag("disabled").unwrap_or(endpoint.disabled);
    metadata::merge(&mut endpoint.metadata, &call.params)?;
    let rendered = endpoint.render(call.now());
    if let Some(place) = call.own_mut()?.endpoints.get_mut(&endpoint.id) {
        *place = endpoint;
    }
    Ok(rendered)
}

pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = in_path(call)?.id.clone();
    call.own_mut()?.endpoints.remove(&id);
    Ok(json!({ "id": id, "object": "webhook_endpoint", "deleted": true }))
}
