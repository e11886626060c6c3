//! Tax on a stay.

use serde::{Deserialize, Serialize};

/// A hundred percent.
const WHOLE: i128 = 10_000;

/// A tax on everything that is paid.
///
/// It is rounded once, for the stay as a whole, to the nearest minor unit and halves up. Each line of a calculation shows
/// what the tax grows by when the line is added to those before it, so that the lines sum to the tax exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    /// In hundredths of a percent; at most 10,000.
    pub basis_points: u32,
    /// Whether the prices contain it; else it comes on top.
    pub included: bool,
}

impl Tax {
    /// The tax in an amount that contains it, or on one that does not.
    pub(super) fn of(self, amount: i128) -> i128 {
        let rate = i128::from(self.basis_points);
        let whole = if self.included { WHOLE + rate } else { WHOLE };
        (amount * rate * 2 + whole) / (whole * 2)
    }
}
