//! The ledger: double entry derived from events, and the trial balance of it. `docs/ledger.md` explains every account
//! and entry to an accountant.

mod account;
mod books;
mod disputes;
mod entry;
mod table;
mod trial_balance;

pub use account::{Account, Class};
pub use books::{Books, Unbookable};
pub use entry::{Entry, Line, Side};
pub use trial_balance::{AccountTotals, LedgerError, Totals, TrialBalance};
