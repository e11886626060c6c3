//! For every aggregate, all the commands of its small world at one moment.

mod access;
mod accounts;
mod endpoints;
mod marketplace;
mod notifications;
mod parking;
mod passes;
mod purchase;
mod user;
mod vouchers;

pub(crate) use endpoints::settings;
pub(crate) use marketplace::{content, key, platform};
pub(crate) use notifications::told;
pub(crate) use parking::stay;
pub(crate) use passes::transfer_item;
pub(crate) use vouchers::series_terms;

use chrono::{DateTime, Utc};
use domain::{
    Aggregate,
    access::{AccessCommand, AccessKey},
    app::{App, AppCommand},
    catalog::{Catalog, CatalogCommand},
    disclosure::{Disclosure, DisclosureCommand},
    endpoint::{Endpoint, EndpointCommand},
    notification::{Notification, NotificationCommand},
    occupancy::{Occupancy, OccupancyCommand},
    operator::{Operator, OperatorCommand},
    parking::{ParkingCommand, ParkingSession},
    purchase::{Purchase, PurchaseCommand},
    series::{Series, SeriesCommand},
    transfer::{Transfer, TransferCommand},
    user::{User, UserCommand},
    voucher::{Voucher, VoucherCommand},
    wallet::{Wallet, WalletCommand},
};

/// An aggregate of which every command can be enumerated.
pub(crate) trait Small: Aggregate {
    /// What can be asked at a moment, in a world of few ids.
    fn askable(at: DateTime<Utc>) -> Vec<Self::Command>;
}

macro_rules! small {
    ($($aggregate:ident asks $command:ident in $module:ident::$function:ident),+ $(,)?) => {
        $(impl Small for $aggregate {
            fn askable(at: DateTime<Utc>) -> Vec<$command> {
                $module::$function(at)
            }
        })+
    };
}

small! {
    App asks AppCommand in marketplace::app,
    Operator asks OperatorCommand in marketplace::operator,
    Notification asks NotificationCommand in notifications::notification,
    Catalog asks CatalogCommand in marketplace::catalog,
    Occupancy asks OccupancyCommand in parking::occupancy,
    ParkingSession asks ParkingCommand in parking::parking,
    Purchase asks PurchaseCommand in purchase::purchase,
    User asks UserCommand in user::user,
    Wallet asks WalletCommand in passes::wallet,
    Transfer asks TransferCommand in passes::transfer,
    Series asks SeriesCommand in vouchers::series,
    Voucher asks VoucherCommand in vouchers::voucher,
    AccessKey asks AccessCommand in access::access,
    Disclosure asks DisclosureCommand in access::disclosure,
    Endpoint asks EndpointCommand in endpoints::endpoint,
}
