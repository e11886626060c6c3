//! Makes the gRPC services of the published protos. Their compiler is a crate: nothing has to be installed.

use std::{error::Error, fs, path::Path};

use prost::Message;

const PROTOS: &str = "../../proto";
const PACKAGE: &str = "switchyard/v1";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={PROTOS}");
    let mut files = Vec::new();
    for entry in fs::read_dir(Path::new(PROTOS).join(PACKAGE))? {
        files.push(format!("{PACKAGE}/{}", entry?.file_name().to_string_lossy()));
    }
    files.sort();
    let described = protox::compile(files, [PROTOS])?;
    let out = std::env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("switchyard.bin"), described.encode_to_vec())?;
    // Answers are read from what HTTP answers: the same names, and what is missing there is unset here.
    tonic_prost_build::configure()
        .build_client(false)
        .message_attribute(".", "#[derive(serde::Deserialize)] #[serde(default)]")
        .enum_attribute(
            ".switchyard.v1.FollowResponse.said",
            "#[derive(serde::Deserialize)]",
        )
        .enum_attribute(
            ".switchyard.v1.ScanGateRequest.shown",
            "#[derive(serde::Deserialize)]",
        )
        .compile_fds(described)?;
    Ok(())
}
