//! Who asks, through which app, because of what: what every event names (invariant L5).

use std::fmt;

use domain::{AccessKeyId, AppId, UserId};
use event_log::Metadata;

/// Who caused a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A rider, by JWT or login session.
    User(UserId),
    /// An app's server, by its API key.
    App(AppId),
    /// Somebody with the administration key that the server was configured with.
    Admin,
    /// Somebody with an access key to the admin API.
    AccessKey(AccessKeyId),
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
            Self::AccessKey(key) => write!(f, "access:{key}"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_a_request_names_it_as_its_cause_and_keeps_who_asked() {
        let app = AppId::parse("cityhop").ok();
        let asked = Context::of_request(Actor::Admin, app, "req_1");
        assert_eq!(asked.metadata().correlation, "req_1");
        let later = asked.correlated("pur_1").correlated("rfd_1").metadata();
        assert_eq!(later.correlation, "rfd_1");
        assert_eq!(later.causation.as_deref(), Some("req_1"));
        assert_eq!(
            (later.actor.as_str(), later.app.as_deref()),
            ("admin", Some("cityhop"))
        );
    }

    #[test]
    fn the_resolver_names_what_it_takes_up() {
        let resumed = Context::of_resolver(None, "pur_1").correlated("pur_1").metadata();
        assert_eq!(resumed.actor, "resolver");
        assert_eq!(resumed.causation.as_deref(), Some("pur_1"));
        assert_eq!(resumed.request, None);
    }
}
