//! PostgreSQL servers that live no longer than the test process.

use std::io::{BufRead, BufReader, Lines, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

/// Sets up the server, says "ready", then does as its standard input says until that ends. The kernel closes it when the
/// test process is gone, killed or not; then the server dies and its folder vanishes. A new server refuses to run as
/// root, so root lends it another user.
///
/// "kill" ends every process of the server where it stands; "start" starts it again once the kernel has let go of what
/// they shared.
const SUPERVISOR: &str = r#"
bin=$1 dir=$2 port=$3 as=
trap '' INT TERM HUP
finish() {
    [ -f "$dir/data/postmaster.pid" ] && $as "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1
    rm -rf "$dir"
}
fail() {
    echo "$1"
    sed 's/^/    /' "$dir/set-up.log" 2>/dev/null
    finish
    exit 1
}
mkdir -p "$dir" && chmod 700 "$dir" || fail "cannot create $dir"
cd "$dir" || fail "cannot enter $dir"
: > set-up.log
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$dir" set-up.log
    if command -v setpriv >/dev/null; then
        as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
    else
        as="runuser -u $user --"
    fi
fi
$as "$bin/initdb" -D "$dir/data" -U postgres --auth=trust --encoding=UTF8 --locale=C --no-sync \
    >> set-up.log 2>&1 || fail "initdb failed:"
cat >> "$dir/data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$dir'
max_connections = 600
shared_buffers = 256MB
min_wal_size = 256MB
max_wal_size = 1GB
END
start() {
    $as "$bin/pg_ctl" -D "$dir/data" -l "$dir/set-up.log" -w -t 60 start >/dev/null 2>> set-up.log
}
processes() {
    read -r postmaster < "$dir/data/postmaster.pid"
    echo "$postmaster"
    grep -l "^PPid:[[:space:]]*$postmaster\$" /proc/[0-9]*/status 2>/dev/null | cut -d/ -f3
}
start || fail "the server did not start:"
echo ready
while read -r order; do
    case $order in
        kill) kill -KILL $(processes) ;;
        start) for attempt in 1 2 3 4 5 6; do start && break; sleep 1; done ;;
    esac
    echo done
done
finish
"#;

/// A running server, and the way to its supervisor.
pub(super) struct Cluster {
    url: String,
    supervisor: Supervisor,
}

struct Supervisor {
    _process: Child,
    /// The server lives as long as this is open.
    orders: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
}

/// The URL of the server that all tests of this process share; starts it on first use. Blocks for a second or two then.
pub(super) fn url() -> String {
    // Statics are never dropped.
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start).url.clone()
}

#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test without its database cannot go on"
)]
impl Cluster {
    pub(super) fn start() -> Self {
        let bin = binaries().expect(
            "no PostgreSQL: set DATABASE_URL, or install the server's binaries (initdb, pg_ctl, postgres)",
        );
        // Another process may take the port before the server does, hence the attempts.
        let mut complaint = String::new();
        for _ in 0..5 {
            let port = free_port().expect("a free port");
            match try_start(&bin, port) {
                Ok(supervisor) => {
                    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
                    return Self { url, supervisor };
                }
                Err(said) => complaint = said,
            }
        }
        panic!("cannot start PostgreSQL from {}: {complaint}", bin.display());
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Has the supervisor do something, and waits until it has.
    pub(super) fn order(&mut self, order: &str) {
        writeln!(self.supervisor.orders, "{order}").expect("the supervisor lives");
        let done = self.supervisor.said.next();
        let done = done.expect("the supervisor lives").expect("it can be heard");
        assert_eq!(done, "done");
    }
}

fn try_start(bin: &Path, port: u16) -> Result<Supervisor, String> {
    let folder = std::env::temp_dir().join(format!("switchyard-pg-{}-{port}", std::process::id()));
    let mut child = Command::new("sh")
        .args(["-c", SUPERVISOR, "supervisor"])
        .args([bin, &folder])
        .arg(port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Not in the terminal's foreground group: an interrupt is for the tests.
        .process_group(0)
        .spawn()
        .map_err(|error| error.to_string())?;
    let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("no pipes".into());
    };
    let mut said = String::new();
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next() {
        let line = line.map_err(|error| error.to_string())?;
        if line == "ready" {
            return Ok(Supervisor {
                _process: child,
                orders: stdin,
                said: lines,
            });
        }
        said.push_str(&line);
        said.push('\n');
    }
    drop(stdin);
    let _ = child.wait();
    Err(said)
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The folder with the newest server's binaries.
fn binaries() -> Option<PathBuf> {
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let mut installed: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((version(&entry.path())?, entry.path().join("bin"))))
        .collect();
    installed.sort();
    let on_path = std::env::var_os("PATH");
    let on_path = on_path.iter().flat_map(std::env::split_paths);
    let candidates = installed.into_iter().rev().map(|(_, bin)| bin).chain(on_path);
    let complete = |bin: &PathBuf| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|name| bin.join(name).is_file())
    };
    candidates.into_iter().find(complete)
}
