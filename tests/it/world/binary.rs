//! The program under test, and running it to its end.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The repository's folder.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The marketplace of the demo.
pub(crate) fn demo_marketplace() -> PathBuf {
    repository().join("demo/marketplace.yaml")
}

/// `target/<profile>/switchyard`, beside the folder `deps` in which this test lies.
pub(crate) fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let binary = profile.join("switchyard");
    assert!(
        binary.is_file(),
        "{} is missing: run tests/run, or cargo build --bins first",
        binary.display()
    );
    binary
}

/// The program in a folder of its own, with none of the settings that this process may have inherited.
pub(super) fn command(folder: &Path) -> Command {
    bare(Command::new(binary()), folder)
}

/// The same where no file can become larger than so many blocks of 512 bytes.
pub(super) fn command_with_small_files(folder: &Path, blocks: u32) -> Command {
    let mut shell = Command::new("sh");
    // Ignored, the signal that comes with the limit leaves an error in its place, as a full disk does.
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    shell.arg("-c").arg(limit).arg(binary());
    bare(shell, folder)
}

fn bare(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder);
    for (name, _) in std::env::vars() {
        if name.starts_with("SWITCHYARD_") || name == "RUST_LOG" {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the program to its end.
pub(crate) async fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = command(folder);
    command.args(args);
    tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap()
}
