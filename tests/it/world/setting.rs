//! A world of its own for each test: a folder, two databases, a Stripe, a server.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use event_log::testing::OwnPostgres;
use serde_json::Value;
use stripe_sim::{Config, Control, Fault, FaultRule, Server as Stripe, core::Method};
use tempfile::TempDir;

use super::{App, Books, PUBLISHABLE_KEY, Rider, SECRET_KEY, Server, Start, Store, demo_marketplace, run};

/// What may differ from one world to the next.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    /// Where the logs are.
    pub store: Store,
    /// The simulator inside the server, instead of one in the test that outlives it.
    pub embedded: bool,
    /// The marketplace to begin with.
    pub marketplace: Option<PathBuf>,
    /// `RUST_LOG`
    pub log: &'static str,
    /// Further settings of the server, as environment variables.
    pub more: Vec<(&'static str, String)>,
    /// A PostgreSQL of this world's own, instead of the one that all tests share.
    pub own: Option<OwnPostgres>,
    /// How large the server's files may become, in blocks of 512 bytes.
    pub largest_file: Option<u32>,
}

impl Setting {
    /// The demo's marketplace, and a Stripe that the test holds.
    pub(crate) fn on(store: Store) -> Self {
        Self {
            store,
            embedded: false,
            marketplace: Some(demo_marketplace()),
            log: "info",
            more: Vec::new(),
            own: None,
            largest_file: None,
        }
    }

    /// With one more setting of the server.
    pub(crate) fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.more.push((variable, value.to_owned()));
        self
    }

    /// With another marketplace.
    pub(crate) fn marketplace(mut self, file: PathBuf) -> Self {
        self.marketplace = Some(file);
        self
    }
}

/// Everything under the test's control.
pub(crate) struct World {
    /// The running server.
    pub server: Server,
    start: Start,
    stripe: Option<Stripe>,
    address: Arc<RwLock<String>>,
    folder: TempDir,
}

impl World {
    /// The usual world.
    pub(crate) async fn start(store: Store) -> Self {
        Self::of(Setting::on(store)).await
    }

    /// A world to measure.
    pub(crate) async fn of(setting: Setting) -> Self {
        // A second call could only repeat the first one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = TempDir::new().unwrap();
        let stripe = match setting.embedded {
            true => None,
            false => Some(Stripe::start(Config::default()).await.unwrap()),
        };
        let database = async |name| match &setting.own {
            Some(own) => own.fresh_url().await,
            None => setting.store.fresh_url(folder.path(), name).await,
        };
        let start = Start {
            folder: folder.path().to_owned(),
            test: database("test.db").await,
            live: database("live.db").await,
            stripe: stripe.as_ref().map(Stripe::url),
            marketplace: setting.marketplace.map(|file| own_copy(&file, folder.path())),
            log: setting.log,
            more: setting.more,
            largest_file: setting.largest_file,
        };
        let server = Server::start(&start).await;
        let address = Arc::new(RwLock::new(server.http().to_owned()));
        Self {
            server,
            start,
            stripe,
            address,
            folder,
        }
    }

    /// A world with fares that the demo does without.
    pub(crate) async fn of_fares(store: Store) -> Self {
        Self::of(Setting {
            marketplace: Some(super::fares_marketplace()),
            ..Setting::on(store)
        })
        .await
    }

    /// Applies a marketplace file to the running server: its text, changed. Gives how many events that made.
    pub(crate) async fn apply(&self, change: impl Fn(String) -> String) -> usize {
        let text = std::fs::read_to_string(self.start.marketplace.as_ref().unwrap()).unwrap();
        let file = self.folder().join("applied.yaml");
        std::fs::write(&file, change(text)).unwrap();
        let file = file.display().to_string();
        let mut args = vec!["apply", &file, "--json", "--url", self.server.http()];
        args.extend(["--admin-key", super::ADMIN_KEY]);
        let output = run(self.folder(), &args).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let applied: Value = serde_json::from_slice(&output.stdout).unwrap();
        let changes = applied["changes"].as_array().unwrap().iter();
        changes
            .map(|change| change["events"].as_array().unwrap().len())
            .sum()
    }

    /// Starts a second server on the same databases, and gives it and the way to talk to it as CityHop.
    pub(crate) async fn another(&self) -> (Server, App) {
        let server = Server::start(&self.start).await;
        let address = Arc::new(RwLock::new(server.http().to_owned()));
        (server, App::new(address, SECRET_KEY))
    }

    /// Kills the server where it stands.
    pub(crate) fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts it again on the same databases; everybody who talked to it finds it again.
    pub(crate) async fn restart(&mut self) {
        self.server.kill();
        self.server = Server::start(&self.start).await;
        let mut address = self.address.write().unwrap_or_else(PoisonError::into_inner);
        self.server.http().clone_into(&mut address);
    }

    /// Starts it again with as much room for its files as they take.
    pub(crate) async fn restart_on_a_larger_disk(&mut self) {
        self.start.largest_file = None;
        self.restart().await;
    }

    /// Starts it again without a setting that it had.
    pub(crate) async fn restart_without(&mut self, variable: &str) {
        self.start.more.retain(|(name, _)| *name != variable);
        self.restart().await;
    }

    /// Another server on the same databases and the same Stripe, and CityHop as it talks to that one. Only PostgreSQL
    /// may be shared.
    pub(crate) async fn another_server(&self) -> (Server, App) {
        let server = Server::start(&self.start).await;
        let address = Arc::new(RwLock::new(server.http().to_owned()));
        (server, App::new(address, SECRET_KEY))
    }

    /// The app CityHop with its secret key.
    pub(crate) fn app(&self) -> App {
        self.app_with(SECRET_KEY)
    }

    /// The app CityHop with its publishable key.
    pub(crate) fn phone(&self) -> App {
        self.app_with(PUBLISHABLE_KEY)
    }

    /// Whoever holds a key.
    pub(crate) fn app_with(&self, key: &str) -> App {
        App::new(Arc::clone(&self.address), key)
    }

    /// A rider of CityHop who is logged in.
    pub(crate) async fn rider(&self, subject: &str) -> Rider {
        Rider::log_in(self.app(), subject, &format!("{subject}-phone")).await
    }

    /// The same rider on another device.
    pub(crate) async fn rider_on(&self, subject: &str, device: &str) -> Rider {
        Rider::log_in(self.app(), subject, device).await
    }

    /// The simulated Stripe's control.
    pub(crate) fn stripe(&self) -> Control {
        self.stripe.as_ref().unwrap().control()
    }

    /// The next request to this path goes wrong.
    pub(crate) fn next_call_fails(&self, fault: Fault, path: &str) {
        self.stripe()
            .add_fault(FaultRule::next(fault, Method::Post, path, 1));
    }

    /// What the simulated Stripe has in its books.
    pub(crate) async fn books(&self) -> Books {
        if let Some(stripe) = &self.stripe {
            return Books::new(stripe.control().books());
        }
        let url = format!("{}/_sim/books", self.server.stripe());
        let books: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        Books::new(books)
    }

    /// A token that CityHop's client made from a card number. Unlike Stripe's test names, it is good once.
    pub(crate) async fn one_time_token(&self) -> String {
        self.one_time_token_of("sk_test_cityhop").await
    }

    /// The same on the platform account that this key is of.
    pub(crate) async fn one_time_token_of(&self, key: &str) -> String {
        let card = [
            ("card[number]", "4242424242424242"),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2040"),
            ("card[cvc]", "123"),
        ];
        let made = reqwest::Client::new()
            .post(format!("{}/v1/tokens", self.server.stripe()))
            .bearer_auth(key)
            .form(&card);
        let made: Value = made.send().await.unwrap().json().await.unwrap();
        made["id"].as_str().expect("a token").to_owned()
    }

    /// The test's folder: the server's working directory.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The test environment's database.
    pub(crate) fn database(&self) -> &str {
        &self.start.test
    }

    /// Proves the log, as finance would.
    pub(crate) async fn audit(&self) {
        for url in [&self.start.test, &self.start.live] {
            let audit = run(self.folder(), &["audit", "verify", "--database", url]).await;
            let said = String::from_utf8_lossy(&audit.stdout).into_owned();
            let complaint = String::from_utf8_lossy(&audit.stderr).into_owned();
            assert!(audit.status.success(), "{said}{complaint}");
        }
        let database = self.database();
        let balance = run(
            self.folder(),
            &["ledger", "trial-balance", "--database", database],
        )
        .await;
        assert!(
            balance.status.success(),
            "{}",
            String::from_utf8_lossy(&balance.stdout)
        );
    }
}

/// The file as the world keeps it for starting again, whatever becomes of the original.
fn own_copy(file: &Path, folder: &Path) -> PathBuf {
    let copy = folder.join("marketplace.yaml");
    std::fs::copy(file, &copy).unwrap();
    copy
}
