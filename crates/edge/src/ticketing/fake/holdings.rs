//! What everybody's account holds: the passes and the pass book of the published examples, in the printed order.

use crate::ticketing::{ErrorCode, TicketingError};

/// The one pass book.
pub(super) const BOOK: &str = "book_regular_3_ride";

/// `status`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Not used yet.
    Unactivated,
    /// Usable for boarding.
    Active,
    /// Has to be activated again.
    StaleTicket,
    /// In use elsewhere until tomorrow.
    ActiveOnAnotherDevice,
    /// Over.
    Expired,
    /// Paid back.
    Refunded,
}

impl Status {
    /// As it is written in an answer.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Unactivated => "unactivated",
            Self::Active => "active",
            Self::StaleTicket => "stale_ticket",
            Self::ActiveOnAnotherDevice => "active_on_another_device",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
        }
    }

    /// "Valid for future rides".
    pub(super) const fn is_usable(self) -> bool {
        match self {
            Self::Unactivated | Self::Active | Self::StaleTicket | Self::ActiveOnAnotherDevice => true,
            Self::Expired | Self::Refunded => false,
        }
    }

    /// "Able to be activated".
    const fn refusal(self) -> Option<ErrorCode> {
        match self {
            Self::Unactivated | Self::Active | Self::StaleTicket => None,
            Self::ActiveOnAnotherDevice => Some(ErrorCode::PassActiveOnAnotherDevice),
            Self::Expired => Some(ErrorCode::PassExpired),
            Self::Refunded => Some(ErrorCode::PassRefunded),
        }
    }
}

/// When a pass ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// So many hours from now, or ago if negative.
    InHours(i64),
    /// With tomorrow: it lasts several days, and its ticket goes stale with each of them.
    WithTomorrow,
}

/// A pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pass {
    /// `pass_id`
    pub(super) id: &'static str,
    /// `status`
    pub(super) status: Status,
    /// Hours from its purchase to now; nothing for rides of the book, which were not bought by themselves.
    pub(super) bought_hours_ago: Option<i64>,
    /// Hours from its start to now.
    pub(super) started_hours_ago: i64,
    /// When it ends.
    pub(super) ends: Ends,
}

const fn single(id: &'static str, status: Status, started_hours_ago: i64, ends: Ends) -> Pass {
    Pass {
        id,
        status,
        bought_hours_ago: Some(0),
        started_hours_ago,
        ends,
    }
}

const fn ride(id: &'static str, status: Status, started_hours_ago: i64, ends: Ends) -> Pass {
    Pass {
        bought_hours_ago: None,
        ..single(id, status, started_hours_ago, ends)
    }
}

/// Bought yesterday.
pub(super) const UNACTIVATED: Pass = Pass {
    bought_hours_ago: Some(24),
    ..single("pass_unactivated", Status::Unactivated, 0, Ends::InHours(2))
};

/// Activated just now.
pub(super) const ACTIVE: Pass = single("pass_active", Status::Active, 0, Ends::InHours(2));

/// The second ride of the book, activated just now.
pub(super) const ACTIVE_RIDE: Pass = ride(
    "pass_regular_3_ride.sub_pass_2",
    Status::Active,
    0,
    Ends::InHours(2),
);

/// All passes.
const PASSES: [Pass; 9] = [
    ACTIVE,
    UNACTIVATED,
    single(
        "pass_active_on_another_device",
        Status::ActiveOnAnotherDevice,
        0,
        Ends::InHours(2),
    ),
    single("pass_expired", Status::Expired, 3, Ends::InHours(-1)),
    single("pass_refunded", Status::Refunded, 1, Ends::InHours(1)),
    single("pass_stale_ticket", Status::StaleTicket, 24, Ends::WithTomorrow),
    ride(
        "pass_regular_3_ride.sub_pass_1",
        Status::Expired,
        3,
        Ends::InHours(-1),
    ),
    ACTIVE_RIDE,
    ride(
        "pass_regular_3_ride.sub_pass_3",
        Status::Unactivated,
        0,
        Ends::InHours(2),
    ),
];

/// Passes, and whether the book is among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holdings {
    /// In the printed order.
    pub(super) passes: Vec<Pass>,
}

impl Holdings {
    /// The whole account.
    pub(super) fn all() -> Self {
        Self {
            passes: PASSES.to_vec(),
        }
    }

    /// The rides of the book.
    pub(super) fn of_book() -> Self {
        let passes = PASSES.into_iter().filter(Pass::is_ride);
        Self {
            passes: passes.collect(),
        }
    }

    /// One of the passes.
    pub(super) fn pass(&self, id: &str) -> Result<&Pass, TicketingError> {
        if id == BOOK {
            return Err(TicketingError::new(ErrorCode::InvalidId).param("pass_id"));
        }
        let found = self.passes.iter().find(|pass| pass.id == id);
        found.ok_or_else(|| TicketingError::new(ErrorCode::ResourceNotFound).param("pass_id"))
    }

    /// The account after an activation.
    pub(super) fn activate(mut self, id: &str) -> Result<Self, TicketingError> {
        let pass = *self.pass(id)?;
        if let Some(code) = pass.status.refusal() {
            return Err(TicketingError::new(code));
        }
        for held in self.passes.iter_mut().filter(|held| held.id == pass.id) {
            held.status = Status::Active;
        }
        Ok(self)
    }

    /// The rides of the book that were not used yet, if the book is among these passes.
    pub(super) fn rides_left(&self) -> Option<usize> {
        let mut rides = self.passes.iter().filter(|pass| pass.is_ride()).peekable();
        rides.peek()?;
        Some(rides.filter(|ride| ride.status == Status::Unactivated).count())
    }
}

impl Pass {
    /// Whether it belongs to the book.
    pub(super) const fn is_ride(&self) -> bool {
        self.bought_hours_ago.is_none()
    }
}
