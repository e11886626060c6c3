//! A notification: what Stripe told us of one event, kept before it is acknowledged.

mod command;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::{NotificationCommand, NotificationRejection, Told};
pub use event::{Handling, NotificationEvent};
pub use state::Notification;
