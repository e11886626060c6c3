//! gRPC, as a service in Rust would speak it.

use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};
use tonic_types::StatusExt;

use super::World;

/// What is made of the published protos.
pub(crate) mod pb {
    #![expect(clippy::pedantic, unreachable_pub, reason = "generated")]

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
