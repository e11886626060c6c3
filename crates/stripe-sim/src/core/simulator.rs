//! The state machine: one request in, one reply out, in the order of Stripe's own layers.

use std::sync::Arc;

use serde_json::Value;

use super::access::{self, Access};
use super::command::{self, Command, CommandError};
use super::error::ApiError;
use super::events::WebhookCall;
use super::idempotency::{Keys, Seen};
use super::nouns::{accounts, payment_methods};
use super::params::{self, Params};
use super::request::{Caller, Inject, KeyKind, Method, Reply, Request};
use super::routes::{self, Call, Route};
use super::world::World;

/// What does not change during a run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where ids come from: the same seed and requests give the same ids.
    pub seed: u64,
    /// Strict mode: only the platforms of these keys exist. Otherwise any well-formed test key makes its own.
    pub allowed_keys: Option<Vec<String>>,
    /// How many events an account keeps for `GET /v1/events`.
    pub events_kept: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            allowed_keys: None,
            events_kept: 10_000,
        }
    }
}

/// The simulated Stripe, without any I/O.
#[derive(Debug)]
pub struct Simulator {
    settings: Settings,
    world: World,
    keys: Keys,
}

impl Simulator {
    /// An empty Stripe.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let world = World::new(settings.seed, settings.events_kept);
        Self {
            settings,
            world,
            keys: Keys::default(),
        }
    }

    /// Who a key belongs to, or the 401 that Stripe gives.
    pub fn authenticate(&self, key: Option<&str>) -> Result<Caller, ApiError> {
        access::authenticate(&self.world, key, self.settings.allowed_keys.as_deref())
    }

    /// Simulated time for a real time, both Unix seconds.
    #[must_use]
    pub fn time(&self, real: i64) -> i64 {
        real.saturating_add(self.world.offset)
    }

    /// The scope and key under which a request's outcome is stored, if it has one.
    #[must_use]
    pub fn key_of(request: &Request) -> Option<(String, String)> {
        Keys::scope(request)
    }

    /// Execute one request at a real time (Unix seconds).
    pub fn handle(&mut self, request: &Request, real: i64) -> Reply {
        let now = self.time(real);
        self.world.advance_to(now);
        self.world.ensure_platform(&request.caller.account);
        match self.through_the_layers(request) {
            Ok(reply) => reply,
            Err(error) => reply_of(&error, &request.id),
        }
    }

    /// Carry out a command at a real time (Unix seconds).
    pub fn command(&mut self, command: &Command, real: i64) -> Result<Value, CommandError> {
        let now = self.time(real);
        self.world.advance_to(now);
        self.world.request = None;
        let outcome = command::carry_out(&mut self.world, command);
        let now = self.time(real);
        self.world.advance_to(now);
        outcome
    }

    /// The webhooks queued since the last call.
    pub fn take_webhooks(&mut self) -> Vec<WebhookCall> {
        std::mem::take(&mut self.world.outbox)
    }

    /// Note that a webhook was delivered, so that the event's `pending_webhooks` goes down.
    pub fn webhook_delivered(&mut self, account: &str, event: &str) {
        if let Some(account) = self.world.accounts.get_mut(account) {
            account.events.delivered(event);
        }
    }

    /// All charges, refunds, fees, balance transactions, payouts and disputes, by account.
    #[must_use]
    pub fn books(&self) -> Value {
        command::dump(&self.world)
    }

    /// How often requests under this idempotency key were really executed, over all accounts.
    #[must_use]
    pub fn executions(&self, key: &str) -> u64 {
        self.keys.executions(key)
    }

    fn through_the_layers(&mut self, request: &Request) -> Result<Reply, ApiError> {
        let account = self.acting_account(request)?;
        let Some((route, args)) = routes::find(request.method, &request.path) else {
            return Err(ApiError::no_such_url(request.method.as_str(), &request.path));
        };
        access::permit(&request.caller.kind, route.access)?;
        let params = params::decode(&[&request.query, &request.body])?;
        let Some((scope, key)) = Keys::scope(request) else {
            params::check(route.operation, &params)?;
            return Ok(self.execute(request, account, route, args, Params(params)));
        };
        match self
            .keys
            .look_up(&scope, &key, request, &params, self.world.now)?
        {
            Seen::Stored(reply) => Ok(reply),
            Seen::New(fingerprint) => {
                // Nothing is stored for parameters that fail validation: execution has not begun.
                params::check(route.operation, &params)?;
                let reply = self.execute(request, account, route, args, Params(params));
                self.keys
                    .store(&scope, &key, fingerprint, request, &reply, self.world.now);
                Ok(reply)
            }
        }
    }

    /// The account the request acts in: the key's own, or a connected one that is linked to it.
    fn acting_account(&self, request: &Request) -> Result<String, ApiError> {
        let own = &request.caller.account;
        let Some(wanted) = request.stripe_account.as_ref().filter(|wanted| *wanted != own) else {
            return Ok(own.clone());
        };
        if self.world.is_linked(own, wanted) && self.world.accounts.contains_key(wanted) {
            return Ok(wanted.clone());
        }
        Err(ApiError::no_access(&request.caller.shown, wanted))
    }

    fn execute(
        &mut self,
        request: &Request,
        account: String,
        route: &'static Route,
        args: Vec<String>,
        params: Params,
    ) -> Reply {
        if request.inject == Some(Inject::FailBefore) {
            return reply_of(&ApiError::internal(), &request.id);
        }
        self.world.request = Some((request.id.clone(), request.idempotency_key.clone()));
        self.world.issuer = match request.inject {
            Some(Inject::Decline { issuer }) => Some(issuer),
            _ => None,
        };
        let mut call = Call {
            world: &mut self.world,
            account,
            caller: &request.caller,
            args,
            params,
            version: request.api_version.as_deref(),
        };
        let outcome = may_use(&call, route)
            .and_then(|()| (route.handler)(&mut call))
            .and_then(|rendered| call.expanded(rendered));
        self.world.request = None;
        self.world.issuer = None;
        if request.inject == Some(Inject::FailAfter) {
            return reply_of(&ApiError::internal(), &request.id);
        }
        match outcome {
            Ok(rendered) => Reply {
                status: 200,
                body: Arc::from(rendered.to_string()),
                original_request: None,
                replayed: false,
                should_retry: None,
            },
            Err(error) => reply_of(&error, &request.id),
        }
    }
}

/// Checks that need the parameters: client secrets, and the customer of an ephemeral key.
fn may_use(call: &Call<'_>, route: &Route) -> Result<(), ApiError> {
    match &call.caller.kind {
        KeyKind::Publishable if route.access == Access::ClientSecret && !call.params.has("client_secret") => {
            Err(ApiError::secret_key_required())
        }
        KeyKind::Ephemeral { customer } if route.access == Access::Ephemeral => {
            let owner = if route.names_payment_method() {
                payment_methods::stored(call.own()?, call.arg(0)).and_then(|it| it.customer)
            } else {
                route.names_customer().then(|| call.arg(0).to_owned())
            };
            let named = call.params.owned("customer");
            if named.iter().chain(&owner).any(|named| named != customer) {
                return Err(ApiError::invalid(
                    "The provided ephemeral key does not have access to this customer.",
                )
                .status(403));
            }
            Ok(())
        }
        _ => accounts::may_act(call, route),
    }
}

/// The reply for an error, which also tells clients whether to try again.
fn reply_of(error: &ApiError, request_id: &str) -> Reply {
    Reply {
        status: error.status,
        body: Arc::from(error.body(request_id).to_string()),
        original_request: None,
        replayed: false,
        should_retry: error.should_retry,
    }
}

/// Requests that change nothing need no place in a journal.
impl Method {
    /// Whether requests of this method may change anything.
    #[must_use]
    pub fn changes(self) -> bool {
        !matches!(self, Self::Get)
    }
}
