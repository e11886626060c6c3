//! The program that is measured.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The binary `switchyard`, built in the profile of this benchmark.
pub(crate) struct Program {
    path: PathBuf,
    profile: String,
}

impl Program {
    /// Cargo builds a benchmark's libraries but not the program of another package, so it is asked to.
    pub(crate) fn build() -> Self {
        // This benchmark is target/<profile>/deps/engine-…
        let benchmark = std::env::current_exe().unwrap();
        let folder = benchmark.parent().and_then(Path::parent).unwrap().to_owned();
        let profile = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--locked", "--package", "switchyard"]);
        command.arg("--target-dir").arg(folder.parent().unwrap());
        command.arg("--profile");
        command.arg(if profile == "debug" {
            "dev"
        } else {
            profile.as_str()
        });
        command.current_dir(repository());
        let built = command.status().unwrap();
        assert!(built.success(), "the program does not build");
        Self {
            path: folder.join("switchyard"),
            profile,
        }
    }

    /// Says what is measured, and on what.
    pub(crate) fn introduce(&self) {
        let size = std::fs::metadata(&self.path).unwrap().len();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        println!(
            "switchyard, profile {}: {:.1} MB; {cores} cores for the engine, the simulator, this client and the store",
            self.profile,
            size as f64 / 1e6
        );
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the program itself finds nothing wrong with a database, and what it said.
    pub(crate) fn verify(&self, database: &str) -> (bool, String) {
        let output = Command::new(&self.path)
            .args(["audit", "verify", "--database", database])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), said)
    }
}

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
