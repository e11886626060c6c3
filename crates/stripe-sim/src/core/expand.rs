//! `expand[]`: ids in a rendered object replaced by the objects they name.

use serde_json::Value;

use super::books::Account;
use super::error::ApiError;
use super::nouns::{customers, refunds};
use super::routes::Call;
use super::table::{Object, Table};

/// How deep Stripe expands.
const DEEPEST: usize = 4;

impl Call<'_> {
    /// The object with everything expanded that the request asks for.
    pub(crate) fn expanded(&self, mut rendered: Value) -> Result<Value, ApiError> {
        for path in self.params.list("expand") {
            let parts: Vec<&str> = path.split('.').collect();
            if parts.len() > DEEPEST {
                return Err(ApiError::invalid(format!(
                    "You cannot expand more than {DEEPEST} levels of a property. Property: {path}"
                ))
                .code("property_expansion_max_depth"));
            }
            self.expand(&mut rendered, &parts, path)?;
        }
        Ok(rendered)
    }

    fn expand(&self, value: &mut Value, parts: &[&str], path: &str) -> Result<(), ApiError> {
        let Some((first, rest)) = parts.split_first() else {
            return Ok(());
        };
        if let Value::Array(items) = value {
            return items
                .iter_mut()
                .try_for_each(|item| self.expand(item, parts, path));
        }
        self.include(value, first);
        let Some(property) = value.get_mut(*first) else {
            return Err(ApiError::invalid(format!(
                "This property cannot be expanded ({path}). You may want to try expanding 'data.{path}' on a list, or \
                 the property does not exist on this object."
            ))
            .param("expand"));
        };
        if let Some(object) = property.as_str().and_then(|id| self.find(id)) {
            *property = object;
        }
        if property.is_null() {
            return Ok(());
        }
        self.expand(property, rest, path)
    }

    /// Lists that are part of an object only when they are asked for.
    fn include(&self, value: &mut Value, property: &str) {
        let named = (
            value.get("object").and_then(Value::as_str),
            value.get("id").and_then(Value::as_str),
        );
        let list = match (named, property) {
            ((Some("customer"), Some(id)), "sources") => self
                .own()
                .ok()
                .and_then(|own| customers::sources_of(own, id, self.now())),
            ((Some("customer"), Some(_)), "subscriptions" | "tax_ids") => {
                Some(super::list::envelope("/v1/subscriptions", Vec::new(), false))
            }
            ((Some("charge"), Some(id)), "refunds") => self
                .own()
                .ok()
                .map(|own| refunds::list_in_charge(own, id, self.now())),
            _ => None,
        };
        if let (Some(list), Value::Object(members)) = (list, value) {
            members.insert(property.to_owned(), list);
        }
    }

    /// Any object by its id: of the account acted in, and accounts and fees of the platform.
    fn find(&self, id: &str) -> Option<Value> {
        let now = self.now();
        if id.starts_with("acct_") {
            return self
                .world
                .accounts
                .get(id)
                .map(|account| account.profile.render(now));
        }
        let own = self.own().ok()?;
        in_account(own, id, now)
            .or_else(|| {
                let platform = self.world.account(&self.caller.account).ok()?;
                id.starts_with("fee_")
                    .then(|| rendered(&platform.application_fees, id, now))?
            })
            .or_else(|| self.in_connected(id, now))
    }

    /// A platform that reads its fees may expand the charge they came from.
    fn in_connected(&self, id: &str, now: i64) -> Option<Value> {
        if !(id.starts_with("ch_") || id.starts_with("py_")) {
            return None;
        }
        let connected = self.world.links.get(&self.account)?;
        connected
            .iter()
            .find_map(|account| rendered(&self.world.accounts.get(account)?.charges, id, now))
    }
}

fn in_account(own: &Account, id: &str, now: i64) -> Option<Value> {
    let (prefix, _) = id.split_once('_')?;
    match prefix {
        "cus" => rendered(&own.customers, id, now),
        "ch" => rendered(&own.charges, id, now),
        "pi" => rendered(&own.payment_intents, id, now),
        "seti" => rendered(&own.setup_intents, id, now),
        "pm" => rendered(&own.payment_methods, id, now),
        "re" => rendered(&own.refunds, id, now),
        "txn" => rendered(&own.balance_transactions, id, now),
        "fee" => rendered(&own.application_fees, id, now),
        "po" => rendered(&own.payouts, id, now),
        "dp" => rendered(&own.disputes, id, now),
        "card" => rendered(&own.cards, id, now),
        "src" => rendered(&own.sources, id, now),
        _ => None,
    }
}

fn rendered<T: Object>(table: &Table<T>, id: &str, now: i64) -> Option<Value> {
    table.get(id).map(|row| row.render(now))
}
