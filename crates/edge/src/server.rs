//! The edge of one process: two environments' engines behind one listener.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::DefaultBodyLimit};
use bytes::Bytes;
use engine::Engine;
use futures::future::BoxFuture;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::{net::TcpListener, sync::watch};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};
use vault::Purpose;

use crate::{
    admin,
    api_key::Environment,
    coord, gauge,
    jwt::{FetchError, HttpJwks, JwksCache, JwksFetcher, JwksUrl, es256::KeyError, testing_key::TestKey},
    openapi, operations, params,
    ticketing::{self, ticket::TicketSigner},
};

/// How long a request may take in all: longer than the engine's own patience with Stripe, so that it is the engine
/// that answers "try again".
const REQUEST_DEADLINE: Duration = Duration::from_mins(1);

/// The name of the engine's own testing JWKS. Nothing is ever fetched from it: the process knows its own key.
pub(crate) const TESTING_JWKS_URL: &str = "https://switchyard.invalid/testing/jwks.json";

/// Who issues the tokens of the testing key.
pub(crate) const TESTING_ISSUER: &str = "https://switchyard.invalid/testing/";

/// Key sets of apps over HTTP, and the engine's own from memory.
struct OwnOrHttp {
    url: JwksUrl,
    document: Bytes,
    http: HttpJwks,
}

impl JwksFetcher for OwnOrHttp {
    fn fetch(&self, url: &JwksUrl) -> BoxFuture<'static, Result<Bytes, FetchError>> {
        if *url == self.url {
            let document = self.document.clone();
            return Box::pin(async move { Ok(document) });
        }
        self.http.fetch(url)
    }
}

/// Renders the process's metrics.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// What an edge is made of.
pub struct EdgeConfig {
    /// The engine behind `_test_` keys.
    pub test: Arc<Engine>,
    /// The engine behind `_live_` keys.
    pub live: Option<Arc<Engine>>,
    /// The key of the admin API.
    pub admin_key: String,
    /// The process's metrics, for Prometheus.
    pub metrics: RenderMetrics,
}

/// Why an edge could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EdgeError {
    /// The testing key pair could not be derived.
    #[error("the testing key cannot be made: {0}")]
    TestingKey(String),
    /// The key pair of the tickets could not be derived.
    #[error("the key of the tickets cannot be made: {0}")]
    TicketKey(#[from] KeyError),
    /// The HTTP client that fetches JWKS could not be made.
    #[error("the JWKS client cannot be made: {0}")]
    JwksClient(String),
}

/// Shared by every handler.
#[derive(Clone)]
pub struct Edge(Arc<Inner>);

struct Inner {
    test: Arc<Engine>,
    live: Option<Arc<Engine>>,
    test_tickets: Arc<TicketSigner>,
    live_tickets: Option<Arc<TicketSigner>>,
    admin_key: [u8; 32],
    jwks: JwksCache,
    testing_key: TestKey,
    testing_jwks_url: JwksUrl,
    metrics: RenderMetrics,
    draining: AtomicBool,
}

impl Edge {
    /// Puts an edge before the engines.
    pub fn new(config: EdgeConfig) -> Result<Self, EdgeError> {
        let seed = config.test.vault().derive_signing_seed(Purpose::TestJwt);
        let testing_key =
            TestKey::from_seed(&seed).map_err(|error| EdgeError::TestingKey(error.to_string()))?;
        let own_url =
            JwksUrl::parse(TESTING_JWKS_URL).map_err(|error| EdgeError::TestingKey(error.to_string()))?;
        let own = OwnOrHttp {
            url: own_url.clone(),
            document: Bytes::from(testing_key.jwks().to_string()),
            http: HttpJwks::new().map_err(|error| EdgeError::JwksClient(error.to_string()))?,
        };
        let signer =
            |environment, engine: &Arc<Engine>| TicketSigner::new(environment, engine.vault()).map(Arc::new);
        let test_tickets = signer(Environment::Test, &config.test)?;
        let live_tickets = config.live.as_ref().map(|live| signer(Environment::Live, live));
        Ok(Self(Arc::new(Inner {
            test_tickets,
            live_tickets: live_tickets.transpose()?,
            test: config.test,
            live: config.live,
            admin_key: Sha256::digest(config.admin_key.as_bytes()).into(),
            jwks: JwksCache::new(own),
            testing_key,
            testing_jwks_url: own_url,
            metrics: config.metrics,
            draining: AtomicBool::new(false),
        })))
    }

    /// The engine of an environment; `fake` has none, being stateless.
    #[must_use]
    pub fn engine(&self, environment: Environment) -> Option<&Arc<Engine>> {
        match environment {
            Environment::Fake => None,
            Environment::Test => Some(&self.0.test),
            Environment::Live => self.0.live.as_ref(),
        }
    }

    /// Who signs the tickets of an environment; those of `fake` are printed in the publication.
    pub(crate) fn tickets(&self, environment: Environment) -> Option<&Arc<TicketSigner>> {
        match environment {
            Environment::Fake => None,
            Environment::Test => Some(&self.0.test_tickets),
            Environment::Live => self.0.live_tickets.as_ref(),
        }
    }

    /// Everybody who signs tickets here.
    pub(crate) fn ticket_signers(&self) -> impl Iterator<Item = &Arc<TicketSigner>> {
        self.0.live_tickets.iter().chain([&self.0.test_tickets])
    }

    pub(crate) fn jwks(&self) -> &JwksCache {
        &self.0.jwks
    }

    pub(crate) fn testing_key(&self) -> &TestKey {
        &self.0.testing_key
    }

    pub(crate) fn testing_jwks_url(&self) -> &JwksUrl {
        &self.0.testing_jwks_url
    }

    pub(crate) fn is_admin(&self, key: &str) -> bool {
        let given: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        given.ct_eq(&self.0.admin_key).into()
    }

    pub(crate) fn render_metrics(&self) -> String {
        (self.0.metrics)()
    }

    /// Says from now on that this process takes no new work, so that whoever balances load looks elsewhere.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// Everything that is served over HTTP.
    pub fn router(&self) -> Router {
        Router::new()
            .merge(ticketing::router())
            .merge(coord::router())
            .merge(admin::router())
            .merge(operations::router())
            .merge(openapi::router())
            .fallback(ticketing::not_found)
            .with_state(self.clone())
            .layer(axum::middleware::from_fn(ticketing::localize))
            .layer(DefaultBodyLimit::max(params::MAX_BODY))
            .layer(TimeoutLayer::with_status_code(
                http::StatusCode::SERVICE_UNAVAILABLE,
                REQUEST_DEADLINE,
            ))
            .layer(CatchPanicLayer::new())
            .layer(axum::middleware::from_fn(gauge::measure))
            .layer(axum::middleware::from_fn(crate::request_id::name_request))
    }
}

/// Serves HTTP until told to stop; what is under way is finished first.
pub async fn serve_http(
    listener: TcpListener,
    edge: Edge,
    mut stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    axum::serve(listener, edge.router())
        .with_graceful_shutdown(async move {
            // A closed channel means that whoever could tell us to stop is gone: stop.
            let _ = stop.wait_for(|stop| *stop).await;
        })
        .await
}
