//! Making and changing endpoints.

use std::collections::BTreeSet;

use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::{
    PingId,
    app::WebUrl,
    endpoint::{DisableReason, Endpoint, EndpointChange, EndpointCommand, EndpointSettings, MessageType},
};
use engine::{Answer, Claim, NewEndpoint};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        admin_key::Admin,
        once::{self, Asked},
        overlap::Overlap,
        permit::Permitted,
        problem::Problem,
    },
    owner::Owner,
    view::{EndpointView, FreshView},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewDocument {
    url: String,
    #[serde(default)]
    types: BTreeSet<MessageType>,
    description: Option<String>,
}

/// Makes an endpoint and shows its secret.
pub(super) async fn create<A: Owner>(admin: Permitted<A>, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = make::<A>(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn make<A: Owner>(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let document: NewDocument = asked.read()?;
    let new = NewEndpoint {
        owner: A::owner(admin)?,
        settings: EndpointSettings {
            url: url(document.url)?,
            types: document.types,
            description: document.description.filter(|text| !text.is_empty()),
        },
    };
    let render = |endpoint: &Endpoint, now| shown(admin, endpoint, now);
    let made = admin
        .engine
        .create_endpoint(&admin.context, &new, claim, &render)
        .await;
    Ok(made?)
}

fn url(text: String) -> Result<WebUrl, Problem> {
    WebUrl::parse(text).map_err(|error| Problem::unprocessable(error.to_string()))
}

/// The endpoint with its newest secret, this once.
fn shown(admin: &Admin, endpoint: &Endpoint, now: DateTime<Utc>) -> Answer {
    let vault = admin.engine.vault();
    once::success(&FreshView {
        endpoint: EndpointView::of(endpoint, now),
        secret: vault
            .webhook_secret(endpoint.id(), endpoint.newest_secret())
            .expose(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeDocument {
    url: Option<String>,
    types: Option<BTreeSet<MessageType>>,
    /// Empty: none any more.
    description: Option<String>,
}

/// Changes what the body names, and nothing else.
pub(super) async fn change<A: Owner>(admin: Permitted<A>, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = edit::<A>(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn edit<A: Owner>(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let document: ChangeDocument = asked.read()?;
    let endpoint = A::endpoint(admin)?;
    let change = EndpointChange {
        url: document.url.map(url).transpose()?,
        types: document.types,
        description: document.description,
    };
    let render = |endpoint: &Endpoint, now| once::success(&EndpointView::of(endpoint, now));
    let changed = admin
        .engine
        .change_endpoint(&admin.context, endpoint.id(), &change, claim, &render)
        .await;
    Ok(changed?)
}

/// Makes another secret and shows it; the one before signs on for a while.
pub(super) async fn rotate<A: Owner>(admin: Permitted<A>, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = replace::<A>(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn replace<A: Owner>(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let overlap = asked.read::<Overlap>()?.length()?;
    let endpoint = A::endpoint(admin)?;
    let secret = endpoint.newest_secret().saturating_add(1);
    let command = |at: DateTime<Utc>| EndpointCommand::RotateSecret {
        secret,
        previous_until: at + overlap,
        at,
    };
    let render = |endpoint: &Endpoint, now| shown(admin, endpoint, now);
    let told = admin
        .engine
        .tell_endpoint(&admin.context, endpoint.id(), &command, claim, &render)
        .await;
    Ok(told?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReasonDocument {
    reason: Option<String>,
}

/// Sends nothing for now.
pub(super) async fn disable<A: Owner>(admin: Permitted<A>, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = async {
        let ReasonDocument { reason } = asked.read()?;
        let command = |at| EndpointCommand::Disable {
            reason: DisableReason::Requested {
                words: reason.clone(),
            },
            at,
        };
        tell::<A>(&admin, &command, claim.as_ref()).await
    };
    let outcome = outcome.await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

/// Sends again, what waited first.
pub(super) async fn enable<A: Owner>(admin: Permitted<A>, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = tell::<A>(&admin, &|at| EndpointCommand::Enable { at }, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

/// Sends nothing any more, and forgets what was sent.
pub(super) async fn delete<A: Owner>(admin: Permitted<A>, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = end::<A>(&admin, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn end<A: Owner>(admin: &Admin, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let endpoint = A::endpoint(admin)?;
    let render = |endpoint: &Endpoint, now| once::success(&EndpointView::of(endpoint, now));
    let ended = admin
        .engine
        .delete_endpoint(&admin.context, endpoint.id(), claim, &render)
        .await;
    Ok(ended?)
}

async fn tell<A: Owner>(
    admin: &Admin,
    command: &(dyn Fn(DateTime<Utc>) -> EndpointCommand + Send + Sync),
    claim: Option<&Claim>,
) -> Result<Answer, Problem> {
    let endpoint = A::endpoint(admin)?;
    let render = |endpoint: &Endpoint, now| once::success(&EndpointView::of(endpoint, now));
    let told = admin
        .engine
        .tell_endpoint(&admin.context, endpoint.id(), command, claim, &render)
        .await;
    Ok(told?)
}

/// Which test will arrive.
#[derive(Serialize)]
struct PingView {
    ping_id: PingId,
}

/// Sends a test.
pub(super) async fn ping<A: Owner>(admin: Permitted<A>, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = test::<A>(&admin, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn test<A: Owner>(admin: &Admin, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let endpoint = A::endpoint(admin)?;
    let ping = PingId::from_uuid(admin.engine.host().fresh_id());
    let command = |at| EndpointCommand::Ping {
        ping: ping.clone(),
        at,
    };
    let render = |_: &Endpoint, _| {
        once::success(&PingView {
            ping_id: ping.clone(),
        })
    };
    let told = admin
        .engine
        .tell_endpoint(&admin.context, endpoint.id(), &command, claim, &render)
        .await;
    Ok(told?)
}
