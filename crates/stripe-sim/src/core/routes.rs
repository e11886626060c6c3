//! Which handler answers which operation, and what a handler is given.

mod table;

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde_json::Value;

use table::ROUTES;

use super::access::Access;
use super::books::Account;
use super::error::ApiError;
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
    /// The version that the client names.
    pub(crate) version: Option<&'a str>,
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

    /// Whether it is a PaymentMethod's.
    pub(crate) fn names_payment_method(&self) -> bool {
        self.name.contains("/v1/payment_methods/{")
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
