//! gRPC, as a service in Rust would speak it.

use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};
use tonic_types::StatusExt;

use pb::{passes_client::PassesClient, purchases_client::PurchasesClient};

use super::{BUS, SECRET_KEY, SINGLE, World, fresh_key};

/// What is made of the published protos.
pub(crate) mod pb {
    #![expect(
        clippy::large_enum_variant,
        clippy::pedantic,
        unreachable_pub,
        reason = "generated"
    )]

    tonic::include_proto!("switchyard.v1");
}

/// A connection to the server.
pub(crate) async fn channel(world: &World) -> Channel {
    let endpoint = Endpoint::try_from(format!("http://{}", world.server.grpc())).unwrap();
    endpoint.connect().await.unwrap()
}

fn value(text: &str) -> MetadataValue<Ascii> {
    text.parse().unwrap()
}

/// A message with a key.
pub(crate) fn keyed<M>(key: &str, message: M) -> Request<M> {
    let mut request = Request::new(message);
    request
        .metadata_mut()
        .insert("authorization", value(&format!("Bearer {key}")));
    request
}

/// The same with more metadata.
pub(crate) fn with<M>(mut request: Request<M>, name: &'static str, text: &str) -> Request<M> {
    request.metadata_mut().insert(name, value(text));
    request
}

/// The reason of a refusal, and the parameter it is about.
#[track_caller]
pub(crate) fn reason(status: &Status) -> (String, String) {
    let info = status.get_details_error_info().expect("google.rpc.ErrorInfo");
    assert_eq!(info.domain, "switchyard.v1");
    let param = info.metadata.get("param").cloned();
    (info.reason, param.unwrap_or_default())
}

/// In the name of a rider.
pub(crate) fn of_rider<M>(jwt: &str, message: M) -> Request<M> {
    with(keyed(SECRET_KEY, message), "x-rider-jwt", jwt)
}

/// Every pass, usable or not.
pub(crate) fn every_pass() -> pb::PassesShown {
    pb::PassesShown {
        include_unusable: true,
        ..pb::PassesShown::default()
    }
}

/// An order of one ride.
pub(crate) fn single_ride(state: &str) -> pb::CreatePurchaseRequest {
    pb::CreatePurchaseRequest {
        agency_id: BUS.to_owned(),
        fare_id: SINGLE.to_owned(),
        stripe_token: "pm_card_visa".to_owned(),
        passes_state: state.to_owned(),
        ..pb::CreatePurchaseRequest::default()
    }
}

/// Everything that a rider holds.
pub(crate) async fn wallet_of(world: &World, jwt: &str) -> pb::Wallet {
    let mut passes = PassesClient::new(channel(world).await);
    let asked = of_rider(
        jwt,
        pb::ListPassesRequest {
            shown: Some(every_pass()),
        },
    );
    passes.list_passes(asked).await.unwrap().into_inner()
}

/// Buys one ride and gives what the answer holds.
pub(crate) async fn buy_a_ride(world: &World, jwt: &str) -> pb::Wallet {
    let state = wallet_of(world, jwt).await.passes_state;
    let mut purchases = PurchasesClient::new(channel(world).await);
    let order = with(
        of_rider(jwt, single_ride(&state)),
        "idempotency-key",
        &fresh_key(),
    );
    purchases.create_purchase(order).await.unwrap().into_inner()
}
