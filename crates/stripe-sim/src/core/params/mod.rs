//! Form-encoded parameters: decoded into a tree, checked against Stripe's own description of each operation.

mod check;
mod form;
mod schema;
mod tree;

pub(crate) use check::check;
pub(crate) use form::{decode, decode_component};
pub(crate) use schema::{Operation, catalogue};
pub(crate) use tree::{Node, Params};
