//! A series of vouchers: what an operator unlocks for riders by code, under which terms, and for how long.

mod command;
mod event;
mod state;
mod terms;
#[cfg(test)]
mod tests;

pub use command::{SeriesCommand, SeriesRejection};
pub use event::SeriesEvent;
pub use state::{MOST_AT_ONCE, MOST_IN_ALL, Series};
pub use terms::{LONGEST_DAYS, SeriesTerms, TermsProblem, Unlocked};
