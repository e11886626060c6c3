//! The objects of the publications, field by field.

mod accounts;
mod admin;
mod carts;
mod catalog;
mod common;
mod coord;
mod passes;
mod transfers;
mod vouchers;
mod webhook_endpoints;

pub use accounts::{Developer, Login, Redemption};
pub use admin::{Applied, Change, KeySet, Problem, Refreshed};
pub use carts::{Cart, CartItem};
pub use catalog::{
    Agency, AgencyList, AlertEffect, ChosenOption, Fare, FareList, FareOption, FareOptionValue, Location,
    ProductType, ServiceAlert,
};
pub use common::{Error, Nothing, Price, Receipt, TimeRange};
pub use coord::{CoordError, CoordUser, KeptStripeInfo, StripeInfo, TransactableSystem, Vehicle};
pub use passes::{Activated, Pass, PassBook, PassDetails, PassStatus, Passes};
pub use transfers::{
    PassTransfer, PassTransferItem, PassTransferList, TransferItemType, TransferRedemption, TransferStatus,
};
pub use vouchers::{
    ApiKeyInfo, ApiKeyList, Code, Entitlement, EntitlementRequest, MoreCodes, NewSeries, RefundState, Series,
    SeriesList, SeriesWithCodes, SeriesWithVouchers, UnlockedFor, Voucher, VoucherRedemption,
};
pub use webhook_endpoints::{
    NewWebhookEndpoint, WebhookAttempt, WebhookDelivery, WebhookDeliveryList, WebhookDeliveryWithAttempts,
    WebhookDisabled, WebhookDisabling, WebhookEndpoint, WebhookEndpointChange, WebhookEndpointList,
    WebhookEndpointWithSecret, WebhookOverlap, WebhookPing, WebhookReplay, WebhookReplayRequest,
    WebhookResent, WebhookSecretInfo,
};
