//! The shell: HTTP, the journal, webhook delivery, faults and the control API.

mod config;
mod connection;
mod control;
mod control_http;
mod faults;
mod gate;
mod http;
mod journal;
mod shared;
mod start;
mod webhooks;

pub use config::Config;
pub use control::{Control, ControlError};
pub use faults::{Fault, FaultRule, WebhookFaults, When};
pub use start::{Error, Server};
pub use webhooks::Delivery;
