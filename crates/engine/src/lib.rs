//! Command handlers and process managers: load, decide, append, call Stripe, resume.
//!
//! [`Engine`] is one environment's engine. Nothing below the edge knows which environment that is, and no query can
//! reach across. Every change goes through [`handle`]: load a state, let the domain decide, append with the version
//! that was loaded. Whatever asks Stripe for money goes through the private `drive` module, for live requests and the
//! resolver alike.

mod access;
mod accounts;
mod administer;
mod answer;
mod answer_at_rest;
mod background;
mod buy;
mod card_save;
mod cards;
mod cart;
mod catalogs;
mod charge_requests;
mod chore;
mod context;
mod count_room;
mod customers;
mod declare;
mod directory;
mod disclose;
mod drive;
mod engine;
mod entitle;
mod expire;
mod failure;
mod feed;
mod finish;
mod flights;
mod give_back;
mod give_up;
mod hand_over;
pub mod handle;
mod hear_dispute;
mod hear_payment;
mod hear_refund;
mod history;
mod host;
mod issue_vouchers;
mod keys;
mod link_state;
mod linked_accounts;
mod located;
mod look_again;
mod look_up;
mod make_account;
mod manage;
mod missed_events;
mod notify;
mod oauth;
mod onboard;
mod once;
mod operator_refund;
mod operator_refunds;
mod pass_service;
mod patience;
mod pay_back;
mod poll;
mod quote;
mod receipts;
mod redeem;
mod redeemers;
mod redemption_code;
mod refund;
mod refunding;
mod rehearse;
mod reports;
mod resolver;
mod retry;
mod retry_refund;
mod ride;
mod selling;
mod send;
mod show;
mod start;
mod stays;
mod streamed;
mod systems;
mod take_back;
mod tell;
mod transfers;
mod unlock;
mod up_to_date;
mod users;
mod vehicle;
mod verdict;
mod verify_report;
mod vouchers;
mod way_back;
mod webhooks;
mod withdraw_vouchers;
mod work;

pub use access::{FreshKey, IssueAccess, KeyProblem as AccessProblem, RenderKey};
pub use accounts::{AccountProvisioner, Refreshed};
pub use administer::AdministerProblem;
pub use answer::{Alone, Answer, Claim, Render, Seen, Settled};
pub use background::Background;
pub use buy::{Buy, BuyProblem};
pub use cards::{CardProblem, KeptCard};
pub use cart::{CartProblem, CartSource, FillCart, FilledCart};
pub use catalogs::{CatalogDecision, CatalogProblem, CatalogWish, CatalogWord, RenderCatalog};
pub use charge_requests::{ChargeReport, ChargeRequestProblem, RenderChargeRequest};
pub use context::{Actor, Context};
pub use count_room::{Count, CountProblem, RoomFlaw, RoomMisfit};
pub use declare::{Declaration, DeclareProblem, Difference};
pub use directory::{Directory, FoundLocation, KeyHolder, Near, Nearby};
pub use disclose::{DiscloseProblem, Disclosed};
pub use engine::{Engine, Parts, PlatformKeys, Settings};
pub use entitle::{EntitleProblem, EntitleRefusal, Entitlement};
pub use event_log as log;
pub use failure::Failure;
pub use feed::{Feed, FeedFilter, Sight};
pub use give_back::{RefundItems, RefundProblem, RefundTransfer, RefundWord};
pub use give_up::GivenUp;
pub use history::Happening;
pub use host::{Host, SystemHost};
pub use issue_vouchers::{IntoSeries, IssueVouchers, IssuedVouchers, RenderIssued};
pub use keys::{ApiKeyProblem, IssueApiKey, RevokeProblem};
pub use link_state::LinkState;
pub use linked_accounts::{LinkAsked, LinkProblem, LinkRefusal, RenderLink, SimulateProblem};
pub use manage::{OperatorChange, OperatorProblem, RenderOperator};
pub use notify::{ReceiveProblem, Received};
pub use oauth::{ConsentAnswer, ConsentPage, ConsentProblem};
pub use onboard::{Completion, HostedForm, Onboard, OnboardProblem, WayBackProblem};
pub use operator_refund::{
    OperatorRefund, OperatorRefundProblem, OperatorRefundRefusal, RefundWhat, RenderRefund,
};
pub use operator_refunds::OperatorsRefund;
pub use outbox;
pub use pass_service::{PassProblem, RenderPass, ServedPass};
pub use payments::{ListPage, Listed, PayoutFacts};
pub use projector::{
    DayRow, DaysAsked, DebtSum, DisputeRow, ParkingStays, SaleRow, SaleStatus, SalesAsked, StayRow,
    StaysAsked, ValidationRow, ValidationsAsked,
};
pub use quote::{NoQuote, Quote, Wish};
pub use redeem::{PassesInfo, Redeem, RedeemProblem, RedemptionInfo, RenderWallet};
pub use redeemers::Redeemer;
pub use redemption_code::{Redeemable, RedemptionCode};
pub use refunding::RefundRefusal;
pub use reports::{AsOf, Balance, BalanceLine};
pub use resolver::Round;
pub use ride::{Activate, ActivateProblem};
pub use selling::Obstacle;
pub use send::{SendPasses, SendProblem, SendRefusal};
pub use show::{ShowPass, ShowProblem};
pub use stays::{
    Barcode, BeginStay, DeskProblem, EndStay, GateScan, GateVerdict, RenderGateVerdict, RenderSession,
    RenderStay, Ruling, ScanProblem, Scanned, Shown, ShownStay, Shut, StayProblem, Way,
};
pub use systems::{OwnSystem, System};
pub use take_back::{CancelProblem, OwnTransfer};
pub use transfers::{PassTransfer, RenderTransfer};
pub use unlock::{UnlockRefusal, UnlockingInfo};
pub use users::Rider;
pub use vouchers::{SeriesPage, VoucherProblem, VoucherRefusal};
pub use webhooks::{
    Courier, EndpointProblem, EndpointRefusal, NewEndpoint, RenderEndpoint, ReplayFrom, Replayed, Webhooks,
};
