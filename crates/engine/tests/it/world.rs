//! One engine, its database and a simulated Stripe, with a small marketplace: the app `cityhop`, the operator
//! `bigbluebus`, and riders who have a card.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use domain::{
    AppId, Currency, FareId, Money, PassId, Purchase, User, UserId,
    user::UserCommand,
    wallet::{ItemId, Wallet},
};
use engine::{
    Activate, ActivateProblem, Actor, Answer, Buy, BuyProblem, Claim, Context, Engine, Host, Parts,
    PlatformKeys, Refreshed, Rider, Round, Settings, Webhooks, Wish,
    handle::Repository,
    outbox::{Outbox, Policy},
};
use event_log::{Database, EventLog};
use payments::{Credential, Platform, Secret, Stripe, StripeConfig};
use projector::{Projector, Unfinished, audit};
use serde_json::{Value, json};
use stripe_sim::{Control, Server};
use tempfile::TempDir;
use tokio::{sync::watch, task::JoinSet};
use vault::Vault;

use crate::{
    clock::Clock,
    marketplace::{ACCOUNT, STRIPE_KEY, app, marketplace, operator},
};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum StoreKind {
    Sqlite,
    Postgres,
}

/// Makes each test of a file run on each store.
macro_rules! on_both_stores {
    ($($rule:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $rule() {
                super::$rule($crate::world::StoreKind::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $rule() {
                super::$rule($crate::world::StoreKind::Postgres).await;
            })+
        }
    };
}
pub(crate) use on_both_stores;

/// What Stripe's events are signed with.
pub(crate) const EVENT_SECRET: &str = "whsec_tests";

struct Keys;

impl PlatformKeys for Keys {
    fn platform(&self, _: &AppId) -> Option<Platform> {
        Some(Platform {
            account: None,
            secret_key: Secret::new(STRIPE_KEY),
        })
    }

    fn event_secrets(&self) -> Vec<Secret> {
        vec![Secret::new(EVENT_SECRET)]
    }
}

pub(crate) struct World {
    pub(crate) engine: Arc<Engine>,
    pub(crate) stripe: Server,
    pub(crate) clock: Arc<Clock>,
    pub(crate) database: Database,
    projector: Projector,
    /// What keeps the engines' directories up to date.
    followers: Mutex<JoinSet<()>>,
    _folder: TempDir,
}

impl World {
    /// A marketplace that is ready for business.
    pub(crate) async fn open(store: StoreKind) -> Self {
        let stripe = Server::start(stripe_sim::Config::default()).await.unwrap();
        stripe
            .control()
            .create_linked_account(STRIPE_KEY, ACCOUNT)
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let url = match store {
            StoreKind::Sqlite => event_log::testing::sqlite_url(&folder),
            StoreKind::Postgres => event_log::testing::postgres_url().await,
        };
        let database = Database::open(&url).await.unwrap();
        let clock = Arc::new(Clock::new());
        let engine = engine_on(&database, database.log(), &stripe, &clock).await;
        let projector = Projector::new(&database, engine::handle::upcasters());
        let world = Self {
            engine,
            stripe,
            clock,
            database,
            projector,
            followers: Mutex::default(),
            _folder: folder,
        };
        world.follow(&world.engine);
        world.engine.declare(&admin(), &marketplace()).await.unwrap();
        let refreshed = world.engine.refresh_account(&admin(), &operator()).await.unwrap();
        assert_eq!(
            refreshed,
            Refreshed::Known {
                charges_enabled: true
            }
        );
        world
    }

    /// Another engine of the same environment: another server, or the one after a crash.
    pub(crate) async fn another_engine(&self, log: Arc<dyn EventLog>) -> Arc<Engine> {
        self.another_engine_at(log, &self.clock).await
    }

    /// Another server, whose clock is its own.
    pub(crate) async fn another_engine_at(&self, log: Arc<dyn EventLog>, clock: &Arc<Clock>) -> Arc<Engine> {
        let engine = engine_on(&self.database, log, &self.stripe, clock).await;
        self.follow(&engine);
        engine
    }

    /// What an engine of this environment is made of, for one that differs in something.
    pub(crate) async fn parts(&self) -> Parts {
        parts_on(&self.database, self.database.log(), &self.stripe, &self.clock).await
    }

    pub(crate) fn follow(&self, engine: &Arc<Engine>) {
        let engine = Arc::clone(engine);
        self.followers.lock().unwrap().spawn(async move {
            let stop = watch::Sender::new(false);
            engine.directory().follow(stop.subscribe()).await.unwrap();
        });
    }

    /// The process ends and starts again.
    pub(crate) async fn restart(&mut self) {
        self.followers.lock().unwrap().abort_all();
        self.engine = self.another_engine(self.database.log()).await;
    }

    /// What a server does by itself as it starts: read models, then whatever is unfinished.
    pub(crate) async fn resolve(&self) -> Round {
        self.projector.catch_up().await.unwrap();
        self.engine
            .resolve_round(self.database.views(), true)
            .await
            .unwrap()
    }

    /// The streams in which something is unfinished and due.
    pub(crate) async fn unfinished(&self) -> Vec<String> {
        self.projector.catch_up().await.unwrap();
        let work = Unfinished::list(self.database.views(), 100, self.clock.now())
            .await
            .unwrap();
        work.into_iter().map(|open| open.stream.to_string()).collect()
    }

    /// Whether everything holds that must always hold, from the log alone.
    pub(crate) async fn audit(&self) {
        let log = self.database.log();
        let report = audit::verify(&*log, &engine::handle::upcasters()).await.unwrap();
        assert!(report.is_sound(), "{:#?}", report.violations);
    }

    /// Knows a rider.
    pub(crate) async fn rider(&self, subject: &str) -> UserId {
        let rider = Rider {
            subject: subject.to_owned(),
            email: None,
            phone: None,
            is_test: false,
        };
        self.engine.identify(&admin(), &app(), &rider).await.unwrap()
    }

    /// Buys, and gives the items bought.
    pub(crate) async fn buy(&self, user: &UserId, fares: &[(&str, u32)]) -> Vec<ItemId> {
        self.buy_with(user, fares, "pm_card_visa").await.unwrap()
    }

    pub(crate) async fn buy_with(
        &self,
        user: &UserId,
        fares: &[(&str, u32)],
        card: &str,
    ) -> Result<Vec<ItemId>, BuyProblem> {
        let before = self.wallet(user).await.items().len();
        let buy = Buy {
            app: app(),
            user: user.clone(),
            wish: wish(fares),
            card: Some(Credential::parse(card).unwrap()),
            seen: None,
            at_once: None,
        };
        let render = |settled: engine::Settled<'_>| answer(&json!(format!("{:?}", settled.purchase.stage())));
        self.engine.buy(&rider_asks(user), buy, None, &render).await?;
        Ok(self
            .wallet(user)
            .await
            .items()
            .iter()
            .skip(before)
            .cloned()
            .collect())
    }

    /// Lets a rider buy and hold a restricted fare.
    pub(crate) async fn entitle(&self, user: &UserId, fare: &str) {
        let at = self.now();
        let repository = Repository::new(self.database.log());
        let grant = UserCommand::GrantEntitlement {
            operator: operator(),
            fare: FareId::parse(fare).unwrap(),
            until: None,
            at,
        };
        let loaded = repository.load::<User>(user.as_str()).await.unwrap();
        let granted = loaded.decide(grant).unwrap().unwrap();
        repository
            .commit(&admin(), at, vec![granted.write().unwrap()], vec![])
            .await
            .unwrap();
    }

    pub(crate) async fn wallet(&self, user: &UserId) -> Wallet {
        self.engine.wallet_of(user).await.unwrap().unwrap_or_default()
    }

    pub(crate) async fn activate(&self, user: &UserId, pass: &PassId) -> Result<Answer, ActivateProblem> {
        let activate = Activate {
            user: user.clone(),
            pass: pass.clone(),
            device: None,
            seen: self.wallet(user).await.revision(),
        };
        let render = |_: &Wallet| answer(&json!({}));
        self.engine
            .activate(&rider_asks(user), &activate, None, &render)
            .await
    }

    /// The purchases that paid for what a user ever held, as the log tells them.
    pub(crate) async fn purchases(&self) -> Vec<Purchase> {
        let mut states = std::collections::BTreeMap::new();
        let log = self.database.log();
        let all = log
            .read(
                event_log::Position::START,
                usize::MAX >> 1,
                &event_log::Filter::default(),
            )
            .await;
        for recorded in all.unwrap() {
            if recorded.stream.category() == "purchase" {
                let event = recorded.lift(&engine::handle::upcasters()).unwrap();
                let state = states.remove(recorded.stream.id());
                let state = <Purchase as domain::Aggregate>::apply(state, &event).unwrap();
                states.insert(recorded.stream.id().to_owned(), state);
            }
        }
        states.into_values().collect()
    }

    /// What the operator's account at Stripe has of a kind.
    pub(crate) fn at_stripe(&self, kind: &str) -> Vec<Value> {
        rows(&self.stripe.control().books(), ACCOUNT, kind)
    }

    /// What went back to riders, in all, and in how many refunds.
    pub(crate) fn given_back(&self) -> (i64, usize) {
        let refunds = self.at_stripe("refunds");
        (sum(&refunds, "amount"), refunds.len())
    }

    /// Of the engine's fees, what was taken and what went back.
    pub(crate) fn engine_fees(&self) -> (i64, i64) {
        let platform = Control::platform_of(STRIPE_KEY).unwrap();
        let fees = rows(&self.stripe.control().books(), &platform, "application_fees");
        (sum(&fees, "amount"), sum(&fees, "amount_refunded"))
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

async fn engine_on(
    database: &Database,
    log: Arc<dyn EventLog>,
    stripe: &Server,
    clock: &Arc<Clock>,
) -> Arc<Engine> {
    Arc::new(
        Engine::open(parts_on(database, log, stripe, clock).await)
            .await
            .unwrap(),
    )
}

async fn parts_on(database: &Database, log: Arc<dyn EventLog>, stripe: &Server, clock: &Arc<Clock>) -> Parts {
    let config = StripeConfig {
        base_url: stripe.url().trim_end_matches('/').to_owned(),
        ..StripeConfig::default()
    };
    Parts {
        log,
        vault: Arc::new(Vault::open(database, None).await.unwrap()),
        gateway: Arc::new(Stripe::in_time(&config, clock.elapsed()).unwrap()),
        platforms: Arc::new(Keys),
        provisioner: None,
        webhooks: Webhooks::over_http(Outbox::of(database), Policy::default()).unwrap(),
        host: Arc::clone(clock) as Arc<dyn Host>,
        settings: Settings::default(),
    }
}

fn rows(books: &Value, account: &str, kind: &str) -> Vec<Value> {
    books["accounts"][account][kind]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

fn sum(rows: &[Value], field: &str) -> i64 {
    rows.iter().map(|row| row[field].as_i64().unwrap()).sum()
}

pub(crate) const fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

pub(crate) fn wish(fares: &[(&str, u32)]) -> Wish {
    let fare = |(id, quantity): &(&str, u32)| (FareId::parse(*id).unwrap(), *quantity);
    Wish::Fares {
        operator: operator(),
        fares: fares.iter().map(fare).collect(),
    }
}

pub(crate) fn admin() -> Context {
    Context::of_request(Actor::Admin, None, "req_admin")
}

pub(crate) fn rider_asks(user: &UserId) -> Context {
    Context::of_request(Actor::User(user.clone()), Some(app()), "req_rider")
}

pub(crate) fn claim(key: &str) -> Claim {
    Claim {
        scope: "cityhop".to_owned(),
        key: key.to_owned(),
        fingerprint: format!("the request with {key}"),
    }
}

pub(crate) fn answer(body: &Value) -> Answer {
    Answer {
        status: 200,
        headers: vec![],
        body: body.to_string(),
    }
}

/// The pass that an item is.
pub(crate) fn pass(item: &ItemId) -> PassId {
    match item {
        ItemId::Pass(id) => id.clone(),
        ItemId::PassBook(id) => panic!("{id} is a book"),
    }
}
