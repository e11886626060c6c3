//! Fetching over real HTTP, from this machine.

use axum::Router;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::routing::get;
use bytes::Bytes;

use crate::jwt::{FetchError, HttpJwks, JwksFetcher, JwksUrl};

async fn served() -> String {
    let moved = || async { (StatusCode::FOUND, [(header::LOCATION, "/jwks.json")], "") };
    let endless = || async {
        let chunks = std::iter::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 8192])));
        Body::from_stream(futures::stream::iter(chunks))
    };
    let broken = || async {
        let chunks = [Ok(Bytes::from("{")), Err(std::io::Error::other("cut"))];
        Body::from_stream(futures::stream::iter(chunks))
    };
    let router = Router::new()
        .route("/jwks.json", get(|| async { r#"{"keys":[]}"# }))
        .route("/moved", get(moved))
        .route("/endless", get(endless))
        .route("/broken", get(broken))
        .route("/failing", get(|| async { StatusCode::SERVICE_UNAVAILABLE }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn fetch(url: &str) -> Result<Bytes, FetchError> {
    HttpJwks::new()
        .unwrap()
        .fetch(&JwksUrl::parse(url).unwrap())
        .await
}

#[tokio::test]
async fn a_document_is_fetched() {
    let base = served().await;
    assert_eq!(
        fetch(&format!("{base}/jwks.json")).await.unwrap(),
        r#"{"keys":[]}"#
    );
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let base = served().await;
    assert_eq!(
        fetch(&format!("{base}/moved")).await,
        Err(FetchError::Status(302))
    );
}

#[tokio::test]
async fn an_answer_other_than_200_is_a_failure() {
    let base = served().await;
    assert_eq!(
        fetch(&format!("{base}/failing")).await,
        Err(FetchError::Status(503))
    );
    assert_eq!(
        fetch(&format!("{base}/nowhere")).await,
        Err(FetchError::Status(404))
    );
}

#[tokio::test]
async fn an_endless_document_is_given_up() {
    let base = served().await;
    assert_eq!(fetch(&format!("{base}/endless")).await, Err(FetchError::TooLarge));
}

#[tokio::test]
async fn a_document_that_breaks_off_is_a_failure() {
    let base = served().await;
    assert!(matches!(
        fetch(&format!("{base}/broken")).await,
        Err(FetchError::Unreachable(_))
    ));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_failure_and_its_address_is_not_repeated() {
    // Bound and closed again: nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let Err(FetchError::Unreachable(reason)) = fetch(&format!("http://127.0.0.1:{port}/secret-path")).await
    else {
        panic!("nobody should answer");
    };
    assert!(!reason.contains("secret-path"), "{reason}");
}
