//! The rules of an access key.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{AccessCommand, AccessRejection},
    event::AccessEvent,
    role::Role,
};
use crate::{
    AccessKeyId,
    aggregate::{Aggregate, Decided, ImpossibleHistory},
    app::{KeyDigest, KeyHint},
};

/// Longest label, in characters.
const LONGEST_LABEL: usize = 100;

/// A key to the admin API, as far as it is kept: not the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// Its handle.
    pub id: AccessKeyId,
    /// What it is for.
    pub label: String,
    /// What it may do.
    pub role: Role,
    /// Hash of the whole key.
    pub sha256: KeyDigest,
    /// The key's last characters.
    pub hint: KeyHint,
    /// Since when it is good.
    pub issued_at: DateTime<Utc>,
    /// Until when, if not for good.
    pub expires_at: Option<DateTime<Utc>>,
    /// The key whose place it took.
    pub replaces: Option<AccessKeyId>,
    /// The key that took its place.
    pub successor: Option<AccessKeyId>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl AccessKey {
    /// Whether it is good at a moment.
    #[must_use]
    pub fn is_good(&self, at: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| at < end)
    }

    fn retire(&self, successor: AccessKeyId, until: DateTime<Utc>, at: DateTime<Utc>) -> Decided<Self> {
        match &self.successor {
            Some(known) if *known == successor => return Ok(vec![]),
            Some(known) => {
                return Err(AccessRejection::Replaced {
                    successor: known.clone(),
                });
            }
            None if !self.is_good(at) => return Err(AccessRejection::Ended),
            None => {}
        }
        // Being replaced never makes a key last longer.
        let until = self.expires_at.map_or(until, |end| end.min(until)).max(at);
        Ok(vec![AccessEvent::Retired { successor, until, at }])
    }
}

fn check_label(label: &str) -> Result<(), AccessRejection> {
    let length = label.chars().count();
    if label.trim().is_empty() || length > LONGEST_LABEL || label.contains('@') {
        return Err(AccessRejection::BadLabel);
    }
    Ok(())
}

impl Aggregate for AccessKey {
    const CATEGORY: &'static str = "access";
    type Command = AccessCommand;
    type Event = AccessEvent;
    type Rejection = AccessRejection;

    fn decide(known: Option<&Self>, command: AccessCommand) -> Decided<Self> {
        match (known, command) {
            (
                known,
                AccessCommand::Issue {
                    key,
                    label,
                    role,
                    sha256,
                    hint,
                    expires_at,
                    replaces,
                    at,
                },
            ) => {
                if let Some(known) = known {
                    let same = (&known.id, &known.label, &known.role, &known.sha256)
                        == (&key, &label, &role, &sha256);
                    return if same {
                        Ok(vec![])
                    } else {
                        Err(AccessRejection::KeyDiffers)
                    };
                }
                check_label(&label)?;
                if expires_at.is_some_and(|end| end <= at) {
                    return Err(AccessRejection::EndsBeforeItBegins);
                }
                Ok(vec![AccessEvent::Issued {
                    key,
                    label,
                    role,
                    sha256,
                    hint,
                    expires_at,
                    replaces,
                    at,
                }])
            }
            (None, _) => Err(AccessRejection::NotKnown),
            (Some(known), AccessCommand::Retire { successor, until, at }) => {
                known.retire(successor, until, at)
            }
            (Some(known), AccessCommand::Revoke { at }) => Ok(match known.revoked_at {
                Some(_) => vec![],
                None => vec![AccessEvent::Revoked { at }],
            }),
        }
    }

    fn apply(known: Option<Self>, event: &AccessEvent) -> Result<Self, ImpossibleHistory> {
        match (known, event) {
            (
                None,
                AccessEvent::Issued {
                    key,
                    label,
                    role,
                    sha256,
                    hint,
                    expires_at,
                    replaces,
                    at,
                },
            ) => Ok(Self {
                id: key.clone(),
                label: label.clone(),
                role: role.clone(),
                sha256: sha256.clone(),
                hint: hint.clone(),
                issued_at: *at,
                expires_at: *expires_at,
                replaces: replaces.clone(),
                successor: None,
                revoked_at: None,
            }),
            (None, _) => Err(Self::impossible("a key is issued first")),
            (Some(_), AccessEvent::Issued { .. }) => Err(Self::impossible("a key is issued once")),
            (Some(known), AccessEvent::Retired { successor, until, .. }) => match known.successor {
                Some(_) => Err(Self::impossible("a key is replaced once")),
                None => Ok(Self {
                    successor: Some(successor.clone()),
                    expires_at: Some(*until),
                    ..known
                }),
            },
            (Some(known), AccessEvent::Revoked { at }) => match known.revoked_at {
                Some(_) => Err(Self::impossible("a key is revoked once")),
                None => Ok(Self {
                    revoked_at: Some(*at),
                    ..known
                }),
            },
        }
    }
}
