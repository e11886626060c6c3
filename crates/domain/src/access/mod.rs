//! Who may administer what: keys to the admin API, each with one role.

mod command;
mod event;
mod role;
mod state;
#[cfg(test)]
mod tests;

pub use command::{AccessCommand, AccessRejection};
pub use event::AccessEvent;
pub use role::Role;
pub use state::AccessKey;
