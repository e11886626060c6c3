//! What somebody may do at the admin API.

use serde::{Deserialize, Serialize};

use crate::{AppId, OperatorId};

/// A role, with whatever it is limited to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Role {
    /// Runs the marketplace: may do everything.
    EngineAdmin,
    /// Acts for one app.
    AppAdmin {
        /// Which.
        app: AppId,
    },
    /// Acts for one operator.
    OperatorAdmin {
        /// Which.
        operator: OperatorId,
    },
    /// Reads everything and changes nothing.
    Finance,
}

impl Role {
    /// The role without what it is limited to.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EngineAdmin => "engine_admin",
            Self::AppAdmin { .. } => "app_admin",
            Self::OperatorAdmin { .. } => "operator_admin",
            Self::Finance => "finance",
        }
    }

    /// Whether it may change anything anywhere.
    #[must_use]
    pub const fn runs_the_engine(&self) -> bool {
        matches!(self, Self::EngineAdmin)
    }

    /// Whether it sees what belongs to nobody in particular.
    #[must_use]
    pub const fn sees_everything(&self) -> bool {
        matches!(self, Self::EngineAdmin | Self::Finance)
    }

    /// Whether it may act for an app.
    #[must_use]
    pub fn acts_for_app(&self, app: &AppId) -> bool {
        match self {
            Self::EngineAdmin => true,
            Self::AppAdmin { app: own } => own == app,
            Self::OperatorAdmin { .. } | Self::Finance => false,
        }
    }

    /// Whether it may look at what is an app's.
    #[must_use]
    pub fn sees_app(&self, app: &AppId) -> bool {
        self.sees_everything() || self.acts_for_app(app)
    }

    /// Whether it may act for an operator.
    #[must_use]
    pub fn acts_for_operator(&self, operator: &OperatorId) -> bool {
        match self {
            Self::EngineAdmin => true,
            Self::OperatorAdmin { operator: own } => own == operator,
            Self::AppAdmin { .. } | Self::Finance => false,
        }
    }

    /// Whether it may look at what is an operator's.
    #[must_use]
    pub fn sees_operator(&self, operator: &OperatorId) -> bool {
        self.sees_everything() || self.acts_for_operator(operator)
    }
}
