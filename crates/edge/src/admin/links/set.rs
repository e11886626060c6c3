//! Links whose both sides have agreed elsewhere, their fees, and their end.

use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::operator::{Consent, Consents, FeeTerms, LinkDeclaration, OperatorCommand};
use engine::{Answer, Claim};
use serde::Deserialize;

use super::view::tell;
use crate::{
    admin::{
        admin_key::Admin,
        once::{self, Asked},
        permit::{AppAdmin, EngineAdmin, OperatorAdmin},
        problem::Problem,
        supply::reason,
    },
    marketplace::FeeDocument,
};

const fn yes() -> bool {
    true
}

/// What both sides have agreed on, as a marketplace file says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgreedLink {
    #[serde(default)]
    fee: FeeDocument,
    #[serde(default = "yes")]
    shows_tickets: bool,
    /// Who agreed for the app: an office, not a person.
    agreed_by_app: String,
    /// Who agreed for the operator.
    agreed_by_operator: String,
    /// When; now, if absent.
    agreed_at: Option<DateTime<Utc>>,
}

/// Has the link as it is stated, with both sides' word.
pub(super) async fn set(admin: EngineAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = establish(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn establish(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let agreed: AgreedLink = asked.read()?;
    let app = admin.app()?;
    let command = |at: DateTime<Utc>| {
        // What is agreed on tomorrow is not agreed on.
        let agreed_at = agreed.agreed_at.unwrap_or(at).min(at);
        let consent = |by: &str| Consent {
            by: by.to_owned(),
            at: agreed_at,
        };
        OperatorCommand::SetLink {
            link: LinkDeclaration {
                app: app.id().clone(),
                fee: FeeTerms::from(&agreed.fee),
                consents: Consents {
                    app: consent(&agreed.agreed_by_app),
                    operator: consent(&agreed.agreed_by_operator),
                },
                shows_tickets: agreed.shows_tickets,
            },
            at,
        }
    };
    tell(admin, &command, claim).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFee {
    fee: FeeDocument,
    /// From when on; now, if absent or past.
    effective_from: Option<DateTime<Utc>>,
}

/// Takes something else of what is bought from a moment on.
pub(super) async fn change_fee(admin: EngineAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = charge(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn charge(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let new: NewFee = asked.read()?;
    let app = admin.app()?;
    let command = |at: DateTime<Utc>| OperatorCommand::ChangeFee {
        app: app.id().clone(),
        fee: FeeTerms::from(&new.fee),
        effective_from: new.effective_from.unwrap_or(at),
        at,
    };
    tell(admin, &command, claim).await
}

/// The operator ends it.
pub(super) async fn operator_unlinks(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = unlink(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

/// The app ends it.
pub(super) async fn app_unlinks(admin: AppAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = unlink(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn unlink(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let reason = reason(asked)?;
    let app = admin.app()?;
    let command = |at| OperatorCommand::Unlink {
        app: app.id().clone(),
        reason: reason.clone(),
        at,
    };
    tell(admin, &command, claim).await
}
