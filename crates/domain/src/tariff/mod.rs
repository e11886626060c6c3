//! What a stay costs: tariffs, and the calculation that goes onto a receipt.

mod calculate;
mod calculation;
mod clock;
mod inspect;
mod purse;
mod refusal;
mod returning;
mod tax;
mod terms;
#[cfg(test)]
mod tests;
mod week;

pub use calculation::{Calculation, Charged, Line, Maximum, TaxShare};
pub(crate) use clock::minutes_begun;
pub use inspect::{TariffFlaw, TariffProblem, inspect_tariff};
pub use refusal::TariffRefusal;
pub use returning::Returning;
pub use tax::Tax;
pub use terms::{
    DayKind, DayMaximum, EventRate, FreeMinutes, LONGEST_STAY_MINUTES, Period, Price, Tariff, Tier, WeekTimes,
};
pub use week::WeekMinute;
