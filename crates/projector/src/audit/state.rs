//! Any aggregate, and any event of one.

use domain::{
    Aggregate, ImpossibleHistory, Purchase, User, Wallet, access::AccessKey, app::App, catalog::Catalog,
    disclosure::Disclosure, endpoint::Endpoint, notification::Notification, occupancy::Occupancy,
    operator::Operator, parking::ParkingSession, series::Series, transfer::Transfer, voucher::Voucher,
};
use event_log::{LiftError, Recorded, Upcasters};

/// Why an event says nothing to today's code.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error(transparent)]
    Lift(#[from] LiftError),
    #[error("no aggregate has streams of this category")]
    Category,
    #[error("the stream held another kind of aggregate before")]
    Mixed,
    #[error(transparent)]
    Impossible(#[from] ImpossibleHistory),
}

macro_rules! aggregates {
    ($($name:ident: $aggregate:ty),+ $(,)?) => {
        /// An event of any aggregate.
        #[derive(Debug)]
        pub(super) enum Event {
            $($name(<$aggregate as Aggregate>::Event)),+
        }

        /// Any aggregate.
        #[derive(Debug, Clone)]
        pub(super) enum State {
            $($name(Box<$aggregate>)),+
        }

        impl Event {
            /// Reads an event as the category of its stream says.
            pub(super) fn of(recorded: &Recorded, upcasters: &Upcasters) -> Result<Self, Unreadable> {
                match recorded.stream.category() {
                    $(<$aggregate>::CATEGORY => Ok(Self::$name(recorded.lift(upcasters)?)),)+
                    _ => Err(Unreadable::Category),
                }
            }
        }

        impl State {
            /// Folds an event in.
            pub(super) fn apply(state: Option<Self>, event: &Event) -> Result<Self, Unreadable> {
                match (state, event) {
                    $(
                        (None, Event::$name(event)) => {
                            Ok(Self::$name(Box::new(<$aggregate>::apply(None, event)?)))
                        }
                        (Some(Self::$name(state)), Event::$name(event)) => {
                            Ok(Self::$name(Box::new(<$aggregate>::apply(Some(*state), event)?)))
                        }
                    )+
                    _ => Err(Unreadable::Mixed),
                }
            }
        }
    };
}

aggregates! {
    App: App,
    Operator: Operator,
    Catalog: Catalog,
    User: User,
    Wallet: Wallet,
    Purchase: Purchase,
    Transfer: Transfer,
    Series: Series,
    Voucher: Voucher,
    Notification: Notification,
    Parking: ParkingSession,
    Occupancy: Occupancy,
    Access: AccessKey,
    Disclosure: Disclosure,
    Endpoint: Endpoint,
}
