//! What a test or an operator may do to the simulated Stripe that no API call can.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::books;
use super::nouns::{accounts, disputes, payment_intents, payouts, webhook_endpoints};
use super::world::World;

/// How far a connected account is with Stripe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Onboarded: charges and payouts are enabled.
    #[default]
    Enabled,
    /// Onboarding has not been completed: nothing is enabled, requirements are due.
    Onboarding,
    /// Stripe wants something more: charges are disabled.
    Restricted,
    /// Stripe has turned the account away for good.
    Rejected,
}

/// A connected account to be made by command.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewAccount {
    /// Its id; made up when absent.
    pub id: Option<String>,
    /// The platform to link it to: an account id, or one of the platform's keys.
    pub platform: Option<String>,
    /// How far it is.
    pub state: AccountState,
    /// `standard`, `express` or `custom`; standard when absent.
    pub kind: Option<String>,
    /// ISO country; `US` when absent.
    pub country: Option<String>,
    /// The currency it settles in; the country's when absent.
    pub currency: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// Its business name.
    pub name: Option<String>,
}

/// A webhook endpoint to be registered by command.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewEndpoint {
    /// Whose endpoint: an account id, or one of its keys.
    pub account: String,
    /// Where to deliver.
    pub url: String,
    /// Whether it receives the events of connected accounts rather than the account's own.
    pub connect: bool,
    /// Event types; all when empty.
    pub events: Vec<String>,
    /// The signing secret; made up when absent.
    pub secret: Option<String>,
}

/// A command. Commands are journaled like requests.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Make a connected account, or set the state of one that exists.
    CreateAccount(NewAccount),
    /// Link an account to a platform, so that the platform's keys may act for it.
    Link {
        /// The platform: an account id or one of its keys.
        platform: String,
        /// The connected account.
        account: String,
    },
    /// Take the link away; the platform's keys get `account_invalid` from then on.
    Unlink {
        /// The platform: an account id or one of its keys.
        platform: String,
        /// The connected account.
        account: String,
    },
    /// Finish hosted onboarding: details submitted, requirements met, capabilities active.
    CompleteOnboarding {
        /// The connected account.
        account: String,
    },
    /// Set an account's state as Stripe would after a review.
    SetAccountState {
        /// The account.
        account: String,
        /// The new state.
        state: AccountState,
    },
    /// Close a dispute.
    SettleDispute {
        /// The account that was charged.
        account: String,
        /// The dispute's id.
        dispute: String,
        /// Whether the merchant wins.
        won: bool,
    },
    /// The customer passes or fails the 3D Secure challenge of an intent in `requires_action`.
    CompleteAuthentication {
        /// The account that owns the intent.
        account: String,
        /// The PaymentIntent or SetupIntent.
        intent: String,
        /// Whether the challenge is passed.
        succeed: bool,
    },
    /// Pay out whatever is available now, as the automatic schedule would.
    PayOut {
        /// The account.
        account: String,
    },
    /// Register a webhook endpoint.
    RegisterEndpoint(NewEndpoint),
    /// Move simulated time forward.
    AdvanceTime {
        /// By how much, in seconds.
        seconds: i64,
    },
}

/// Why a command was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is no such thing.
    #[error("no such {noun}: {id}")]
    NoSuch {
        /// What was looked for.
        noun: &'static str,
        /// Its id.
        id: String,
    },
    /// It exists but cannot be done now.
    #[error("{0}")]
    NotNow(String),
}

/// Carry out a command in a world whose time is already set.
pub(super) fn carry_out(world: &mut World, command: &Command) -> Result<Value, CommandError> {
    match command {
        Command::CreateAccount(new) => accounts::create_by_command(world, new),
        Command::Link { platform, account } => {
            let platform = world.account_named(platform)?;
            world.existing(account)?;
            world.link(&platform, account);
            Ok(Value::Null)
        }
        Command::Unlink { platform, account } => {
            let platform = world.account_named(platform)?;
            accounts::deauthorize(world, &platform, account);
            Ok(Value::Null)
        }
        Command::CompleteOnboarding { account } => accounts::set_state(world, account, AccountState::Enabled),
        Command::SetAccountState { account, state } => accounts::set_state(world, account, *state),
        Command::SettleDispute {
            account,
            dispute,
            won,
        } => disputes::settle(world, account, dispute, *won),
        Command::CompleteAuthentication {
            account,
            intent,
            succeed,
        } => payment_intents::complete_authentication(world, account, intent, *succeed),
        Command::PayOut { account } => {
            world.existing(account)?;
            Ok(Value::from(payouts::pay_out_available(world, account)))
        }
        Command::RegisterEndpoint(new) => webhook_endpoints::register(world, new),
        Command::AdvanceTime { seconds } => {
            world.offset = world.offset.saturating_add((*seconds).max(0));
            Ok(Value::from(world.offset))
        }
    }
}

/// Everything the accounts hold, for checkers that do not trust the API.
pub(super) fn dump(world: &World) -> Value {
    books::dump(world)
}
