//! Command handlers and process managers: load, decide, append, call Stripe, resume.
//!
//! [`Engine`] is one environment's engine. Nothing below the edge knows which environment that is, and no query can
//! reach across. Every change goes through [`handle`]: load a state, let the domain decide, append with the version
//! that was loaded. Whatever asks Stripe for money goes through the private `drive` module, for live requests and the
//! resolver alike.

mod accounts;
mod answer;
mod background;
mod buy;
mod card_save;
mod cards;
mod context;
mod declare;
mod directory;
mod drive;
mod engine;
mod expire;
mod failure;
mod finish;
mod flights;
mod give_back;
pub mod handle;
mod host;
mod look_up;
mod patience;
mod pay_back;
mod quote;
mod receipts;
mod redeem;
mod redemption_code;
mod refund;
mod refunding;
mod resolver;
mod ride;
mod send;
mod show;
mod take_back;
mod tell;
mod transfers;
mod users;
mod verdict;
mod work;

pub use accounts::{AccountProvisioner, Refreshed};
pub use answer::{Answer, Claim, Render, Seen, Settled};
pub use background::Background;
pub use buy::{Buy, BuyProblem};
pub use cards::{CardProblem, KeptCard};
pub use context::{Actor, Context};
pub use declare::{Declaration, DeclareProblem, Difference};
pub use directory::{Directory, KeyHolder};
pub use engine::{Engine, Parts, PlatformKeys, Settings};
pub use failure::Failure;
pub use give_back::{RefundItems, RefundProblem, RefundTransfer, RefundWord};
pub use host::{Host, SystemHost};
pub use quote::{NoQuote, ORDER_LIMIT, Quote, Wish};
pub use redeem::{Redeem, RedeemProblem, RedemptionInfo, RenderWallet};
pub use redemption_code::RedemptionCode;
pub use refunding::RefundRefusal;
pub use resolver::Round;
pub use ride::{Activate, ActivateProblem};
pub use send::{SendPasses, SendProblem, SendRefusal};
pub use show::{ShowPass, ShowProblem};
pub use take_back::{CancelProblem, OwnTransfer};
pub use transfers::{PassTransfer, RenderTransfer};
pub use users::Rider;
