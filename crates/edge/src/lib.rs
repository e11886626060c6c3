//! The edge: parse, authenticate, call the engine, render. Thin: no rule of the business lives here.

mod admin;
pub mod api_key;
mod caller;
pub mod cookie;
mod coord;
mod gauge;
mod grpc;
pub mod jwt;
pub mod language;
pub mod marketplace;
pub mod openapi;
mod operations;
pub mod params;
pub mod passes_state;
mod request_id;
mod rider;
mod server;
pub mod ticketing;
pub mod version;

pub use grpc::serve_grpc;
pub use server::{Edge, EdgeConfig, EdgeError, RenderMetrics, serve_http};
