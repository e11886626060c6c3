//! Which handler answers which operation, and what a handler is given.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde_json::Value;

use super::access::Access;
use super::books::Account;
use super::error::ApiError;
use super::nouns::{
    account_links, accounts, application_fees, balance, charges, customers, disputes, ephemeral_keys,
    event_reads, oauth, payment_intents, payment_methods, payouts, refunds, setup_intents, sources, tokens,
    webhook_endpoints,
};
use super::params::{Operation, Params, catalogue, decode_component};
use super::request::{Caller, KeyKind, Method};
use super::world::World;

/// What a handler gives: the rendered object, or Stripe's refusal.
pub(crate) type Outcome = Result<Value, ApiError>;

pub(crate) type Handler = fn(&mut Call<'_>) -> Outcome;

/// One request on its way through a handler. The parameters were checked against the operation's description.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    /// The account acted in.
    pub(crate) account: String,
    pub(crate) caller: &'a Caller,
    /// The variable parts of the path.
    pub(crate) args: Vec<String>,
    pub(crate) params: Params,
}

impl Call<'_> {
    /// A variable part of the path.
    pub(crate) fn arg(&self, place: usize) -> &str {
        self.args.get(place).map_or("", String::as_str)
    }

    pub(crate) fn now(&self) -> i64 {
        self.world.now
    }

    pub(crate) fn own(&self) -> Result<&Account, ApiError> {
        self.world.account(&self.account)
    }

    pub(crate) fn own_mut(&mut self) -> Result<&mut Account, ApiError> {
        self.world.account_mut(&self.account)
    }

    /// The platform on whose behalf a connected account is acted for; `None` when an account acts for itself.
    pub(crate) fn platform(&self) -> Option<&str> {
        (self.caller.account != self.account).then_some(self.caller.account.as_str())
    }

    pub(crate) fn has_secret_key(&self) -> bool {
        matches!(self.caller.kind, KeyKind::Secret | KeyKind::Restricted)
    }

    /// Parameters Stripe knows but the simulator does not act on are refused, never silently ignored.
    pub(crate) fn refuse_unsupported(&self, names: &[&str]) -> Result<(), ApiError> {
        names
            .iter()
            .find(|name| self.params.has(name))
            .map_or(Ok(()), |name| {
                Err(
                    ApiError::invalid(format!("The parameter {name} is not supported by the simulator."))
                        .param(name),
                )
            })
    }

    /// A publishable key must prove itself with the object's client secret.
    pub(crate) fn check_client_secret(&self, noun: &str, id: &str, secret: &str) -> Result<(), ApiError> {
        match self.params.text("client_secret") {
            Some(given) if given != secret => Err(ApiError::invalid(format!(
                "The client_secret provided does not match any associated {noun} on this account. Ensure the \
                 publishable key used belongs to the same account that created the {noun}."
            ))
            .code("resource_missing")
            .param("client_secret")
            .status(404)),
            None if !self.has_secret_key() => Err(ApiError::not_found(noun, id, "intent")),
            _ => Ok(()),
        }
    }
}

/// One operation.
pub(crate) struct Route {
    /// Method and path template, as in Stripe's description.
    pub(crate) name: &'static str,
    pub(crate) access: Access,
    pub(crate) handler: Handler,
    pub(crate) operation: &'static Operation,
    segments: Vec<&'static str>,
}

impl Route {
    /// Whether the first variable part of the path is a customer's id.
    pub(crate) fn names_customer(&self) -> bool {
        self.name.contains("/v1/customers/{")
    }

    fn args(&self, path: &[&str]) -> Option<Vec<String>> {
        let mut args = Vec::new();
        for (wanted, given) in self.segments.iter().zip(path) {
            if wanted.starts_with('{') && !given.is_empty() {
                args.push(decode_component(given));
            } else if wanted != given {
                return None;
            }
        }
        Some(args)
    }
}

type Index = HashMap<(Method, usize), Vec<Route>>;

/// The route for a request and the variable parts of its path. Fixed paths are tried before variable ones.
pub(crate) fn find(method: Method, path: &str) -> Option<(&'static Route, Vec<String>)> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let routes = INDEX.get_or_init(index).get(&(method, segments.len()))?;
    routes
        .iter()
        .find_map(|route| Some((route, route.args(&segments)?)))
}

fn index() -> Index {
    let mut index = Index::new();
    for (name, access, handler) in ROUTES {
        let Some((method, path)) = name.split_once(' ') else {
            continue;
        };
        let method = match method {
            "GET" => Method::Get,
            "DELETE" => Method::Delete,
            _ => Method::Post,
        };
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let route = Route {
            name,
            access: *access,
            handler: *handler,
            operation: operation(name),
            segments,
        };
        index
            .entry((method, route.segments.len()))
            .or_default()
            .push(route);
    }
    for routes in index.values_mut() {
        routes.sort_by_key(|route| {
            route
                .segments
                .iter()
                .filter(|segment| segment.starts_with('{'))
                .count()
        });
    }
    index
}

fn operation(name: &str) -> &'static Operation {
    static NONE: Operation = Operation {
        required: Vec::new(),
        params: BTreeMap::new(),
    };
    catalogue().get(name).unwrap_or(&NONE)
}

use Access::{ClientSecret, Ephemeral, Publishable, Secret};

const ROUTES: &[(&str, Access, Handler)] = &[
    ("GET /v1/account", Secret, accounts::own),
    ("GET /v1/accounts", Secret, accounts::list),
    ("POST /v1/accounts", Secret, accounts::create),
    ("GET /v1/accounts/{account}", Secret, accounts::retrieve),
    ("POST /v1/accounts/{account}", Secret, accounts::update),
    ("DELETE /v1/accounts/{account}", Secret, accounts::delete),
    ("POST /v1/account_links", Secret, account_links::create),
    ("GET /v1/application_fees", Secret, application_fees::list),
    (
        "GET /v1/application_fees/{id}",
        Secret,
        application_fees::retrieve,
    ),
    (
        "GET /v1/application_fees/{id}/refunds",
        Secret,
        application_fees::list_refunds,
    ),
    (
        "POST /v1/application_fees/{id}/refunds",
        Secret,
        application_fees::create_refund,
    ),
    (
        "GET /v1/application_fees/{fee}/refunds/{id}",
        Secret,
        application_fees::retrieve_refund,
    ),
    ("GET /v1/balance", Secret, balance::retrieve_balance),
    ("GET /v1/balance/history", Secret, balance::list),
    ("GET /v1/balance/history/{id}", Secret, balance::retrieve),
    ("GET /v1/balance_transactions", Secret, balance::list),
    ("GET /v1/balance_transactions/{id}", Secret, balance::retrieve),
    ("GET /v1/charges", Secret, charges::list),
    ("POST /v1/charges", Secret, charges::create),
    ("GET /v1/charges/search", Secret, charges::search),
    ("GET /v1/charges/{charge}", Secret, charges::retrieve),
    ("POST /v1/charges/{charge}", Secret, charges::update),
    ("POST /v1/charges/{charge}/capture", Secret, charges::capture),
    (
        "GET /v1/charges/{charge}/refunds",
        Secret,
        refunds::list_of_charge,
    ),
    (
        "POST /v1/charges/{charge}/refunds",
        Secret,
        refunds::create_for_charge,
    ),
    (
        "GET /v1/charges/{charge}/refunds/{refund}",
        Secret,
        refunds::retrieve_of_charge,
    ),
    ("GET /v1/customers", Secret, customers::list),
    ("POST /v1/customers", Secret, customers::create),
    ("GET /v1/customers/search", Secret, customers::search),
    ("GET /v1/customers/{customer}", Ephemeral, customers::retrieve),
    ("POST /v1/customers/{customer}", Ephemeral, customers::update),
    ("DELETE /v1/customers/{customer}", Secret, customers::delete),
    (
        "GET /v1/customers/{customer}/payment_methods",
        Ephemeral,
        payment_methods::list_of_customer,
    ),
    (
        "GET /v1/customers/{customer}/payment_methods/{payment_method}",
        Ephemeral,
        payment_methods::retrieve_of_customer,
    ),
    ("GET /v1/customers/{customer}/sources", Ephemeral, sources::list),
    (
        "POST /v1/customers/{customer}/sources",
        Ephemeral,
        sources::create,
    ),
    (
        "GET /v1/customers/{customer}/sources/{id}",
        Ephemeral,
        sources::retrieve_saved,
    ),
    (
        "POST /v1/customers/{customer}/sources/{id}",
        Secret,
        sources::update,
    ),
    (
        "DELETE /v1/customers/{customer}/sources/{id}",
        Ephemeral,
        sources::delete,
    ),
    ("POST /v1/sources", Publishable, sources::create_unattached),
    (
        "GET /v1/sources/{source}",
        ClientSecret,
        sources::retrieve_unattached,
    ),
    ("GET /v1/disputes", Secret, disputes::list),
    ("GET /v1/disputes/{dispute}", Secret, disputes::retrieve),
    ("POST /v1/disputes/{dispute}", Secret, disputes::update),
    ("POST /v1/disputes/{dispute}/close", Secret, disputes::close),
    ("POST /v1/ephemeral_keys", Secret, ephemeral_keys::create),
    ("DELETE /v1/ephemeral_keys/{key}", Secret, ephemeral_keys::delete),
    ("GET /v1/events", Secret, event_reads::list),
    ("GET /v1/events/{id}", Secret, event_reads::retrieve),
    ("GET /v1/payment_intents", Secret, payment_intents::list),
    ("POST /v1/payment_intents", Secret, payment_intents::create),
    ("GET /v1/payment_intents/search", Secret, payment_intents::search),
    (
        "GET /v1/payment_intents/{intent}",
        ClientSecret,
        payment_intents::retrieve,
    ),
    (
        "POST /v1/payment_intents/{intent}",
        Secret,
        payment_intents::update,
    ),
    (
        "POST /v1/payment_intents/{intent}/cancel",
        Secret,
        payment_intents::cancel,
    ),
    (
        "POST /v1/payment_intents/{intent}/capture",
        Secret,
        payment_intents::capture,
    ),
    (
        "POST /v1/payment_intents/{intent}/confirm",
        ClientSecret,
        payment_intents::confirm,
    ),
    ("GET /v1/payment_methods", Ephemeral, payment_methods::list),
    ("POST /v1/payment_methods", Publishable, payment_methods::create),
    (
        "GET /v1/payment_methods/{payment_method}",
        Ephemeral,
        payment_methods::retrieve,
    ),
    (
        "POST /v1/payment_methods/{payment_method}",
        Secret,
        payment_methods::update,
    ),
    (
        "POST /v1/payment_methods/{payment_method}/attach",
        Ephemeral,
        payment_methods::attach,
    ),
    (
        "POST /v1/payment_methods/{payment_method}/detach",
        Ephemeral,
        payment_methods::detach,
    ),
    ("GET /v1/payouts", Secret, payouts::list),
    ("POST /v1/payouts", Secret, payouts::create),
    ("GET /v1/payouts/{payout}", Secret, payouts::retrieve),
    ("POST /v1/payouts/{payout}", Secret, payouts::update),
    ("POST /v1/payouts/{payout}/cancel", Secret, payouts::cancel),
    ("GET /v1/refunds", Secret, refunds::list),
    ("POST /v1/refunds", Secret, refunds::create),
    ("GET /v1/refunds/{refund}", Secret, refunds::retrieve),
    ("POST /v1/refunds/{refund}", Secret, refunds::update),
    ("POST /v1/refunds/{refund}/cancel", Secret, refunds::cancel),
    ("GET /v1/setup_intents", Secret, setup_intents::list),
    ("POST /v1/setup_intents", Secret, setup_intents::create),
    (
        "GET /v1/setup_intents/{intent}",
        ClientSecret,
        setup_intents::retrieve,
    ),
    (
        "POST /v1/setup_intents/{intent}/confirm",
        ClientSecret,
        setup_intents::confirm,
    ),
    (
        "POST /v1/setup_intents/{intent}/cancel",
        Secret,
        setup_intents::cancel,
    ),
    ("POST /v1/tokens", Publishable, tokens::create),
    ("GET /v1/tokens/{token}", Publishable, tokens::retrieve),
    ("GET /v1/webhook_endpoints", Secret, webhook_endpoints::list),
    ("POST /v1/webhook_endpoints", Secret, webhook_endpoints::create),
    (
        "GET /v1/webhook_endpoints/{webhook_endpoint}",
        Secret,
        webhook_endpoints::retrieve,
    ),
    (
        "POST /v1/webhook_endpoints/{webhook_endpoint}",
        Secret,
        webhook_endpoints::update,
    ),
    (
        "DELETE /v1/webhook_endpoints/{webhook_endpoint}",
        Secret,
        webhook_endpoints::delete,
    ),
    ("POST /oauth/token", Secret, oauth::token),
    ("POST /oauth/deauthorize", Secret, oauth::deauthorize),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_its_parameters_described() {
        for (name, _, _) in ROUTES {
            assert!(catalogue().contains_key(*name), "{name}");
        }
    }

    #[test]
    fn every_operation_that_stripe_describes_is_served() {
        let served: Vec<&str> = ROUTES.iter().map(|(name, _, _)| *name).collect();
        for name in catalogue().keys() {
            assert!(served.contains(&name.as_str()), "{name}");
        }
    }

    #[test]
    fn a_fixed_path_wins_over_a_variable_one() {
        assert_eq!(
            find(Method::Get, "/v1/charges/search").unwrap().0.name,
            "GET /v1/charges/search"
        );
        let (route, args) = find(Method::Get, "/v1/charges/ch_1").unwrap();
        assert_eq!(
            (route.name, args),
            ("GET /v1/charges/{charge}", vec!["ch_1".to_owned()])
        );
        assert!(find(Method::Get, "/v1/nonsense").is_none());
        assert!(find(Method::Get, "/v1/charges/").is_none());
    }
}
