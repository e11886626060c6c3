//! The objects of the publications, field by field.

mod accounts;
mod admin;
mod carts;
mod catalog;
mod common;
mod coord;
mod links;
mod passes;
mod supply;
mod transfers;
mod vouchers;

pub use accounts::{Developer, Login, Redemption};
pub use admin::{Applied, Change, KeySet, Problem, Refreshed};
pub use carts::{Cart, CartItem};
pub use catalog::{
    Agency, AgencyList, AlertEffect, ChosenOption, Fare, FareList, FareOption, FareOptionValue, Location,
    ProductType, ServiceAlert,
};
pub use common::{Error, Nothing, Price, Receipt, TimeRange};
pub use coord::{CoordError, CoordUser, KeptStripeInfo, StripeInfo, TransactableSystem, Vehicle};
pub use links::{
    AcceptedLink, Agreed, AgreedLink, DeclinedLink, Link, LinkProposal, NewFee, OperatorOfApp,
    OperatorsOfApp, ProposedLink, Relation, ScheduledFee, Word,
};
pub use passes::{Activated, Pass, PassBook, PassDetails, PassStatus, Passes};
pub use supply::{
    AccountRequirements, ConsentPage, ForApp, GivenUp, Onboarding, OnboardingOrder, Operator,
    OperatorAccount, OperatorHappening, OperatorHistory, OperatorLine, OperatorPage, Reason, Selling,
    SellingObstacle,
};
pub use transfers::{
    PassTransfer, PassTransferItem, PassTransferList, TransferItemType, TransferRedemption, TransferStatus,
};
pub use vouchers::{
    ApiKeyInfo, ApiKeyList, Code, Entitlement, EntitlementRequest, MoreCodes, NewSeries, RefundState, Series,
    SeriesList, SeriesWithCodes, SeriesWithVouchers, UnlockedFor, Voucher, VoucherRedemption,
};
