//! How fast the whole engine is: `cargo bench -p switchyard-tests`.
//!
//! Builds the program, runs it as a process of its own beside a Stripe simulator that answers at once, and buys
//! passes over HTTP as 1, 16, 64 and 256 riders at a time. Beside the figures of the engine stand those of the store
//! alone, taken in the same run: figures of one run are comparable with each other, not with those of another
//! machine. `docs/benchmarks.md` explains every column.
//!
//! Arguments: `sqlite` or `postgres` for one store only; seconds a measurement (default 5).
#![allow(missing_docs, clippy::float_arithmetic, clippy::cast_precision_loss)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark reports and may give up"
)]

mod load;
mod measures;
mod process;
mod program;
mod raw;
mod replay;
mod report;
mod rider;
mod sample;
mod store;

use std::process::ExitCode;
use std::time::Duration;

use event_log::testing;

use program::Program;
use store::Place;

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let seconds = words.iter().find_map(|word| word.parse().ok()).unwrap_or(5);
    let wanted = |store: &str| {
        let named = words.iter().any(|word| word == "sqlite" || word == "postgres");
        !named || words.iter().any(|word| word == store)
    };
    let time = Duration::from_secs(seconds);
    // Fails only if there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let program = Program::build();
    program.introduce();
    let mut good = true;
    if wanted("sqlite") {
        let [test, live] = [(); 2].map(|()| tempfile::TempDir::new().unwrap());
        let place = Place {
            title: "SQLite, synchronous=FULL",
            test: testing::sqlite_url(&test),
            live: testing::sqlite_url(&live),
        };
        good &= store::measure(&program, &place, time).await;
    }
    if wanted("postgres") {
        let place = Place {
            title: "PostgreSQL",
            test: testing::postgres_url().await,
            live: testing::postgres_url().await,
        };
        good &= store::measure(&program, &place, time).await;
    }
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
