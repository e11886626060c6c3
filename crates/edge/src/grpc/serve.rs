//! The gRPC listener: the services of `switchyard.v1`, health, and reflection to find them by.

use axum::{Router, middleware::from_fn};
use tokio::{net::TcpListener, sync::watch};
use tonic::{server::NamedService, service::Routes};
use tonic_health::{ServingStatus, server::HealthReporter};
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    accounts::AccountsFace,
    bridge::Bridge,
    catalog::CatalogFace,
    deadline::{in_time, panicked},
    feed::FeedFace,
    parking::ParkingFace,
    passes::PassesFace,
    pb::{
        FILE_DESCRIPTOR_SET, accounts_server::AccountsServer, catalog_server::CatalogServer,
        event_feed_server::EventFeedServer, parking_server::ParkingServer, passes_server::PassesServer,
        purchases_server::PurchasesServer, transfers_server::TransfersServer, users_server::UsersServer,
    },
    purchases::PurchasesFace,
    transfers::TransfersFace,
    users::UsersFace,
};
use crate::{gauge, listener::serve_streams, server::Edge, tls::Tls};

/// Longest message that is taken, in bytes: as long as a body over HTTP.
const MAX_MESSAGE: usize = 64 * 1024;

/// Serves gRPC until told to stop.
pub async fn serve_grpc(
    listener: TcpListener,
    edge: Edge,
    tls: Option<Tls>,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let (reporter, health) = tonic_health::server::health_reporter();
    let names = [
        "",
        AccountsServer::<AccountsFace>::NAME,
        CatalogServer::<CatalogFace>::NAME,
        UsersServer::<UsersFace>::NAME,
        PurchasesServer::<PurchasesFace>::NAME,
        PassesServer::<PassesFace>::NAME,
        TransfersServer::<TransfersFace>::NAME,
        ParkingServer::<ParkingFace>::NAME,
        EventFeedServer::<FeedFace>::NAME,
    ];
    for name in names {
        reporter.set_service_status(name, ServingStatus::Serving).await;
    }
    tokio::spawn(step_down(reporter, names, stop.clone()));
    let described = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    // Many stock clients still ask in the words of the draft.
    let reflection = described().build_v1().map_err(std::io::Error::other)?;
    let reflection_draft = described().build_v1alpha().map_err(std::io::Error::other)?;
    let served = services(&edge, stop.clone())
        .add_service(health)
        .add_service(reflection)
        .add_service(reflection_draft);
    let router: Router = served
        .into_axum_router()
        .layer(from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(gauge::measure));
    serve_streams(listener, router, edge.limits(), tls, stop).await
}

fn services(edge: &Edge, stop: watch::Receiver<bool>) -> Routes {
    let bridge = Bridge::to(edge);
    let accounts = AccountsServer::new(AccountsFace(bridge.clone()));
    let catalog = CatalogServer::new(CatalogFace(bridge.clone()));
    let users = UsersServer::new(UsersFace(bridge.clone()));
    let purchases = PurchasesServer::new(PurchasesFace(bridge.clone()));
    let passes = PassesServer::new(PassesFace(bridge.clone()));
    let transfers = TransfersServer::new(TransfersFace(bridge.clone()));
    let parking = ParkingServer::new(ParkingFace(bridge));
    let feed = EventFeedServer::new(FeedFace::new(edge, stop));
    Routes::new(accounts.max_decoding_message_size(MAX_MESSAGE))
        .add_service(catalog.max_decoding_message_size(MAX_MESSAGE))
        .add_service(users.max_decoding_message_size(MAX_MESSAGE))
        .add_service(purchases.max_decoding_message_size(MAX_MESSAGE))
        .add_service(passes.max_decoding_message_size(MAX_MESSAGE))
        .add_service(transfers.max_decoding_message_size(MAX_MESSAGE))
        .add_service(parking.max_decoding_message_size(MAX_MESSAGE))
        .add_service(feed.max_decoding_message_size(MAX_MESSAGE))
}

/// Tells whoever balances load to look elsewhere, as soon as we stop.
async fn step_down(reporter: HealthReporter, names: [&'static str; 9], mut stop: watch::Receiver<bool>) {
    // A closed channel means that whoever could tell us to stop is gone: stop.
    let _ = stop.wait_for(|stop| *stop).await;
    for name in names {
        reporter.set_service_status(name, ServingStatus::NotServing).await;
    }
}
