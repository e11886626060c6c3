//! `GET /admin/v1/{environment}/users/{user_id}`: a rider in clear. Every look stands in the log before it is answered.

use axum::{Json, Router, routing::get};
use domain::{AppId, DisclosureId, UserId};
use engine::{DiscloseProblem, Disclosed};
use serde::Serialize;

use super::{permit::Reader, problem::Problem};
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new().route("/admin/v1/{environment}/users/{user_id}", get(show))
}

/// A rider.
#[derive(Serialize)]
struct UserView {
    user_id: UserId,
    app_id: AppId,
    /// The app's own name for the rider; absent once the rider was erased, as is everything else that is personal.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_plate: Option<String>,
    /// Whether a card is saved.
    has_card: bool,
    /// Under which id this look stands in the log.
    disclosure_id: DisclosureId,
}

async fn show(admin: Reader) -> Result<Json<UserView>, Problem> {
    let missing = || Problem::not_found("There is no such user.");
    let user_id = UserId::parse(admin.named("user_id")).map_err(|_| missing())?;
    let disclosed = admin.engine.disclose(&admin.context, &user_id).await;
    let Disclosed {
        disclosure,
        user,
        subject,
        email,
        phone,
        license_plate,
    } = disclosed.map_err(|problem| match problem {
        DiscloseProblem::NoSuchUser => missing(),
        DiscloseProblem::Failure(failure) => failure.into(),
    })?;
    Ok(Json(UserView {
        user_id,
        app_id: user.app().clone(),
        subject,
        email,
        phone_number: phone,
        license_plate,
        has_card: user.credential().is_some(),
        disclosure_id: disclosure,
    }))
}
