//! Links and proposals as they are shown.

use chrono::{DateTime, Utc};
use domain::{
    AppId, LinkProposalId, OperatorId,
    operator::{Consents, Link, LinkProposal, Operator, Side},
};
use engine::{Answer, Claim};
use serde::Serialize;

use crate::{
    admin::{admin_key::Admin, once, problem::Problem},
    marketplace::FeeDocument,
};

/// A link, standing or ended.
#[derive(Serialize)]
pub(in crate::admin) struct LinkView {
    operator_id: OperatorId,
    app_id: AppId,
    /// `standing` or `ended`.
    status: &'static str,
    /// What the engine takes now.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<FeeDocument>,
    /// What it will take, in the order in which that was decided.
    scheduled_fees: Vec<ScheduledFee>,
    shows_tickets: bool,
    agreed: Consents,
    /// The proposal that was accepted, where one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal_id: Option<LinkProposalId>,
    linked_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unlinked_at: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
struct ScheduledFee {
    effective_from: DateTime<Utc>,
    fee: FeeDocument,
}

impl LinkView {
    pub(in crate::admin) fn of(operator: &Operator, link: &Link, now: DateTime<Utc>) -> Self {
        let scheduled = link.fees().filter(|fee| fee.effective_from > now);
        Self {
            operator_id: operator.id().clone(),
            app_id: link.app.clone(),
            status: if link.stands() { "standing" } else { "ended" },
            fee: link.fee_at(now).map(|terms| FeeDocument::from(*terms)),
            scheduled_fees: scheduled
                .map(|fee| ScheduledFee {
                    effective_from: fee.effective_from,
                    fee: fee.terms.into(),
                })
                .collect(),
            shows_tickets: link.shows_tickets,
            agreed: link.consents.clone(),
            proposal_id: link.proposal.clone(),
            linked_at: link.linked_at,
            unlinked_at: link.unlinked_at,
        }
    }
}

/// A link that waits for one side's word.
#[derive(Serialize)]
pub(in crate::admin) struct ProposalView {
    proposal_id: LinkProposalId,
    operator_id: OperatorId,
    app_id: AppId,
    proposed_by: Side,
    fee: FeeDocument,
    shows_tickets: bool,
    /// Who gave the proposing side's word.
    signed_by: String,
    proposed_at: DateTime<Utc>,
}

impl ProposalView {
    pub(in crate::admin) fn of(operator: &Operator, proposal: &LinkProposal) -> Self {
        Self {
            proposal_id: proposal.proposal.clone(),
            operator_id: operator.id().clone(),
            app_id: proposal.app.clone(),
            proposed_by: proposal.by,
            fee: proposal.fee.into(),
            shows_tickets: proposal.shows_tickets,
            signed_by: proposal.consent.by.clone(),
            proposed_at: proposal.consent.at,
        }
    }
}

/// How two stand to each other.
#[derive(Serialize)]
struct RelationView {
    operator_id: OperatorId,
    app_id: AppId,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<LinkView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<ProposalView>,
}

impl RelationView {
    fn of(operator: &Operator, app: &AppId, now: DateTime<Utc>) -> Self {
        let link = operator.all_links().find(|link| link.app == *app);
        Self {
            operator_id: operator.id().clone(),
            app_id: app.clone(),
            link: link.map(|link| LinkView::of(operator, link, now)),
            proposal: operator
                .proposal(app)
                .map(|proposal| ProposalView::of(operator, proposal)),
        }
    }
}

/// Changes what stands between the operator and the app that the path names, and answers how it is then.
pub(super) async fn tell(
    admin: &Admin,
    command: &(dyn Fn(DateTime<Utc>) -> domain::operator::OperatorCommand + Send + Sync),
    claim: Option<&Claim>,
) -> Result<Answer, Problem> {
    let (operator, app) = (admin.operator()?, admin.app()?);
    let render = |operator: &Operator, now| once::success(&RelationView::of(operator, app.id(), now));
    let told = admin
        .engine
        .administer(&admin.context, operator.as_str(), command, claim, &render)
        .await;
    Ok(told?)
}
