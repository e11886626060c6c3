//! A simulated Stripe to point any client at: `cargo run -p stripe-sim --example serve -- [ADDR] [JOURNAL]`.

use std::path::PathBuf;

use stripe_sim::{Config, Server};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let mut config = Config {
        addr: "127.0.0.1:12111".parse()?,
        ..Config::default()
    };
    if let Some(addr) = args.next() {
        config.addr = addr.parse()?;
    }
    config.journal = args.next().map(PathBuf::from);
    let server = Server::start(config).await?;
    eprintln!("the simulated Stripe answers at {}", server.url());
    tokio::signal::ctrl_c().await?;
    server.stop().await;
    Ok(())
}
