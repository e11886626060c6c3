//! TLS on both listeners.

use std::{path::Path, process::Command};

use tempfile::TempDir;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};

use crate::world::{
    ADMIN_KEY, PUBLISHABLE_KEY, Setting, Store, World, keyed, on_both_stores,
    pb::{ListAgenciesRequest, catalog_client::CatalogClient},
    run,
};

on_both_stores!(both_listeners_show_the_configured_certificate);

/// A certificate for this machine that vouches for itself.
fn certificate(folder: &Path, name: &str) -> [String; 2] {
    let [certificate, key] =
        ["crt", "key"].map(|end| folder.join(format!("{name}.{end}")).display().to_string());
    let mut command = Command::new("openssl");
    command.args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
    ]);
    command.args(["-nodes", "-days", "2", "-subj", "/CN=localhost"]);
    command.args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]);
    command.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    command.args(["-keyout", &key, "-out", &certificate]);
    assert!(command.output().unwrap().status.success());
    [certificate, key]
}

async fn both_listeners_show_the_configured_certificate(store: Store) {
    let folder = TempDir::new().unwrap();
    let [certificate, key] = certificate(folder.path(), "own");
    let setting = Setting::on(store)
        .with("SWITCHYARD_TLS_CERT", &certificate)
        .with("SWITCHYARD_TLS_KEY", &key);
    let world = World::of(setting).await;
    let pem = std::fs::read(&certificate).unwrap();
    let trusted = reqwest::Certificate::from_pem(&pem).unwrap();
    let client = reqwest::Client::builder()
        .tls_certs_only([trusted])
        .build()
        .unwrap();
    let port = |addr: &str| addr.rsplit(':').next().unwrap().to_owned();
    let url = format!("https://localhost:{}/healthz", port(world.server.http()));
    let answer = client.get(&url).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.version()),
        (200, reqwest::Version::HTTP_2)
    );
    let in_clear = reqwest::get(url.replace("https://localhost", "http://127.0.0.1")).await;
    assert!(in_clear.is_err());
    let tls = ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(&pem))
        .domain_name("localhost");
    let endpoint = Endpoint::try_from(format!("https://localhost:{}", port(world.server.grpc()))).unwrap();
    let channel = endpoint.tls_config(tls).unwrap().connect().await.unwrap();
    let mut catalog = CatalogClient::new(channel);
    let listed = catalog.list_agencies(keyed(PUBLISHABLE_KEY, ListAgenciesRequest {}));
    assert!(!listed.await.unwrap().into_inner().agencies.is_empty());
    let in_clear = Endpoint::try_from(format!("http://{}", world.server.grpc())).unwrap();
    let mut strangers = CatalogClient::new(in_clear.connect_lazy());
    assert!(
        strangers
            .list_agencies(keyed(PUBLISHABLE_KEY, ListAgenciesRequest {}))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_named() {
    let folder = TempDir::new().unwrap();
    let [certificate_file, key] = certificate(folder.path(), "own");
    let [_, others_key] = certificate(folder.path(), "other");
    let refused = async |given: &[&str]| {
        let good = [
            "serve",
            "--http",
            "127.0.0.1:0",
            "--grpc",
            "127.0.0.1:0",
            "--admin-key",
            ADMIN_KEY,
        ];
        let output = run(folder.path(), &[&good, given].concat()).await;
        assert!(!output.status.success(), "{given:?} was taken");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let (cert_flag, key_flag) = ("--tls-cert", "--tls-key");
    let cases = [
        (vec![cert_flag, certificate_file.as_str()], "--tls-key"),
        (vec![key_flag, key.as_str()], "--tls-cert"),
        (vec![cert_flag, "missing.crt", key_flag, &key], "missing.crt"),
        (vec![cert_flag, &key, key_flag, &key], "no certificate in PEM"),
        (
            vec![cert_flag, &certificate_file, key_flag, &certificate_file],
            "no private key in PEM",
        ),
        (
            vec![cert_flag, &certificate_file, key_flag, &others_key],
            "not the certificate's",
        ),
    ];
    for (given, named) in cases {
        let said = refused(&given).await;
        assert!(said.contains(named), "{given:?}: {said}");
        assert!(!said.contains("BEGIN"), "{said}");
    }
}
