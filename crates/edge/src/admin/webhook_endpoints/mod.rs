//! `…/webhook-endpoints` of an app or an operator: where it is told what happens, and what became of that.

mod change;
mod deliveries;
mod faults;
mod owner;
mod resend;
mod show;
mod view;

use axum::{
    Router,
    routing::{get, post},
};

use super::permit;
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new().merge(of_apps()).merge(of_operators())
}

fn of_apps() -> Router<Edge> {
    use permit::{ToActForApp as Acts, ToSeeApp as Sees};
    Router::new()
        .route("/admin/v1/{environment}/apps/{app_id}/webhook-endpoints", get(show::list::<Sees>).post(change::create::<Acts>))
        .route("/admin/v1/{environment}/apps/{app_id}/webhook-endpoints/{endpoint_id}", get(show::get::<Sees>).patch(change::change::<Acts>).delete(change::delete::<Acts>))
        .route("/admin/v1/{environment}/apps/{app_id}/webhook-endpoints/{endpoint_id}/rotate-secret", post(change::rotate::<Acts>))
        .route("/admin/v1/{environment}/apps/{app_id}/webhook-endpoints/{endpoint_id}/disable", post(change::disable::<Acts>))
        .route("/admin/v1/{environment}/apps/{app_id}/webhook-endpoints/{endpoint_id}/enable", post(change::enable::<Acts>))
        .route("/admin/v1/{environment}/apps/{app_id}/webhook-endpoints/{endpoint_id}/ping", post(change::ping::<Acts>))
        .route("/admin/v1/{environment}/apps/{app_id}/webhook-endpoints/{endpoint_id}/replay", post(resend::replay::<Acts>))
        .route("/admin/v1/{environment}/apps/{app_id}/webhook-endpoints/{endpoint_id}/deliveries", get(deliveries::list::<Sees>))
        .route("/admin/v1/{environment}/apps/{app_id}/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}", get(deliveries::get::<Sees>))
        .route("/admin/v1/{environment}/apps/{app_id}/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/resend", post(resend::resend::<Acts>))
}

fn of_operators() -> Router<Edge> {
    use permit::{ToActForOperator as Acts, ToSeeOperator as Sees};
    Router::new()
        .route("/admin/v1/{environment}/operators/{operator_id}/webhook-endpoints", get(show::list::<Sees>).post(change::create::<Acts>))
        .route("/admin/v1/{environment}/operators/{operator_id}/webhook-endpoints/{endpoint_id}", get(show::get::<Sees>).patch(change::change::<Acts>).delete(change::delete::<Acts>))
        .route("/admin/v1/{environment}/operators/{operator_id}/webhook-endpoints/{endpoint_id}/rotate-secret", post(change::rotate::<Acts>))
        .route("/admin/v1/{environment}/operators/{operator_id}/webhook-endpoints/{endpoint_id}/disable", post(change::disable::<Acts>))
        .route("/admin/v1/{environment}/operators/{operator_id}/webhook-endpoints/{endpoint_id}/enable", post(change::enable::<Acts>))
        .route("/admin/v1/{environment}/operators/{operator_id}/webhook-endpoints/{endpoint_id}/ping", post(change::ping::<Acts>))
        .route("/admin/v1/{environment}/operators/{operator_id}/webhook-endpoints/{endpoint_id}/replay", post(resend::replay::<Acts>))
        .route("/admin/v1/{environment}/operators/{operator_id}/webhook-endpoints/{endpoint_id}/deliveries", get(deliveries::list::<Sees>))
        .route("/admin/v1/{environment}/operators/{operator_id}/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}", get(deliveries::get::<Sees>))
        .route("/admin/v1/{environment}/operators/{operator_id}/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/resend", post(resend::resend::<Acts>))
}
