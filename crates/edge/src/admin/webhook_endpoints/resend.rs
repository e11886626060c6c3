//! Sending once more.

use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::DeliveryId;
use engine::{Answer, Claim, ReplayFrom, Replayed, log::Position};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        admin_key::Admin,
        once::{self, Asked},
        permit::Permitted,
        problem::Problem,
    },
    deliveries::{delivery_of, no_delivery},
    owner::Owner,
};

/// What is sent again.
#[derive(Serialize)]
struct ResentView<'a> {
    delivery_id: &'a DeliveryId,
    status: &'static str,
}

/// Sends one delivery again, whatever became of it.
pub(super) async fn resend<A: Owner>(admin: Permitted<A>, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = again::<A>(&admin, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn again<A: Owner>(admin: &Admin, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let endpoint = A::endpoint(admin)?;
    let delivery = delivery_of(admin)?;
    let answer = once::success(&ResentView {
        delivery_id: &delivery,
        status: "pending",
    });
    let resent = admin
        .engine
        .resend_webhook(&admin.context, endpoint.id(), &delivery, claim, &answer)
        .await?;
    resent.ok_or_else(no_delivery)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplayDocument {
    after_position: Option<u64>,
    since: Option<DateTime<Utc>>,
}

/// What is replayed: what happened after the one position and up to the other.
#[derive(Serialize)]
struct ReplayView {
    after_position: u64,
    until_position: u64,
}

/// Sends everything again that happened from a position or a time on.
pub(super) async fn replay<A: Owner>(admin: Permitted<A>, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = replay_from::<A>(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn replay_from<A: Owner>(
    admin: &Admin,
    asked: &Asked,
    claim: Option<&Claim>,
) -> Result<Answer, Problem> {
    let document: ReplayDocument = asked.read()?;
    let from = match (document.after_position, document.since) {
        (Some(position), None) => ReplayFrom::After(Position(position)),
        (None, Some(since)) => ReplayFrom::Since(since),
        (Some(_), Some(_)) | (None, None) => {
            return Err(Problem::unprocessable(
                "Name either after_position or since, and not both.",
            ));
        }
    };
    let endpoint = A::endpoint(admin)?;
    let render = |replayed: Replayed| {
        once::success(&ReplayView {
            after_position: replayed.after.0,
            until_position: replayed.until.0,
        })
    };
    let replayed = admin
        .engine
        .replay_webhooks(&admin.context, endpoint.id(), from, claim, &render)
        .await;
    Ok(replayed?)
}
