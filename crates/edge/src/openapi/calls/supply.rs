//! The admin API for operators, their accounts and their links, and what Stripe and operators' browsers call.

use super::admin::{administering as call, paged};
use crate::{
    marketplace::OperatorDocument,
    openapi::{
        call::{Access, Call},
        param::Param,
        schemas::{
            AcceptedLink, AgreedLink, ConsentPage, DeclinedLink, ForApp, GivenUp, NewFee, Onboarding,
            OnboardingOrder, Operator, OperatorHistory, OperatorPage, OperatorsOfApp, ProposedLink,
            ReasonGiven, Relation,
        },
    },
};

const ONE: &str = "/admin/v1/{environment}/operators/{operator_id}";

pub(super) fn calls() -> Vec<Call> {
    let mut all = operators();
    all.extend(accounts());
    all.extend(links());
    all.extend(outside());
    all
}

fn operators() -> Vec<Call> {
    vec![
        paged(call(
            "get",
            "/admin/v1/{environment}/operators",
            "listOperators",
            "The operators, by id.",
        ))
        .queried(Param::text("kind", "transit, parking or transit_and_parking."))
        .queried(Param::text("app", "Linked to this app."))
        .queried(Param::text(
            "transactable",
            "true or false: whether riders can buy.",
        ))
        .answers::<OperatorPage>(),
        call(
            "post",
            "/admin/v1/{environment}/operators",
            "createOperator",
            "Registers an operator.",
        )
        .reads::<OperatorDocument>()
        .once()
        .answers::<Operator>(),
        call(
            "get",
            ONE,
            "getOperator",
            "One operator, and whether it can sell.",
        )
        .answers::<Operator>(),
        call(
            "patch",
            ONE,
            "changeOperator",
            "Changes what is given (RFC 7396).",
        )
        .reads::<OperatorDocument>()
        .once()
        .answers::<Operator>(),
        call(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/suspend",
            "suspendOperator",
            "Stops new sales.",
        )
        .reads::<ReasonGiven>()
        .once()
        .answers::<Operator>(),
        call(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/reinstate",
            "reinstateOperator",
            "Sells again.",
        )
        .reads::<ReasonGiven>()
        .once()
        .answers::<Operator>(),
        paged(call(
            "get",
            "/admin/v1/{environment}/operators/{operator_id}/history",
            "getOperatorHistory",
            "Who did what, when, and on what evidence.",
        ))
        .queried(Param::text(
            "about",
            "payment: only what decides whether it can be paid.",
        ))
        .answers::<OperatorHistory>(),
    ]
}

fn accounts() -> Vec<Call> {
    vec![
        call(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/onboarding",
            "beginOnboarding",
            "Makes the account, if there is none, and answers with Stripe's form.",
        )
        .reads::<OnboardingOrder>()
        .once()
        .answers::<Onboarding>(),
        call(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/oauth",
            "beginOauth",
            "Answers with Stripe's consent page, for an account that the operator has.",
        )
        .reads::<ForApp>()
        .once()
        .answers::<ConsentPage>(),
        call(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/deauthorize",
            "deauthorize",
            "Takes an app's permission to act for the account away.",
        )
        .reads::<ForApp>()
        .answers::<GivenUp>(),
    ]
}

fn links() -> Vec<Call> {
    vec![
        call(
            "put",
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}",
            "setLink",
            "Has the link as both sides agreed.",
        )
        .reads::<AgreedLink>()
        .once()
        .answers::<Relation>(),
        call(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}/fee",
            "changeFee",
            "Takes something else, from a moment on.",
        )
        .reads::<NewFee>()
        .once()
        .answers::<Relation>(),
        call(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}/propose",
            "operatorProposesLink",
            "The operator wants a link.",
        )
        .reads::<ProposedLink>()
        .once()
        .answers::<Relation>(),
        call(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}/accept",
            "operatorAcceptsLink",
            "The operator agrees to what the app proposed.",
        )
        .reads::<AcceptedLink>()
        .once()
        .answers::<Relation>(),
        call(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}/decline",
            "operatorDeclinesLink",
            "The operator says no, or takes its proposal back.",
        )
        .reads::<DeclinedLink>()
        .once()
        .answers::<Relation>(),
        call(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/links/{app_id}/unlink",
            "operatorUnlinks",
            "The operator ends the link.",
        )
        .reads::<ReasonGiven>()
        .once()
        .answers::<Relation>(),
        paged(call(
            "get",
            "/admin/v1/{environment}/apps/{app_id}/links",
            "listLinksOfApp",
            "The operators that an app has to do with.",
        ))
        .answers::<OperatorsOfApp>(),
        call(
            "post",
            "/admin/v1/{environment}/apps/{app_id}/links/{operator_id}/propose",
            "appProposesLink",
            "The app wants a link.",
        )
        .reads::<ProposedLink>()
        .once()
        .answers::<Relation>(),
        call(
            "post",
            "/admin/v1/{environment}/apps/{app_id}/links/{operator_id}/accept",
            "appAcceptsLink",
            "The app agrees to what the operator proposed.",
        )
        .reads::<AcceptedLink>()
        .once()
        .answers::<Relation>(),
        call(
            "post",
            "/admin/v1/{environment}/apps/{app_id}/links/{operator_id}/decline",
            "appDeclinesLink",
            "The app says no, or takes its proposal back.",
        )
        .reads::<DeclinedLink>()
        .once()
        .answers::<Relation>(),
        call(
            "post",
            "/admin/v1/{environment}/apps/{app_id}/links/{operator_id}/unlink",
            "appUnlinks",
            "The app ends the link.",
        )
        .reads::<ReasonGiven>()
        .once()
        .answers::<Relation>(),
    ]
}

/// What is called by others than administrators: Stripe, and operators' browsers on the way back from Stripe.
fn outside() -> Vec<Call> {
    let open = |method, path, id, summary| Call::new("Operation", (method, path), id, Access::Open, summary);
    let token = || Param::text("token", "What our address carried.");
    vec![
        open(
            "get",
            "/onboarding/{environment}/refresh",
            "refreshOnboarding",
            "Leads to a fresh form of Stripe's.",
        )
        .at("environment", "test or live.")
        .queried(token())
        .answers_text("text/html")
        .fails_as("text/html")
        .refused(&[303, 400, 410, 503]),
        open(
            "get",
            "/onboarding/{environment}/return",
            "returnFromOnboarding",
            "The way back from Stripe's form.",
        )
        .at("environment", "test or live.")
        .queried(token())
        .answers_text("text/html")
        .fails_as("text/html")
        .refused(&[400, 410, 503]),
        open(
            "get",
            "/onboarding/oauth/callback",
            "returnFromConsent",
            "The way back from Stripe's consent page.",
        )
        .queried(Param::text("state", "What we sent along."))
        .queried(Param::text("code", "What stands for the account."))
        .queried(Param::text(
            "error",
            "access_denied, or why else there is no code.",
        ))
        .answers_text("text/html")
        .fails_as("text/html")
        .refused(&[400, 409, 410, 502, 503]),
        open(
            "post",
            "/webhooks/stripe",
            "receiveStripeEvent",
            "Stripe tells what happened.",
        )
        .answers_text("text/plain")
        .says_why(400)
        .says_why(503),
        open(
            "post",
            "/webhooks/stripe/{environment}",
            "receiveStripeEventOf",
            "The same, for one environment.",
        )
        .at("environment", "test or live.")
        .answers_text("text/plain")
        .says_why(400)
        .says_why(503),
    ]
}
