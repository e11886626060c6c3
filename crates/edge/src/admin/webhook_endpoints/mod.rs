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
use owner::{Owner, Watcher};

use super::permit::{ToActForApp, ToActForOperator, ToSeeApp, ToSeeOperator};
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .merge(of::<ToActForApp, ToSeeApp>("apps/{app_id}"))
        .merge(of::<ToActForOperator, ToSeeOperator>("operators/{operator_id}"))
}

/// The same for whoever owns them: `A` may change them, `S` may look at them.
fn of<A: Owner, S: Watcher>(owner: &str) -> Router<Edge> {
    let all = format!("/admin/v1/{{environment}}/{owner}/webhook-endpoints");
    let one = format!("{all}/{{endpoint_id}}");
    let delivery = format!("{one}/deliveries/{{delivery_id}}");
    Router::new()
        .route(&all, get(show::list::<S>).post(change::create::<A>))
        .route(
            &one,
            get(show::get::<S>)
                .patch(change::change::<A>)
                .delete(change::delete::<A>),
        )
        .route(&format!("{one}/rotate-secret"), post(change::rotate::<A>))
        .route(&format!("{one}/disable"), post(change::disable::<A>))
        .route(&format!("{one}/enable"), post(change::enable::<A>))
        .route(&format!("{one}/ping"), post(change::ping::<A>))
        .route(&format!("{one}/replay"), post(resend::replay::<A>))
        .route(&format!("{one}/deliveries"), get(deliveries::list::<S>))
        .route(&delivery, get(deliveries::get::<S>))
        .route(&format!("{delivery}/resend"), post(resend::resend::<A>))
}
