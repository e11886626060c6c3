//! What a client is told when the machine itself fails: a request that breaks in the middle, and a log that takes no
//! more. Both are made to happen to the whole edge, in process.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{Router, body::Body};
use chrono::{DateTime, Utc};
use domain::AppId;
use edge::{Edge, EdgeConfig, api_key::Environment, marketplace::declaration};
use engine::{Actor, Context, Engine, Host, Parts, PlatformKeys, Settings, SystemHost};
use event_log::{
    Append, AppendError, Database, EventLog, Expected, Metadata, NewEvent, StreamId, StreamWrite,
};
use http::{Request, StatusCode};
use payments::{Platform, Stripe, StripeConfig};
use serde_json::Value;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;
use tokio::{sync::watch, task::JoinHandle};
use tower::ServiceExt;
use uuid::Uuid;
use vault::Vault;

/// A machine whose clock may be torn out.
struct Breakable(Arc<AtomicBool>);

#[async_trait]
impl Host for Breakable {
    fn now(&self) -> DateTime<Utc> {
        assert!(!self.0.load(Ordering::SeqCst), "the clock is gone");
        SystemHost.now()
    }

    fn fresh_id(&self) -> Uuid {
        SystemHost.fresh_id()
    }

    async fn sleep(&self, duration: Duration) {
        SystemHost.sleep(duration).await;
    }
}

struct NoKeys;

impl PlatformKeys for NoKeys {
    fn platform(&self, _: &AppId) -> Option<Platform> {
        None
    }
}

struct World {
    router: Router,
    database: Database,
    url: String,
    broken: Arc<AtomicBool>,
    follower: JoinHandle<()>,
    _folder: TempDir,
}

impl World {
    async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let url = event_log::testing::sqlite_url(&folder);
        let database = Database::open(&url).await.unwrap();
        let broken = Arc::new(AtomicBool::new(false));
        let parts = Parts {
            log: database.log(),
            vault: Arc::new(Vault::open(&database, None).await.unwrap()),
            gateway: Arc::new(Stripe::new(&StripeConfig::default()).unwrap()),
            platforms: Arc::new(NoKeys),
            provisioner: None,
            webhooks: engine::Webhooks::over_http(
                engine::outbox::Outbox::of(&database),
                engine::outbox::Policy::default(),
            )
            .unwrap(),
            host: Arc::new(Breakable(Arc::clone(&broken))),
            settings: Settings::default(),
        };
        let engine = Arc::new(Engine::open(parts).await.unwrap());
        let following = Arc::clone(&engine);
        let follower = tokio::spawn(async move {
            let stop = watch::Sender::new(false);
            following.directory().follow(stop.subscribe()).await.unwrap();
        });
        let demo = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../demo/marketplace.yaml");
        let demo = serde_saphyr::from_str(&std::fs::read_to_string(demo).unwrap()).unwrap();
        let declared = declaration(&demo, Environment::Test).unwrap();
        let admin = Context::of_request(Actor::Admin, None, "req_admin");
        engine.declare(&admin, &declared).await.unwrap();
        let edge = Edge::new(EdgeConfig {
            test: engine,
            live: None,
            admin_key: "ak_tests_only_0000000000000000".to_owned(),
            public_url: "http://127.0.0.1".to_owned(),
            limits: edge::Limits::default(),
            metrics: Arc::new(String::new),
        });
        Self {
            router: edge.unwrap().router(),
            database,
            url,
            broken,
            follower,
            _folder: folder,
        }
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        bearer: Option<&str>,
    ) -> (StatusCode, Option<String>, String) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("Token-Transit-Api-Key", "sk_test_cityhop_demo_0000000000")
            .header("Token-Transit-Api-Version", "2020-05-21");
        if let Some(bearer) = bearer {
            request = request.header("Authorization", format!("Bearer {bearer}"));
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let retry_after = parts.headers.get("retry-after");
        let retry_after = retry_after.map(|value| value.to_str().unwrap().to_owned());
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        (
            parts.status,
            retry_after,
            String::from_utf8(body.to_vec()).unwrap(),
        )
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_breaks_is_answered_in_the_published_shape() {
    let world = World::start().await;
    let path = "/agency/bigbluebus/fare";
    assert_eq!(world.ask("GET", path, None).await.0, StatusCode::OK);
    world.broken.store(true, Ordering::SeqCst);
    let (status, _, body) = world.ask("GET", path, None).await;
    world.broken.store(false, Ordering::SeqCst);
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        (&body["code"], &body["retryable"]),
        (&"unknown".into(), &false.into())
    );
    assert!(
        !body.to_string().contains("clock"),
        "nobody outside learns what broke"
    );
    assert_eq!(world.ask("GET", path, None).await.0, StatusCode::OK);
}

/// A command of nobody's, to stand in the way.
fn obstacle() -> Append {
    let metadata = Metadata {
        actor: "nobody".to_owned(),
        app: None,
        causation: None,
        correlation: "in the way".to_owned(),
        request: None,
    };
    Append {
        writes: vec![StreamWrite {
            stream: StreamId::new("obstacle", Uuid::now_v7()).unwrap(),
            expected: Expected::NoStream,
            events: vec![NewEvent::new("obstacle.stood", 1, &serde_json::json!({})).unwrap()],
        }],
        records: vec![],
        metadata,
        at: SystemHost.now(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_takes_no_more_is_to_be_asked_again() {
    let world = World::start().await;
    let minted = world
        .ask("POST", "/auth/testing/jwt?sub=ann&email=ann@example.com", None)
        .await;
    assert_eq!(minted.0, StatusCode::OK, "{}", minted.2);
    // Somebody holds the file, and a crowd waits for it.
    let mut holder = SqliteConnection::connect(&world.url).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut holder)
        .await
        .unwrap();
    let log: Arc<dyn EventLog> = world.database.log();
    let mut waiting = Vec::new();
    loop {
        let log = Arc::clone(&log);
        let mut append = Box::pin(async move { log.append(obstacle()).await });
        match futures::poll!(&mut append) {
            std::task::Poll::Pending => waiting.push(append),
            std::task::Poll::Ready(Err(AppendError::Overloaded)) => break,
            std::task::Poll::Ready(other) => panic!("{other:?}"),
        }
    }
    let (status, retry_after, body) = world.ask("POST", "/user/login", Some(&minted.2)).await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    assert_eq!(retry_after.as_deref(), Some("1"));
    assert_eq!(body["code"], "appengine_unexpected_error");
    assert_eq!(body["retryable"], true);
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.unwrap();
    futures::future::join_all(waiting).await;
    let (status, _, body) = world.ask("POST", "/user/login", Some(&minted.2)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
}
