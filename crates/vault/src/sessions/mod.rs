//! Login sessions: what a rider's device shows instead of a JWT.

mod keep;
mod token;

pub use keep::{NewSession, SESSIONS_PER_USER, Session};
pub use token::SessionToken;
