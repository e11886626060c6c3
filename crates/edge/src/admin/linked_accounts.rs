//! `/admin/v1/{environment}/operators/{operator_id}/linked_accounts`: an operator's word that a rider let an app use their
//! account there (the return leg of Coord's `link_account`), and that it is over.
//!
//! The browser that comes back proves nothing, since it holds the state from the start. So it is the operator's server,
//! with its access key, that hands the state in.

use axum::{
    Router,
    response::Response,
    routing::{delete, post},
};
use domain::{OperatorId, UserId};
use engine::{Answer, Claim, LinkProblem, LinkRefusal};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{
    admin_key::Admin,
    once::{self, Asked, key_reused},
    permit::OperatorAdmin,
    problem::Problem,
};
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/linked_accounts",
            post(link),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/linked_accounts/{user_id}",
            delete(unlink),
        )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmed {
    /// As the permission page was opened with it.
    state: String,
}

/// Whose account it is. The id says nothing of the rider; with it the link can be ended later.
#[derive(Serialize)]
struct LinkedView {
    operator_id: OperatorId,
    user_id: UserId,
    linked_account: bool,
}

/// The rider agreed. Repeating it changes nothing.
async fn link(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = confirm(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn confirm(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let operator = admin.operator()?;
    let confirmed: Confirmed = asked.read()?;
    let prefix = format!("{}.", admin.environment.name());
    let state = confirmed
        .state
        .strip_prefix(&prefix)
        .ok_or(LinkProblem::NotOurs)?;
    let render = |user: &UserId| shown(&operator, user, true);
    let confirmed = admin
        .engine
        .confirm_link(&admin.context, &operator, state, claim, &render)
        .await;
    Ok(confirmed?)
}

/// The permission is over. Repeating it changes nothing.
async fn unlink(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = withdraw(&admin, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn withdraw(admin: &Admin, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let operator = admin.operator()?;
    let user = UserId::parse(admin.named("user_id")).map_err(|_| LinkProblem::NoSuchUser)?;
    let render = |user: &UserId| shown(&operator, user, false);
    let withdrawn = admin
        .engine
        .withdraw_link(&admin.context, &operator, &user, claim, &render)
        .await;
    Ok(withdrawn?)
}

fn shown(operator: &OperatorId, user: &UserId, linked_account: bool) -> Answer {
    once::success(&LinkedView {
        operator_id: operator.clone(),
        user_id: user.clone(),
        linked_account,
    })
}

impl From<LinkProblem> for Problem {
    fn from(problem: LinkProblem) -> Self {
        match problem {
            LinkProblem::KeyReused => key_reused(),
            LinkProblem::NotOurs => {
                Self::unprocessable("The state is not one that this operator's page was opened with.")
            }
            LinkProblem::Expired => Self::new(
                StatusCode::GONE,
                "Gone",
                "The state has expired: a rider has an hour to agree.",
            ),
            LinkProblem::NoSuchUser => Self::not_found("There is no such user."),
            LinkProblem::Refused(LinkRefusal::NoSuchSystem) => {
                Self::conflict("The operator does no business with the rider's app any more.")
            }
            LinkProblem::Refused(LinkRefusal::NothingToLink | LinkRefusal::NoPermissionPage) => {
                Self::conflict("The operator does not require a linked account any more.")
            }
            LinkProblem::Failure(failure) => failure.into(),
        }
    }
}
