//! The edge of one process: two environments' engines behind one listener.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn};
use bytes::Bytes;
use engine::Engine;
use futures::future::BoxFuture;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use vault::Purpose;

use crate::{
    admin,
    api_key::Environment,
    bounded::{DEADLINE, bounded},
    coord, gauge,
    jwt::{
        FetchError, HttpJwks, JwksCache, JwksFetcher, JwksUrl, es256::KeyError, issuer::Issuer,
        testing_key::TestKey,
    },
    limits::Limits,
    onboarding, openapi, operations, params,
    rate::Buckets,
    request_id, retry_after,
    room::Room,
    ticketing::{self, ticket::TicketSigner},
    webhooks,
};

/// The name of the engine's own testing JWKS. Nothing is ever fetched from it: the process knows its own key.
pub(crate) const TESTING_JWKS_URL: &str = "https://switchyard.invalid/testing/es256/jwks.json";

/// Who issues the tokens of the testing key.
pub(crate) const TESTING_ISSUER: &str = "https://switchyard.invalid/testing/es256/";

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
    /// Under which address the HTTP listener is reached from outside, without a slash at its end: receipts are linked
    /// to there.
    pub public_url: String,
    /// The process's metrics, for Prometheus.
    pub metrics: RenderMetrics,
    /// What clients may take of this server.
    pub limits: Limits,
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
    /// The key pairs of riders' and test users' JWTs could not be derived.
    #[error("the key of riders' JWTs cannot be made: {0}")]
    RiderKey(KeyError),
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
    public_url: Arc<str>,
    jwks: JwksCache,
    testing_key: TestKey,
    testing_jwks_url: JwksUrl,
    test_riders: Issuer,
    live_riders: Option<Issuer>,
    test_users: Issuer,
    metrics: RenderMetrics,
    limits: Limits,
    buckets: Option<Buckets>,
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
        let riders = |engine: &Arc<Engine>| {
            Issuer::of_riders(&engine.vault().derive_signing_seed(Purpose::RiderJwt))
                .map_err(EdgeError::RiderKey)
        };
        let test_users = config.test.vault().derive_signing_seed(Purpose::TestUserJwt);
        Ok(Self(Arc::new(Inner {
            test_riders: riders(&config.test)?,
            live_riders: config.live.as_ref().map(riders).transpose()?,
            test_users: Issuer::of_test_users(&test_users).map_err(EdgeError::RiderKey)?,
            test_tickets,
            live_tickets: live_tickets.transpose()?,
            test: config.test,
            live: config.live,
            admin_key: Sha256::digest(config.admin_key.as_bytes()).into(),
            public_url: config.public_url.into(),
            jwks: JwksCache::new(own),
            testing_key,
            testing_jwks_url: own_url,
            metrics: config.metrics,
            limits: config.limits,
            buckets: config.limits.rate.map(Buckets::new),
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

    /// Who makes JWTs for the riders of an environment; `fake` takes any.
    pub(crate) fn riders(&self, environment: Environment) -> Option<&Issuer> {
        match environment {
            Environment::Fake => None,
            Environment::Test => Some(&self.0.test_riders),
            Environment::Live => self.0.live_riders.as_ref(),
        }
    }

    /// Who makes JWTs for test users. All of them live in `test`, whichever key an app has.
    pub(crate) fn test_users(&self) -> &Issuer {
        &self.0.test_users
    }

    pub(crate) fn public_url(&self) -> Arc<str> {
        Arc::clone(&self.0.public_url)
    }

    pub(crate) fn is_admin(&self, key: &str) -> bool {
        let given: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        given.ct_eq(&self.0.admin_key).into()
    }

    pub(crate) fn limits(&self) -> Limits {
        self.0.limits
    }

    pub(crate) fn buckets(&self) -> Option<&Buckets> {
        self.0.buckets.as_ref()
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
        let room = Room::new(self.limits().requests);
        // Stripe's events, and what whoever runs this server asks, are taken however much else there is.
        Router::new()
            .merge(ticketing::served(self, &room))
            .merge(bounded(coord::router(), DEADLINE, Some(&room), coord::broken))
            .merge(bounded(admin::router(), DEADLINE, Some(&room), admin::broken))
            .merge(bounded(
                onboarding::router(),
                DEADLINE,
                Some(&room),
                onboarding::broken,
            ))
            .merge(bounded(webhooks::router(), DEADLINE, None, webhooks::broken))
            .merge(bounded(operations::router(), DEADLINE, None, operations::broken))
            .merge(bounded(openapi::router(), DEADLINE, None, operations::broken))
            .with_state(self.clone())
            .layer(DefaultBodyLimit::max(params::MAX_BODY))
            .layer(from_fn(retry_after::say_when))
            .layer(from_fn(gauge::measure))
            .layer(from_fn(request_id::name_request))
    }
}
