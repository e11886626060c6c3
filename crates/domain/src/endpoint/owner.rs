//! Whose endpoint it is.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AppId, OperatorId};

/// Who is told. An app is told of its own riders only, an operator of its own sales only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum EndpointOwner {
    /// An app.
    App(AppId),
    /// An operator.
    Operator(OperatorId),
}

impl fmt::Display for EndpointOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(app) => write!(f, "app:{app}"),
            Self::Operator(operator) => write!(f, "operator:{operator}"),
        }
    }
}
