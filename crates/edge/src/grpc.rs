//! The gRPC listener: the standard health service, and reflection to find it by.

use tokio::{net::TcpListener, sync::watch};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Error, Server};
use tonic_health::ServingStatus;

/// Serves gRPC until told to stop.
pub async fn serve_grpc(listener: TcpListener, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status("", ServingStatus::Serving).await;
    let described = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    // Many stock clients still ask in the words of the draft.
    let reflection = described().build_v1().map_err(std::io::Error::other)?;
    let reflection_draft = described().build_v1alpha().map_err(std::io::Error::other)?;
    Server::builder()
        .add_service(health)
        .add_service(reflection)
        .add_service(reflection_draft)
        .serve_with_incoming_shutdown(TcpListenerStream::new(listener), async move {
            // A closed channel means that whoever could tell us to stop is gone: stop.
            let _ = stop.wait_for(|stop| *stop).await;
        })
        .await
        .map_err(|error: Error| std::io::Error::other(error))
}
