//! The rules that a log is checked against.

use std::fmt;

use serde::{Serialize, Serializer};

/// A rule of the log, the money, the passes or of privacy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Positions are 1, 2, 3, … without a gap.
    GaplessPositions,
    /// The versions of each stream are 1, 2, 3, … without a gap.
    GaplessVersions,
    /// Today's code can read every event, and its kind says what it is.
    Readable,
    /// Each event can follow what its stream held before.
    Possible,
    /// Payload and metadata are canonical JSON, so that what is hashed has one form.
    Canonical,
    /// Each event names who did it and what it belongs to.
    Origin,
    /// A purchase has at most one successful charge that is not refunded, and no charge serves two purchases.
    OneCharge,
    /// What is charged is issued in one commit, or refunded, or still open; nothing else is issued.
    ChargedIsIssued,
    /// What is issued is what was ordered, to whoever ordered it.
    AsOrdered,
    /// A purchase that was declined or given up issues nothing.
    DeclinedIssuesNothing,
    /// Every event can be booked, and debits equal credits in every currency.
    Balanced,
    /// Refunds never exceed the charge.
    RefundsWithinCharge,
    /// No card data, secret or personal data stands in clear.
    NothingInClear,
    /// A pass is active on one device at a time.
    OneDevice,
    /// A pass that moved on or was refunded is never used by its old holder, and moves in one commit.
    GoneIsGone,
    /// Passes end by a fare cap only once it is reached, and what replaces them is issued in the same commit.
    CappedIsReplaced,
    /// What a stay was billed is a purchase of that stay and sum, what is paid was completed, and what is owed is a debt
    /// of its rider.
    StayIsPaidOrOwed,
    /// A user has one stay at a time, and both sides say the same.
    OneStay,
}

impl Rule {
    /// Every rule, in the order of the report.
    pub const ALL: [Self; 18] = [
        Self::GaplessPositions,
        Self::GaplessVersions,
        Self::Readable,
        Self::Possible,
        Self::Canonical,
        Self::Origin,
        Self::OneCharge,
        Self::ChargedIsIssued,
        Self::AsOrdered,
        Self::DeclinedIssuesNothing,
        Self::Balanced,
        Self::RefundsWithinCharge,
        Self::NothingInClear,
        Self::OneDevice,
        Self::GoneIsGone,
        Self::CappedIsReplaced,
        Self::StayIsPaidOrOwed,
        Self::OneStay,
    ];

    /// Its short name. Where a letter is added, several checks guard one invariant.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::GaplessPositions => "L1",
            Self::GaplessVersions => "L2",
            Self::Readable => "L4",
            Self::Possible => "L4b",
            Self::Canonical => "L4c",
            Self::Origin => "L5",
            Self::OneCharge => "M1",
            Self::ChargedIsIssued => "M2",
            Self::AsOrdered => "M2b",
            Self::DeclinedIssuesNothing => "M3",
            Self::Balanced => "M4",
            Self::RefundsWithinCharge => "M5",
            Self::NothingInClear => "M8",
            Self::OneDevice => "P1",
            Self::GoneIsGone => "P2",
            Self::CappedIsReplaced => "P3",
            Self::StayIsPaidOrOwed => "S1",
            Self::OneStay => "S2",
        }
    }

    /// What it says.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::GaplessPositions => "positions are gapless",
            Self::GaplessVersions => "versions are gapless in every stream",
            Self::Readable => "every event can be read by today's code",
            Self::Possible => "every stream can be replayed",
            Self::Canonical => "every event is canonical JSON",
            Self::Origin => "every event names its origin",
            Self::OneCharge => "at most one unrefunded charge a purchase",
            Self::ChargedIsIssued => "charged is issued, refunded or still open",
            Self::AsOrdered => "what is issued is what was ordered",
            Self::DeclinedIssuesNothing => "a decline issues nothing",
            Self::Balanced => "debits equal credits at every position",
            Self::RefundsWithinCharge => "refunds never exceed the charge",
            Self::NothingInClear => "no card data, secret or personal data in clear",
            Self::OneDevice => "a pass is active on one device",
            Self::GoneIsGone => "a moved or refunded pass is gone",
            Self::CappedIsReplaced => "a capped pass is replaced",
            Self::StayIsPaidOrOwed => "a stay is paid or owed as its purchase and rider say",
            Self::OneStay => "a user has one stay at a time",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
