//! One side proposes a link, the other accepts or declines.

use axum::response::Response;
use domain::{
    LinkProposalId,
    operator::{FeeTerms, OperatorCommand, Side},
};
use engine::{Answer, Claim};
use serde::Deserialize;

use super::view::tell;
use crate::{
    admin::{
        admin_key::Admin,
        once::{self, Asked},
        permit::{AppAdmin, OperatorAdmin},
        problem::Problem,
    },
    marketplace::FeeDocument,
};

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proposed {
    #[serde(default)]
    fee: FeeDocument,
    #[serde(default = "yes")]
    shows_tickets: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    proposal_id: LinkProposalId,
    /// The terms again, if one wants to be sure of them.
    fee: Option<FeeDocument>,
    shows_tickets: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declined {
    proposal_id: LinkProposalId,
    reason: String,
}

pub(super) async fn operator_proposes(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = propose(&admin, Side::Operator, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

pub(super) async fn app_proposes(admin: AppAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = propose(&admin, Side::App, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

pub(super) async fn operator_accepts(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = accept(&admin, Side::Operator, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

pub(super) async fn app_accepts(admin: AppAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = accept(&admin, Side::App, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

pub(super) async fn operator_declines(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = decline(&admin, Side::Operator, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

pub(super) async fn app_declines(admin: AppAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = decline(&admin, Side::App, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn propose(admin: &Admin, by: Side, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let proposed: Proposed = asked.read()?;
    let app = admin.app()?;
    let proposal = LinkProposalId::from_uuid(admin.engine.host().fresh_id());
    let command = |at| OperatorCommand::ProposeLink {
        proposal: proposal.clone(),
        app: app.id().clone(),
        by,
        fee: FeeTerms::from(&proposed.fee),
        shows_tickets: proposed.shows_tickets,
        signed: admin.context.actor.to_string(),
        at,
    };
    tell(admin, &command, claim).await
}

async fn accept(admin: &Admin, by: Side, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let accepted: Accepted = asked.read()?;
    let app = admin.app()?;
    let command = |at| OperatorCommand::AcceptLink {
        proposal: accepted.proposal_id.clone(),
        app: app.id().clone(),
        by,
        fee: accepted.fee.as_ref().map(FeeTerms::from),
        shows_tickets: accepted.shows_tickets,
        signed: admin.context.actor.to_string(),
        at,
    };
    tell(admin, &command, claim).await
}

async fn decline(admin: &Admin, by: Side, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let declined: Declined = asked.read()?;
    if declined.reason.trim().is_empty() {
        return Err(Problem::unprocessable("The reason is blank."));
    }
    let app = admin.app()?;
    let command = |at| OperatorCommand::DeclineLink {
        proposal: declined.proposal_id.clone(),
        app: app.id().clone(),
        by,
        reason: declined.reason.clone(),
        at,
    };
    tell(admin, &command, claim).await
}
