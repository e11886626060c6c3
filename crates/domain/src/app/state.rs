//! The rules of an app.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{AppCommand, AppDeclaration, AppRejection},
    event::AppEvent,
    key::Platform,
    keyring::IssuedKey,
    web::{Origin, WebUrl},
};
use crate::{
    ApiKeyId, AppId,
    aggregate::{Aggregate, Decided, ImpossibleHistory},
};

/// An app, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    id: AppId,
    name: String,
    #[serde(default)]
    jwks_url: Option<WebUrl>,
    #[serde(default)]
    origins: BTreeSet<Origin>,
    #[serde(default)]
    redemption_prefix: Option<WebUrl>,
    #[serde(default)]
    platform: Option<Platform>,
    pub(super) keys: BTreeMap<ApiKeyId, IssuedKey>,
    #[serde(default)]
    suspended_for: Option<String>,
}

impl Aggregate for App {
    const CATEGORY: &'static str = "app";
    type Command = AppCommand;
    type Event = AppEvent;
    type Rejection = AppRejection;

    fn decide(app: Option<&Self>, command: AppCommand) -> Decided<Self> {
        match (app, command) {
            (app, AppCommand::Declare { declaration, at }) => declare(app, *declaration, at),
            (None, _) => Err(AppRejection::NotRegistered),
            (Some(app), AppCommand::IssueKey { key, at }) => app.issue(key, at),
            (
                Some(app),
                AppCommand::RetireKey {
                    key,
                    successor,
                    until,
                    at,
                },
            ) => app.retire(key, successor, until, at),
            (Some(app), AppCommand::RevokeKey { key, at }) => app.revoke(key, at),
            (Some(app), AppCommand::Suspend { reason, at }) => {
                Ok(only_if(app.is_active(), AppEvent::Suspended { reason, at }))
            }
            (Some(app), AppCommand::Reinstate { at }) => {
                Ok(only_if(!app.is_active(), AppEvent::Reinstated { at }))
            }
        }
    }

    fn apply(app: Option<Self>, event: &AppEvent) -> Result<Self, ImpossibleHistory> {
        match (app, event) {
            (None, AppEvent::Registered { app, name, .. }) => Ok(Self::registered(app, name)),
            (None, _) => Err(Self::impossible("an app begins by being registered")),
            (Some(_), AppEvent::Registered { .. }) => Err(Self::impossible("an app is registered once")),
            (Some(mut app), event) => {
                app.fold(event)?;
                Ok(app)
            }
        }
    }
}

pub(super) fn only_if(needed: bool, event: AppEvent) -> Vec<AppEvent> {
    if needed { vec![event] } else { Vec::new() }
}

fn declare(app: Option<&App>, declaration: AppDeclaration, at: DateTime<Utc>) -> Decided<App> {
    check(app, &declaration)?;
    let mut events = match app {
        Some(app) => only_if(
            app.name != declaration.name,
            AppEvent::Renamed {
                name: declaration.name,
                at,
            },
        ),
        None => vec![AppEvent::Registered {
            app: declaration.app.clone(),
            name: declaration.name,
            at,
        }],
    };
    // A new app is compared with one that has nothing yet, so that both ways meet in the same comparisons.
    let blank = App::registered(&declaration.app, "");
    let now = app.unwrap_or(&blank);
    if now.jwks_url != declaration.jwks_url {
        events.push(AppEvent::JwksUrlSet {
            url: declaration.jwks_url,
            at,
        });
    }
    if now.origins != declaration.origins {
        events.push(AppEvent::OriginsSet {
            origins: declaration.origins,
            at,
        });
    }
    if now.redemption_prefix != declaration.redemption_prefix {
        events.push(AppEvent::RedemptionLinkSet {
            prefix: declaration.redemption_prefix,
            at,
        });
    }
    events.extend(platform_change(now.platform.as_ref(), declaration.platform, at));
    events.extend(now.missing_keys(declaration.keys, at)?);
    Ok(events)
}

fn check(app: Option<&App>, declaration: &AppDeclaration) -> Result<(), AppRejection> {
    if app.is_some_and(|app| app.id != declaration.app) {
        return Err(AppRejection::AnotherApp);
    }
    if declaration.name.trim().is_empty() {
        return Err(AppRejection::BlankName);
    }
    if declaration.jwks_url.as_ref().is_some_and(|url| !url.is_secure()) {
        return Err(AppRejection::JwksUrlNotSecure);
    }
    if declaration
        .redemption_prefix
        .as_ref()
        .is_some_and(|url| !is_redemption_link(url))
    {
        return Err(AppRejection::NotARedemptionLink);
    }
    Ok(())
}

/// `https://{domain}/{prefix}/redeem` (ticketing API, "Redemptions").
fn is_redemption_link(url: &WebUrl) -> bool {
    url.is_secure() && url.as_str().ends_with("/redeem") && !url.as_str().contains(['?', '#'])
}

fn platform_change(now: Option<&Platform>, wanted: Option<Platform>, at: DateTime<Utc>) -> Option<AppEvent> {
    match (now, wanted) {
        (None, None) => None,
        (None, Some(platform)) => Some(AppEvent::PlatformConnected { platform, at }),
        (Some(now), Some(platform)) if *now == platform => None,
        (Some(_), Some(platform)) => Some(AppEvent::PlatformChanged { platform, at }),
        (Some(_), None) => Some(AppEvent::PlatformDisconnected { at }),
    }
}

impl App {
    fn registered(app: &AppId, name: &str) -> Self {
        Self {
            id: app.clone(),
            name: name.to_owned(),
            jwks_url: None,
            origins: BTreeSet::new(),
            redemption_prefix: None,
            platform: None,
            keys: BTreeMap::new(),
            suspended_for: None,
        }
    }

    fn fold(&mut self, event: &AppEvent) -> Result<(), ImpossibleHistory> {
        match event {
            // The caller has dealt with it.
            AppEvent::Registered { .. } => {}
            AppEvent::Renamed { name, .. } => self.name.clone_from(name),
            AppEvent::JwksUrlSet { url, .. } => self.jwks_url.clone_from(url),
            AppEvent::OriginsSet { origins, .. } => self.origins.clone_from(origins),
            AppEvent::RedemptionLinkSet { prefix, .. } => self.redemption_prefix.clone_from(prefix),
            AppEvent::PlatformConnected { platform, .. } => {
                Self::must(self.platform.is_none(), "a platform account is connected once")?;
                self.platform = Some(platform.clone());
            }
            AppEvent::PlatformChanged { platform, .. } => {
                Self::must(
                    self.platform.is_some(),
                    "only a connected platform account changes",
                )?;
                self.platform = Some(platform.clone());
            }
            AppEvent::PlatformDisconnected { .. } => {
                Self::must(
                    self.platform.is_some(),
                    "only a connected platform account is disconnected",
                )?;
                self.platform = None;
            }
            AppEvent::KeyIssued { key, at } => self.fold_issued(key, *at)?,
            AppEvent::KeyRetired {
                key,
                successor,
                until,
                ..
            } => self.fold_retired(key, successor, *until)?,
            AppEvent::KeyRevoked { key, at } => self.fold_revoked(key, *at)?,
            AppEvent::Suspended { reason, .. } => {
                Self::must(self.is_active(), "only an active app is suspended")?;
                self.suspended_for = Some(reason.clone());
            }
            AppEvent::Reinstated { .. } => {
                Self::must(!self.is_active(), "only a suspended app is reinstated")?;
                self.suspended_for = None;
            }
        }
        Ok(())
    }

    pub(super) fn must(holds: bool, rule: &'static str) -> Result<(), ImpossibleHistory> {
        if holds {
            Ok(())
        } else {
            Err(Self::impossible(rule))
        }
    }
}

/// What can be asked of it.
impl App {
    /// Which app it is.
    #[must_use]
    pub fn id(&self) -> &AppId {
        &self.id
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the keys are that verify its riders' JWTs.
    #[must_use]
    pub fn jwks_url(&self) -> Option<&WebUrl> {
        self.jwks_url.as_ref()
    }

    /// Which web pages may call with a publishable key.
    #[must_use]
    pub fn origins(&self) -> &BTreeSet<Origin> {
        &self.origins
    }

    /// Under which address it opens redemption links.
    #[must_use]
    pub fn redemption_prefix(&self) -> Option<&WebUrl> {
        self.redemption_prefix.as_ref()
    }

    /// Its account at Stripe. Without one nothing can be paid.
    #[must_use]
    pub fn platform(&self) -> Option<&Platform> {
        self.platform.as_ref()
    }

    /// The keys that were not revoked, replaced ones included; a suspended app has them still.
    pub fn keys(&self) -> impl Iterator<Item = &IssuedKey> {
        self.keys.values().filter(|key| key.revoked_at.is_none())
    }

    /// A key, revoked or not.
    #[must_use]
    pub fn key(&self, key: &ApiKeyId) -> Option<&IssuedKey> {
        self.keys.get(key)
    }

    /// Whether it is served at all.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.suspended_for.is_none()
    }

    /// Why it is not, if it is not.
    #[must_use]
    pub fn suspended_for(&self) -> Option<&str> {
        self.suspended_for.as_deref()
    }
}
