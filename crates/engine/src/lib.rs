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
mod context;
mod customers;
mod declare;
mod directory;
mod disclose;
mod drive;
mod engine;
mod entitle;
mod expire;
mod failure;
mod finish;
mod flights;
mod give_back;
pub mod handle;
mod host;
mod issue_vouchers;
mod keys;
mod look_again;
mod look_up;
mod once;
mod patience;
mod pay_back;
mod quote;
mod receipts;
mod redeem;
mod redeemers;
mod redemption_code;
mod refund;
mod refunding;
mod rehearse;
mod resolver;
mod retry;
mod ride;
mod send;
mod show;
mod start;
mod take_back;
mod tell;
mod transfers;
mod unlock;
mod users;
mod verdict;
mod vouchers;
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
pub use context::{Actor, Context};
pub use declare::{Declaration, DeclareProblem, Difference};
pub use directory::{Directory, KeyHolder};
pub use disclose::{DiscloseProblem, Disclosed};
pub use engine::{Engine, Parts, PlatformKeys, Settings};
pub use entitle::{EntitleProblem, EntitleRefusal, Entitlement};
pub use event_log as log;
pub use failure::Failure;
pub use give_back::{RefundItems, RefundProblem, RefundTransfer, RefundWord};
pub use host::{Host, SystemHost};
pub use issue_vouchers::{IntoSeries, IssueVouchers, IssuedVouchers, RenderIssued};
pub use keys::{ApiKeyProblem, IssueApiKey, RevokeProblem};
pub use outbox;
pub use quote::{NoQuote, Quote, Wish};
pub use redeem::{PassesInfo, Redeem, RedeemProblem, RedemptionInfo, RenderWallet};
pub use redeemers::Redeemer;
pub use redemption_code::{Redeemable, RedemptionCode};
pub use refunding::RefundRefusal;
pub use resolver::Round;
pub use ride::{Activate, ActivateProblem};
pub use send::{SendPasses, SendProblem, SendRefusal};
pub use show::{ShowPass, ShowProblem};
pub use take_back::{CancelProblem, OwnTransfer};
pub use transfers::{PassTransfer, RenderTransfer};
pub use unlock::{UnlockRefusal, UnlockingInfo};
pub use users::Rider;
pub use vouchers::{SeriesPage, VoucherProblem, VoucherRefusal};
pub use webhooks::{
    Courier, EndpointProblem, EndpointRefusal, NewEndpoint, RenderEndpoint, ReplayFrom, Replayed, Webhooks,
};
