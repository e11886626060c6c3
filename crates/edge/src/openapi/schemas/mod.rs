//! The objects of the publications, field by field.

mod access;
mod accounts;
mod admin;
mod carts;
mod catalog;
mod catalogs;
mod charge_requests;
mod common;
mod coord;
mod links;
mod locations;
mod operator_stays;
mod parking;
mod passes;
mod reports;
mod service;
mod supply;
mod transfers;
mod vouchers;
mod webhook_endpoints;

pub use access::{
    AccessKeyPage, AccessRole, AdminApp, AdminAppPage, AdminUser, ApiKeyInfo, ApiKeyKind, ApiKeyList,
    FreshAccessKey, FreshApiKey, KeyOverlap, NewAccessKey, NewApiKey, OwnAccess, ReasonGiven, SeenAccessKey,
};
pub use accounts::{Developer, Login, Redemption};
pub use admin::{Applied, Change, KeySet, Problem, PublicKey, Refreshed};
pub use carts::{Cart, CartItem};
pub use catalog::{
    Agency, AgencyList, AlertEffect, ChosenOption, Fare, FareList, FareOption, FareOptionValue, Location,
    ProductType, ServiceAlert,
};
pub use catalogs::{
    CatalogDecided, CatalogDifference, CatalogVersion, CatalogVersionList, CatalogVersionWhole,
    CatalogsDiffer, FeedFinding, FeedSummary, FeedUpload, File, NewCatalog, RollBack,
};
pub use charge_requests::{
    ChargeMetadata, ChargeReported, ChargeRequest, ChargeRequestList, ChargeRequestStatus, ReportStatus,
    ReportedCharge, TokenDelivery,
};
pub use common::{ApiVersion, Error, Nothing, Price, Receipt, TicketFormat, TimeRange};
pub use coord::{
    AccountAtOperator, ConfirmedAccount, CoordError, CoordUser, JwtOrder, KeptStripeInfo, LicensePlate,
    MadeJwt, PointGeometry, StripeInfo, System, SystemCollection, SystemProperties, TransactableSystem,
    TransactionInfo, Vehicle,
};
pub use links::{
    AcceptedLink, Agreed, AgreedLink, DeclinedLink, Link, LinkProposal, NewFee, OperatorOfApp,
    OperatorsOfApp, ProposedLink, Relation, ScheduledFee, Word,
};
pub use locations::{
    CountedSpaces, LocationDecided, LocationFile, LocationInfo, LocationList, LocationVersionInfo,
    LocationWhole, LocationWithdrawn, LocationsDecided, NewLocations, SpacesTold,
};
pub use operator_stays::{
    Owed, ReasonToLetGo, StayAtOperator, StayDebts, StayEnd, StayPage, StayPayment, StayState,
};
pub use parking::{
    CostLine, CostUnavailable, GateScan, GateVerdict, LocationPoint, MoneyAmount, ParkingCollection,
    ParkingFeature, ParkingPricing, ParkingProperties, ParkingSessionObject, RedemptionInfo,
    SimulatedRedemption,
};
pub use passes::{Activated, Pass, PassBook, PassDetails, PassList, PassStatus};
pub use reports::{
    DisputePage, PassUse, PassUsePage, Payout, PayoutPage, Sale, SaleDispute, SalePage, SalesDay,
    SalesSummary, Settlement, SettlementPage, SoldFare,
};
pub use service::{
    Announcement, AnnouncementPage, InvalidateRequest, OperatorRefund, OperatorRefundPage, RefundRequest,
    RefundStatusName, ReissueRequest, ReissueValidity, SupportPass, SupportRide, Translated, Withdrawn,
};
pub use supply::{
    AccountRequirements, ConsentPage, ForApp, GivenUp, Onboarding, OnboardingOrder, Operator,
    OperatorAccount, OperatorHappening, OperatorHistory, OperatorLine, OperatorPage, Selling,
    SellingObstacle,
};
pub use transfers::{
    PassTransfer, PassTransferItem, PassTransferList, TransferItemType, TransferRedemption, TransferStatus,
};
pub use vouchers::{
    Entitlement, EntitlementRequest, IssuedCode, MoreCodes, NewSeries, RefundState, Series, SeriesList,
    SeriesWithCodes, SeriesWithVouchers, UnlockedFor, Voucher, VoucherRedemption,
};
pub use webhook_endpoints::{
    NewWebhookEndpoint, WebhookAttempt, WebhookDelivery, WebhookDeliveryList, WebhookDeliveryWithAttempts,
    WebhookDisabled, WebhookDisabling, WebhookEndpoint, WebhookEndpointChange, WebhookEndpointList,
    WebhookEndpointWithSecret, WebhookOverlap, WebhookPing, WebhookReplay, WebhookReplayRequest,
    WebhookResent, WebhookSecretInfo,
};
