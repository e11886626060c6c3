//! Makes gRPC clients of the published protos, as any other service would.

use std::{error::Error, fs, path::Path};

const PROTOS: &str = "../proto";
const PACKAGE: &str = "switchyard/v1";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={PROTOS}");
    let mut files = Vec::new();
    for entry in fs::read_dir(Path::new(PROTOS).join(PACKAGE))? {
        files.push(format!("{PACKAGE}/{}", entry?.file_name().to_string_lossy()));
    }
    let described = protox::compile(files, [PROTOS])?;
    tonic_prost_build::configure()
        .build_server(false)
        .compile_fds(described)?;
    Ok(())
}
