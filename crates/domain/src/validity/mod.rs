//! When a pass ends and when its ticket goes stale: pure rules of time over a validity, a calendar and a moment.

mod ends;
mod period;
mod service_day;
#[cfg(test)]
mod tests;

pub use ends::{ends_at, ticket_expires_at};
pub use period::{Period, period_of};
pub use service_day::{service_day_end, service_day_of};
