//! The edge: parse, authenticate, call the engine, render. Thin: no rule of the business lives here.

mod admin;
mod apds;
pub mod api_key;
mod bounded;
mod caller;
pub mod cart_token;
pub mod cookie;
mod coord;
mod cors;
mod gauge;
mod grpc;
pub mod jwt;
pub mod language;
mod limits;
mod listener;
pub mod marketplace;
mod onboarding;
pub mod openapi;
mod operations;
pub mod params;
pub mod passes_state;
mod rate;
mod request_id;
mod retry_after;
mod rider;
mod server;
pub mod ticketing;
mod tls;
pub mod version;
mod webhooks;
mod well_formed;

pub use grpc::serve_grpc;
pub use limits::{Limits, Rate};
pub use listener::serve_http;
pub use server::{Edge, EdgeConfig, EdgeError, RenderMetrics};
pub use tls::{Tls, TlsError};
