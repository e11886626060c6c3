//! The program's processes: an engine and a simulator.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use reqwest::Client;
use tokio::process::{Child, Command};

use crate::program::{Program, repository};
use crate::store::Place;

/// How long a process may take to answer for the first time.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often it is looked at while it starts.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// A running process; killed when dropped.
pub(crate) struct Process {
    child: Child,
    /// What it serves.
    pub(crate) url: String,
    /// From being started to its first good answer.
    pub(crate) started_in: Duration,
}

impl Process {
    /// A Stripe simulator that answers at once.
    pub(crate) async fn simulator(program: &Program, folder: &Path) -> Self {
        let address = free_address();
        let mut command = command(program, folder);
        command.args(["stripe-sim", "--listen", &address.to_string()]);
        Self::start(command, address, "/_sim/health").await
    }

    /// An engine on a place's two databases, with the demo marketplace.
    pub(crate) async fn engine(program: &Program, folder: &Path, place: &Place, stripe: &str) -> Self {
        let address = free_address();
        let mut command = command(program, folder);
        command.arg("serve");
        command.args(["--http", &address.to_string()]);
        command.args(["--grpc", &free_address().to_string()]);
        command.args(["--test-database", &place.test, "--database", &place.live]);
        // One key asks for everything here.
        command.args(["--rate-limit", "0"]);
        command.args(["--stripe-url", stripe, "--marketplace"]);
        command.arg(repository().join("demo/marketplace.yaml"));
        Self::start(command, address, "/readyz").await
    }

    async fn start(mut command: Command, address: SocketAddr, ready: &str) -> Self {
        let url = format!("http://{address}");
        let client = Client::builder().no_proxy().build().unwrap();
        let begun = Instant::now();
        let mut child = command.spawn().unwrap();
        loop {
            // Any answer of the simulator will do; the engine says whether it is ready.
            let answer = client.get(format!("{url}{ready}")).send().await;
            if answer.is_ok_and(|answer| ready != "/readyz" || answer.status().is_success()) {
                break;
            }
            if let Some(status) = child.try_wait().unwrap() {
                panic!("{:?} ended with {status}", command.as_std());
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{:?} does not answer",
                command.as_std()
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Self {
            child,
            url,
            started_in: begun.elapsed(),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Asks it to end, and waits until it has.
    pub(crate) async fn stop(mut self) {
        let told = Command::new("kill")
            .args(["-TERM", &self.id().to_string()])
            .status()
            .await;
        assert!(told.is_ok_and(|told| told.success()), "cannot send a signal");
        let ended = self.child.wait().await.unwrap();
        assert!(ended.success(), "ended with {ended}");
    }
}

/// The program in a folder of its own, told nothing by the environment: no key of a real account, no other database.
fn command(program: &Program, folder: &Path) -> Command {
    let mut command = Command::new(program.path());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SWITCHYARD_") {
            command.env_remove(name);
        }
    }
    command.env("RUST_LOG", "warn").current_dir(folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    command
}

fn free_address() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap()
}
