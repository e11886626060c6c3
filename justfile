# Everything a developer does, by name. `just` lists it.

set shell := ["bash", "-euo", "pipefail", "-c"]

[private]
default:
    @just --list --unsorted

# Formatting, lints and dependency rules.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    cargo deny --log-level error check bans licenses sources

# Every test, on both stores.
test:
    tests/run

# What CI runs.
ci:
    .ci/run

# The first four journeys, narrated.
demo:
    cargo run --release --locked -- demo

# An engine with the built-in Stripe simulator and the demo marketplace.
serve:
    cargo run --release --locked -- serve --marketplace demo/marketplace.yaml

# Throughput and latency on both stores, beside each store's own limit.
bench:
    cargo bench --locked -p event-log
    cargo bench --locked -p engine
    cargo bench --locked -p switchyard-tests

# Kills servers and databases under load so many times, on both stores, and holds Stripe's books against every wallet.
crash KILLS="500":
    cargo build --bins --locked
    SWITCHYARD_TEST_KILLS={{KILLS}} cargo test --workspace --locked --test it -- kills_under_load --nocapture
