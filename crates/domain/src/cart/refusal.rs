//! Why fares cannot be bought together, or not by this rider.

use crate::FareId;

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CartRejection {
    /// The catalog has no such fare, and the cart neither.
    #[error("there is no fare {fare}")]
    NoSuchFare {
        /// Which.
        fare: FareId,
    },
    /// The cart holds a fare that is not sold any more.
    #[error("the fare {fare} is not sold any more")]
    OutOfDate {
        /// Which.
        fare: FareId,
    },
    /// Nothing is wished for, or nothing of some fare.
    #[error("the order is empty")]
    Empty,
    /// More of one fare than it may be bought at once.
    #[error("at most {limit} of the fare {fare} may be bought at once")]
    FareLimit {
        /// Which.
        fare: FareId,
        /// How many may.
        limit: u32,
    },
    /// More in all than one order may hold.
    #[error("at most {limit} passes may be bought at once")]
    OrderLimit {
        /// How many may.
        limit: u32,
    },
    /// Only riders who are known may have it in a cart.
    #[error("the fare {fare} needs a rider who is logged in")]
    LoginRequired {
        /// Which.
        fare: FareId,
    },
    /// The operator has to allow the rider to buy it, and has not.
    #[error("the fare {fare} is restricted")]
    Restricted {
        /// Which.
        fare: FareId,
    },
    /// The sum cannot be made: it is out of range.
    #[error("the order does not add up")]
    DoesNotAddUp,
}
