//! The keys of an app: issued, replaced with an overlap, revoked for good.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::AppRejection,
    event::AppEvent,
    key::{DeclaredKey, KeyDigest},
    state::{App, only_if},
};
use crate::{
    ApiKeyId,
    aggregate::{Aggregate, Decided, ImpossibleHistory, evolve},
};

/// A key and whether it still counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedKey {
    /// What is kept of it.
    pub key: DeclaredKey,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it was revoked, if it was.
    #[serde(default)]
    pub revoked_at: Option<DateTime<Utc>>,
    /// The key that took its place, and until when both are good.
    #[serde(default)]
    pub replaced: Option<Replaced>,
}

/// What took a key's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// The other key.
    pub successor: ApiKeyId,
    /// Until when the old one is good.
    pub until: DateTime<Utc>,
}

impl IssuedKey {
    /// Whether it may be used at a moment.
    #[must_use]
    pub fn is_good(&self, at: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.replaced.as_ref().is_none_or(|it| at < it.until)
    }
}

impl App {
    /// Keys that were never issued. One that was revoked since stays revoked.
    pub(super) fn missing_keys(&self, keys: Vec<DeclaredKey>, at: DateTime<Utc>) -> Decided<Self> {
        let mut events = Vec::new();
        let mut app = self.clone();
        for key in keys {
            let issued = match app.issue(key, at) {
                Err(AppRejection::KeyRevoked { .. }) => Vec::new(),
                decided => decided?,
            };
            // Two keys of one declaration may clash with each other as well.
            app = evolve(Some(app.clone()), &issued).ok().flatten().unwrap_or(app);
            events.extend(issued);
        }
        Ok(events)
    }

    pub(super) fn issue(&self, key: DeclaredKey, at: DateTime<Utc>) -> Decided<Self> {
        match self.keys.get(&key.key) {
            Some(known) if known.key != key => Err(AppRejection::KeyDiffers { key: key.key }),
            Some(known) if known.revoked_at.is_some() => Err(AppRejection::KeyRevoked { key: key.key }),
            Some(_) => Ok(Vec::new()),
            None => match self.known_as(&key.sha256) {
                Some(known_as) => Err(AppRejection::KeyIssuedAlready {
                    key: key.key,
                    known_as: known_as.clone(),
                }),
                None => Ok(vec![AppEvent::KeyIssued { key, at }]),
            },
        }
    }

    fn known_as(&self, sha256: &KeyDigest) -> Option<&ApiKeyId> {
        self.keys
            .values()
            .find(|known| known.key.sha256 == *sha256)
            .map(|known| &known.key.key)
    }

    /// Both keys change hands in one decision, so that there is no moment without a good one.
    pub(super) fn retire(
        &self,
        key: ApiKeyId,
        successor: DeclaredKey,
        until: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let Some(known) = self.keys.get(&key) else {
            return Err(AppRejection::NoSuchKey { key });
        };
        match &known.replaced {
            Some(replaced) if replaced.successor == successor.key => return self.issue(successor, at),
            Some(replaced) => {
                let successor = replaced.successor.clone();
                return Err(AppRejection::KeyReplaced { key, successor });
            }
            None if known.revoked_at.is_some() => return Err(AppRejection::KeyRevoked { key }),
            None if known.key.kind != successor.kind => return Err(AppRejection::AnotherKind),
            None => {}
        }
        let retired = AppEvent::KeyRetired {
            key,
            successor: successor.key.clone(),
            until: until.max(at),
            at,
        };
        let mut events = self.issue(successor, at)?;
        events.push(retired);
        Ok(events)
    }

    pub(super) fn revoke(&self, key: ApiKeyId, at: DateTime<Utc>) -> Decided<Self> {
        match self.keys.get(&key) {
            None => Err(AppRejection::NoSuchKey { key }),
            Some(known) => Ok(only_if(
                known.revoked_at.is_none(),
                AppEvent::KeyRevoked { key, at },
            )),
        }
    }

    pub(super) fn fold_issued(
        &mut self,
        key: &DeclaredKey,
        at: DateTime<Utc>,
    ) -> Result<(), ImpossibleHistory> {
        let new = !self.keys.contains_key(&key.key) && self.known_as(&key.sha256).is_none();
        Self::must(new, "a key is issued once")?;
        self.keys.insert(
            key.key.clone(),
            IssuedKey {
                key: key.clone(),
                issued_at: at,
                revoked_at: None,
                replaced: None,
            },
        );
        Ok(())
    }

    pub(super) fn fold_retired(
        &mut self,
        key: &ApiKeyId,
        successor: &ApiKeyId,
        until: DateTime<Utc>,
    ) -> Result<(), ImpossibleHistory> {
        let follows = self.keys.contains_key(successor) && key != successor;
        match self.keys.get_mut(key) {
            Some(known) if follows && known.replaced.is_none() => {
                known.replaced = Some(Replaced {
                    successor: successor.clone(),
                    until,
                });
                Ok(())
            }
            _ => Err(Self::impossible("an issued key is replaced once, by another")),
        }
    }

    pub(super) fn fold_revoked(
        &mut self,
        key: &ApiKeyId,
        at: DateTime<Utc>,
    ) -> Result<(), ImpossibleHistory> {
        match self.keys.get_mut(key) {
            Some(known) if known.revoked_at.is_none() => {
                known.revoked_at = Some(at);
                Ok(())
            }
            _ => Err(Self::impossible("only an issued key is revoked, once")),
        }
    }
}
