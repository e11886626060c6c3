//! What an event has to be read together with to be told of.

use domain::{
    AppId, Purchase, Wallet,
    catalog::CatalogEvent,
    operator::{Operator, OperatorEvent},
    parking::{ParkingEvent, ParkingSession},
    purchase::PurchaseEvent,
    transfer::{Transfer, TransferEvent},
    wallet::WalletEvent,
};

use domain::endpoint::{Endpoint, EndpointEvent};

/// An event and the state of things right after it.
#[derive(Debug, Clone)]
pub enum Passage {
    /// Of a purchase.
    Purchase(PurchaseEvent, Box<Purchase>),
    /// Of a wallet, and the app of the rider whose it is.
    Wallet(WalletEvent, Box<Wallet>, Option<AppId>),
    /// Of a transfer.
    Transfer(TransferEvent, Box<Transfer>),
    /// Of an operator.
    Operator(OperatorEvent, Box<Operator>),
    /// Of a catalog, and the operator whose it is.
    Catalog(CatalogEvent, Option<Box<Operator>>),
    /// Of a stay.
    Parking(ParkingEvent, Box<ParkingSession>),
    /// Of a webhook endpoint.
    Endpoint(EndpointEvent, Box<Endpoint>),
}
