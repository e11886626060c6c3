//! `/admin/v1/{environment}/operators/{operator_id}/passes/{pass_id}`: what support sees of a pass and does about it.

use axum::{
    Json, Router,
    response::Response,
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use domain::{
    AppId, FareId, OperatorId, PurchaseId, RefundId, UserId,
    catalog::PassTerms,
    wallet::{ItemId, Pass, Standing, Wallet},
};
use engine::{Answer, Claim, ServedPass};
use serde::{Deserialize, Serialize};

use super::{
    admin_key::Admin,
    once::{self, Asked},
    permit::{OperatorAdmin, OperatorReader},
    problem::Problem,
};
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/passes/{pass_id}",
            get(show),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/passes/{pass_id}/invalidate",
            post(invalidate),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/passes/{pass_id}/reissue",
            post(reissue),
        )
}

/// A pass, a ride of a book, or a book.
#[derive(Serialize)]
struct PassView {
    pass_id: String,
    /// The rider who has it, or had it last, by our own id.
    user_id: UserId,
    purchase_id: PurchaseId,
    operator_id: OperatorId,
    app_id: AppId,
    fare_id: FareId,
    /// As its rider sees it. Of a book: whether it still stands.
    status: &'static str,
    issued_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activated_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<DateTime<Utc>>,
    /// The rides of a book.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rides: Vec<RideView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_id: Option<RefundId>,
    /// What it was given in place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
    /// What was given in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<String>,
}

#[derive(Serialize)]
struct RideView {
    pass_id: String,
    status: &'static str,
}

/// What pass and book have in common.
struct Known<'a> {
    terms: &'a PassTerms,
    issued_at: DateTime<Utc>,
    status: &'static str,
    used: Option<(DateTime<Utc>, DateTime<Utc>)>,
    rides: Vec<RideView>,
}

fn known<'a>(wallet: &'a Wallet, item: &ItemId, now: DateTime<Utc>) -> Option<Known<'a>> {
    match item {
        ItemId::Pass(id) => {
            let pass = wallet.pass(id)?;
            Some(Known {
                terms: pass.terms(),
                issued_at: pass.issued_at(),
                status: status(pass, now),
                used: pass.activation().map(|it| (it.first_at, it.ends_at)),
                rides: Vec::new(),
            })
        }
        ItemId::PassBook(id) => {
            let book = wallet.book(id)?;
            let rides = book.passes().iter().filter_map(|id| wallet.pass(id));
            Some(Known {
                terms: book.terms(),
                issued_at: book.issued_at(),
                status: standing(book.standing()),
                used: None,
                rides: rides
                    .map(|ride| RideView {
                        pass_id: ride.id().to_string(),
                        status: status(ride, now),
                    })
                    .collect(),
            })
        }
    }
}

/// As whoever has it sees it, on whichever device that is.
fn status(pass: &Pass, now: DateTime<Utc>) -> &'static str {
    let device = pass.activation().and_then(|it| it.device.as_ref());
    pass.status(device, now).as_str()
}

const fn standing(standing: &Standing) -> &'static str {
    match standing {
        Standing::Good => "good",
        Standing::Reserved { .. } => "awaiting_transfer",
        Standing::Moved { .. } => "transferred",
        Standing::Refunded { .. } => "refunded",
        Standing::Invalidated { .. } => "invalid",
        Standing::Suspended { .. } => "suspended",
        Standing::Capped { .. } => "fare_capped",
    }
}

impl PassView {
    fn of(served: &ServedPass, item: &ItemId, now: DateTime<Utc>) -> Option<Self> {
        let wallet = &served.wallet;
        let known = known(wallet, item, now)?;
        let order = served.purchase.order();
        let refund = match wallet.standing(item) {
            Some(Standing::Refunded { refund, .. }) => Some(refund.clone()),
            _ => None,
        };
        let named = |item: &ItemId| item.as_str().to_owned();
        Some(Self {
            pass_id: named(item),
            user_id: served.holder.clone(),
            purchase_id: order.purchase.clone(),
            operator_id: order.operator.clone(),
            app_id: order.app.clone(),
            fare_id: known.terms.fare.id.clone(),
            status: known.status,
            issued_at: known.issued_at,
            activated_at: known.used.map(|(at, _)| at),
            ends_at: known.used.map(|(_, at)| at),
            rides: known.rides,
            refund_id: refund,
            replaces: wallet.replaces(item).map(named),
            replaced_by: wallet.replacement_of(item).as_ref().map(named),
        })
    }

    fn answer(served: &ServedPass, item: &ItemId, now: DateTime<Utc>) -> Answer {
        match Self::of(served, item, now) {
            Some(view) => once::success(&view),
            None => Problem::internal().answer(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InvalidateDocument {
    reason: String,
}

/// How much of the validity the new pass has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ValidityChoice {
    /// What is left of it.
    #[default]
    Remaining,
    /// All of it.
    Anew,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReissueDocument {
    reason: String,
    #[serde(default)]
    validity: ValidityChoice,
}

fn missing() -> Problem {
    Problem::not_found("The operator sold no such pass.")
}

fn item_of(admin: &Admin) -> Result<ItemId, Problem> {
    ItemId::read(admin.named("pass_id")).ok_or_else(missing)
}

fn given(reason: &str) -> Result<(), Problem> {
    match reason.trim().is_empty() {
        true => Err(Problem::unprocessable("The reason is blank.")),
        false => Ok(()),
    }
}

/// A pass as it is now.
async fn show(admin: OperatorReader) -> Result<Json<PassView>, Problem> {
    let (operator, item) = (admin.operator()?, item_of(&admin)?);
    let now = admin.engine.host().now();
    let served = admin.engine.pass_sold_by(&operator, &item).await?;
    let view = served.and_then(|served| PassView::of(&served, &item, now));
    view.map(Json).ok_or_else(missing)
}

/// Declares it invalid.
async fn invalidate(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = void(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn void(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let InvalidateDocument { reason } = asked.read()?;
    given(&reason)?;
    let (operator, item) = (admin.operator()?, item_of(admin)?);
    let render = |served: &ServedPass, at| PassView::answer(served, &item, at);
    let voided = admin
        .engine
        .invalidate_pass(&admin.context, (&operator, &item), &reason, claim, &render)
        .await;
    Ok(voided?)
}

/// Gives a new one in its place, and answers with that.
async fn reissue(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = replace(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn replace(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let ReissueDocument { reason, validity } = asked.read()?;
    given(&reason)?;
    let (operator, item) = (admin.operator()?, item_of(admin)?);
    let anew = validity == ValidityChoice::Anew;
    let render = |served: &ServedPass, at| {
        let replacement = served.wallet.replacement_of(&item);
        PassView::answer(served, replacement.as_ref().unwrap_or(&item), at)
    };
    let replaced = admin
        .engine
        .reissue_pass(
            &admin.context,
            (&operator, &item),
            (anew, &reason),
            claim,
            &render,
        )
        .await;
    Ok(replaced?)
}
