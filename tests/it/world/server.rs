//! A running `switchyard serve`.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use serde_json::Value;
use tokio::sync::mpsc;

use super::{ADMIN_KEY, binary};

/// Long enough for a machine that is busy with everything else; only a server that hangs takes so long.
const GIVE_UP: Duration = Duration::from_mins(2);

/// How to start one.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    /// Its working directory.
    pub folder: PathBuf,
    /// The test environment's database.
    pub test: String,
    /// The live environment's database.
    pub live: String,
    /// Another Stripe than the built-in one.
    pub stripe: Option<String>,
    /// The marketplace to apply at start.
    pub marketplace: Option<PathBuf>,
    /// `RUST_LOG`
    pub log: &'static str,
    /// Further settings, as environment variables.
    pub more: Vec<(&'static str, String)>,
    /// How large its files may become, in blocks of 512 bytes: past that it is as if its disk were full.
    pub largest_file: Option<u32>,
}

/// A child process that is gone when this is.
pub(crate) struct Server {
    child: Child,
    http: String,
    grpc: String,
    stripe: Option<String>,
    log: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts it and waits for the line that says it is ready.
    pub(crate) async fn start(start: &Start) -> Self {
        let mut child = serve(start).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (said, mut lines) = mpsc::unbounded_channel();
        let keep = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                keep.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(line.clone());
                // Nobody listens any more once the server is ready.
                let _ = said.send(line);
            }
        });
        let mut server = Self {
            child,
            http: String::new(),
            grpc: String::new(),
            stripe: start.stripe.clone(),
            log,
            reader: Some(reader),
        };
        let ready = tokio::time::timeout(GIVE_UP, server.become_ready(&mut lines)).await;
        assert!(
            matches!(ready, Ok(true)),
            "the server did not become ready:\n{}",
            server.log().join("\n")
        );
        server
    }

    async fn become_ready(&mut self, lines: &mut mpsc::UnboundedReceiver<String>) -> bool {
        while let Some(line) = lines.recv().await {
            let line: Value = serde_json::from_str(&line).unwrap_or_default();
            let fields = &line["fields"];
            let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
            match text("message").as_str() {
                "ready" => {
                    self.http = format!("http://{}", text("http"));
                    self.grpc = text("grpc");
                    return true;
                }
                "test runs on the built-in Stripe simulator" => self.stripe = Some(text("url")),
                _ => {}
            }
        }
        false
    }

    /// `http://ADDR`
    pub(crate) fn http(&self) -> &str {
        &self.http
    }

    /// `ADDR`
    pub(crate) fn grpc(&self) -> &str {
        &self.grpc
    }

    /// Where the simulated Stripe is that it talks to.
    pub(crate) fn stripe(&self) -> &str {
        self.stripe.as_deref().unwrap()
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// SIGKILL: nothing is finished, flushed or closed.
    pub(crate) fn kill(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.drain();
    }

    /// SIGTERM, without waiting for what follows.
    pub(crate) fn terminate(&self) {
        let sent = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let waited = tokio::time::timeout(GIVE_UP, async {
            loop {
                match self.child.try_wait().unwrap() {
                    Some(status) => return status,
                    None => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            }
        });
        let status = waited.await.expect("the server ends");
        self.drain();
        status
    }

    fn drain(&mut self) {
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn serve(start: &Start) -> Command {
    let mut command = match start.largest_file {
        Some(blocks) => binary::command_with_small_files(&start.folder, blocks),
        None => binary::command(&start.folder),
    };
    command
        .args(["serve", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"])
        .args(["--database", &start.live, "--test-database", &start.test])
        .args(["--log-format", "json"])
        .env("SWITCHYARD_ADMIN_KEY", ADMIN_KEY)
        .env("RUST_LOG", start.log)
        .envs(start.more.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    if let Some(url) = &start.stripe {
        command.args(["--stripe-url", url]);
    }
    if let Some(file) = &start.marketplace {
        command.arg("--marketplace").arg(Path::new(file));
    }
    command
}
