//! Who asks, through which app, because of what: what every event names (invariant L5).

use std::fmt;

use domain::{AppId, UserId};
use event_log::Metadata;

/// Who caused a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A rider, by JWT or login session.
    User(UserId),
    /// An app's server, by its API key.
    App(AppId),
    /// Somebody with the engine's administration key.
    Admin,
    /// The engine itself, finishing what was begun.
    Resolver,
    /// A file that was given at start.
    Marketplace,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => write!(f, "user:{user}"),
            Self::App(app) => write!(f, "app:{app}"),
            Self::Admin => f.write_str("admin"),
            Self::Resolver => f.write_str("resolver"),
            Self::Marketplace => f.write_str("marketplace"),
        }
    }
}

/// The circumstances of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Who asks.
    pub actor: Actor,
    /// Through which app.
    pub app: Option<AppId>,
    /// What ties together everything that follows from one cause: a purchase's id, or the request's.
    pub correlation: String,
    /// What directly led to this.
    pub causation: Option<String>,
    /// The HTTP request, as its answer names it too.
    pub request: Option<String>,
}

impl Context {
    /// The circumstances of a request that starts something of its own.
    #[must_use]
    pub fn of_request(actor: Actor, app: Option<AppId>, request: impl Into<String>) -> Self {
        let request = request.into();
        Self {
            actor,
            app,
            correlation: request.clone(),
            causation: None,
            request: Some(request),
        }
    }

    /// The circumstances of the engine going on by itself.
    #[must_use]
    pub fn of_resolver(app: Option<AppId>, subject: impl Into<String>) -> Self {
        let subject = subject.into();
        Self {
            actor: Actor::Resolver,
            app,
            correlation: subject.clone(),
            causation: Some(subject),
            request: None,
        }
    }

    /// The same circumstances, in the course of one purchase, transfer or stay.
    #[must_use]
    pub fn correlated(&self, subject: impl Into<String>) -> Self {
        let causation = self.request.clone().or_else(|| self.causation.clone());
        Self {
            correlation: subject.into(),
            causation,
            ..self.clone()
        }
    }

    pub(crate) fn metadata(&self) -> Metadata {
        Metadata {
            actor: self.actor.to_string(),
            app: self.app.as_ref().map(ToString::to_string),
            causation: self.causation.clone(),
            correlation: self.correlation.clone(),
            request: self.request.clone(),
        }
    }
}
