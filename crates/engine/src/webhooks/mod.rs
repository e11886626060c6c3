//! Webhooks out: endpoints, and getting messages to them. What is sent and how is the business of the crate `outbox`;
//! when, and what follows, is decided here.

mod courier;
mod deliver;
mod endpoints;
mod parts;
mod resend;
mod token;

pub use courier::Courier;
pub use endpoints::{EndpointProblem, EndpointRefusal, NewEndpoint, RenderEndpoint};
pub use parts::Webhooks;
pub use resend::{ReplayFrom, Replayed};
