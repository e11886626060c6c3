//! The webhook endpoint: where, what, signed with which secrets, and whether at all.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{EndpointChange, EndpointCommand, EndpointRejection},
    event::{DisableReason, EndpointEvent, EndpointSettings},
    message_type::MessageType,
    owner::EndpointOwner,
};
use crate::{Aggregate, Decided, EndpointId, ImpossibleHistory, PingId, ReplayId};

/// The longest that a rotated secret signs on.
pub const MAX_OVERLAP: TimeDelta = TimeDelta::days(7);
/// How many secrets of an endpoint may sign at once: each adds a signature to every message.
pub const MAX_LIVE_SECRETS: usize = 5;
/// Characters of a description.
const MAX_DESCRIPTION: usize = 200;

/// What is known of a signing secret; the vault derives the secret itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointSecret {
    /// 1, 2, 3, …
    pub number: u32,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// From when on it signs no more; absent of the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

impl EndpointSecret {
    /// Whether it signs at a moment.
    #[must_use]
    pub fn signs_at(&self, at: DateTime<Utc>) -> bool {
        self.expires_at.is_none_or(|expires| at < expires)
    }
}

/// A webhook endpoint as its history tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    id: EndpointId,
    owner: EndpointOwner,
    settings: EndpointSettings,
    created_at: DateTime<Utc>,
    /// The oldest first; never empty.
    secrets: Vec<EndpointSecret>,
    disabled: Option<(DisableReason, DateTime<Utc>)>,
    last_ping: Option<PingId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_replay: Option<ReplayId>,
    deleted_at: Option<DateTime<Utc>>,
}

impl Endpoint {
    /// Which it is.
    #[must_use]
    pub const fn id(&self) -> &EndpointId {
        &self.id
    }

    /// Whose it is.
    #[must_use]
    pub const fn owner(&self) -> &EndpointOwner {
        &self.owner
    }

    /// Where messages are sent, and which.
    #[must_use]
    pub const fn settings(&self) -> &EndpointSettings {
        &self.settings
    }

    /// Since when it is there.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// The newest secret first, and every other that signs at a moment.
    pub fn signing_secrets(&self, at: DateTime<Utc>) -> impl Iterator<Item = &EndpointSecret> {
        self.secrets
            .iter()
            .rev()
            .filter(move |secret| secret.signs_at(at))
    }

    /// The number of the newest secret.
    #[must_use]
    pub fn newest_secret(&self) -> u32 {
        self.secrets.last().map_or(0, |secret| secret.number)
    }

    /// Why nothing is sent to it, and since when, if so.
    #[must_use]
    pub const fn disabled(&self) -> Option<&(DisableReason, DateTime<Utc>)> {
        self.disabled.as_ref()
    }

    /// Whether it is gone for good.
    #[must_use]
    pub const fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    /// Whether messages are sent to it.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        self.disabled.is_none() && self.deleted_at.is_none()
    }

    /// Whether it is to get messages of a type.
    #[must_use]
    pub fn wants(&self, kind: MessageType) -> bool {
        kind == MessageType::Ping || self.settings.types.is_empty() || self.settings.types.contains(&kind)
    }

    fn change(&self, change: &EndpointChange, at: DateTime<Utc>) -> Decided<Self> {
        let settings = change.of(&self.settings);
        check(&settings)?;
        if settings == self.settings {
            return Ok(vec![]);
        }
        Ok(vec![EndpointEvent::Changed { settings, at }])
    }

    fn rotate(&self, secret: u32, previous_until: DateTime<Utc>, at: DateTime<Utc>) -> Decided<Self> {
        let newest = self.newest_secret();
        if secret == newest && newest > 1 && self.newest_overlaps_by(previous_until - at) {
            return Ok(vec![]);
        }
        if Some(secret) != newest.checked_add(1) {
            return Err(EndpointRejection::SecretOutOfTurn);
        }
        if previous_until < at || previous_until - at > MAX_OVERLAP {
            return Err(EndpointRejection::BadOverlap);
        }
        if self.signing_secrets(at).count() >= MAX_LIVE_SECRETS {
            return Err(EndpointRejection::TooManySecrets);
        }
        Ok(vec![EndpointEvent::SecretRotated {
            secret,
            previous_until,
            at,
        }])
    }

    /// Whether the secret before the newest was left that long.
    fn newest_overlaps_by(&self, overlap: TimeDelta) -> bool {
        let mut latest = self.secrets.iter().rev();
        let (Some(newest), Some(before)) = (latest.next(), latest.next()) else {
            return false;
        };
        before.expires_at == Some(newest.created_at + overlap)
    }

    fn again(&self, replay: &ReplayId, event: EndpointEvent) -> Decided<Self> {
        if self.last_replay.as_ref() == Some(replay) {
            return Ok(vec![]);
        }
        if self.disabled.is_some() {
            return Err(EndpointRejection::Disabled);
        }
        Ok(vec![event])
    }

    fn ping(&self, ping: PingId, at: DateTime<Utc>) -> Decided<Self> {
        if self.last_ping.as_ref() == Some(&ping) {
            return Ok(vec![]);
        }
        if self.disabled.is_some() {
            return Err(EndpointRejection::Disabled);
        }
        Ok(vec![EndpointEvent::Pinged { ping, at }])
    }

    fn decide_next(&self, command: EndpointCommand) -> Decided<Self> {
        match command {
            EndpointCommand::Delete { at } => Ok(match self.deleted_at {
                Some(_) => vec![],
                None => vec![EndpointEvent::Deleted { at }],
            }),
            EndpointCommand::Create {
                endpoint,
                owner,
                settings,
                at: _,
            } if (&endpoint, &owner, &settings) == (&self.id, &self.owner, &self.settings) => Ok(vec![]),
            _ if self.deleted_at.is_some() => Err(EndpointRejection::Deleted),
            EndpointCommand::Create { .. } => Err(EndpointRejection::EndpointDiffers),
            EndpointCommand::Change { change, at } => self.change(&change, at),
            EndpointCommand::RotateSecret {
                secret,
                previous_until,
                at,
            } => self.rotate(secret, previous_until, at),
            EndpointCommand::Disable { reason, at } => Ok(match self.disabled {
                Some(_) => vec![],
                None => vec![EndpointEvent::Disabled { reason, at }],
            }),
            EndpointCommand::Enable { at } => Ok(match self.disabled {
                Some(_) => vec![EndpointEvent::Enabled { at }],
                None => vec![],
            }),
            EndpointCommand::Ping { ping, at } => self.ping(ping, at),
            EndpointCommand::Resend { replay, delivery, at } => {
                let wish = replay.clone();
                self.again(&wish, EndpointEvent::Resent { replay, delivery, at })
            }
            EndpointCommand::Replay {
                replay,
                after,
                until,
                at,
            } => {
                let wish = replay.clone();
                let event = EndpointEvent::Replayed {
                    replay,
                    after: after.min(until),
                    until,
                    at,
                };
                self.again(&wish, event)
            }
        }
    }

    fn apply_next(mut self, event: &EndpointEvent) -> Result<Self, ImpossibleHistory> {
        if self.deleted_at.is_some() {
            return Err(Self::impossible("nothing happens to a deleted endpoint"));
        }
        match event {
            EndpointEvent::Created { .. } => return Err(Self::impossible("an endpoint is created once")),
            EndpointEvent::Changed { settings, .. } => self.settings = settings.clone(),
            EndpointEvent::SecretRotated {
                secret,
                previous_until,
                at,
            } => {
                if Some(*secret) != self.newest_secret().checked_add(1) || previous_until < at {
                    return Err(Self::impossible("secrets follow each other"));
                }
                self.secrets.retain(|secret| secret.signs_at(*at));
                if let Some(newest) = self.secrets.last_mut() {
                    newest.expires_at = Some(*previous_until);
                }
                self.secrets.push(EndpointSecret {
                    number: *secret,
                    created_at: *at,
                    expires_at: None,
                });
            }
            EndpointEvent::Disabled { reason, at } => {
                if self.disabled.is_some() {
                    return Err(Self::impossible("an endpoint is disabled while it is enabled"));
                }
                self.disabled = Some((reason.clone(), *at));
            }
            EndpointEvent::Enabled { .. } => {
                if self.disabled.take().is_none() {
                    return Err(Self::impossible("an endpoint is enabled while it is disabled"));
                }
            }
            EndpointEvent::Pinged { .. } | EndpointEvent::Resent { .. } | EndpointEvent::Replayed { .. }
                if self.disabled.is_some() =>
            {
                return Err(Self::impossible("a disabled endpoint is sent nothing"));
            }
            EndpointEvent::Pinged { ping, .. } => self.last_ping = Some(ping.clone()),
            EndpointEvent::Replayed { after, until, .. } if after > until => {
                return Err(Self::impossible("what is replayed begins before it ends"));
            }
            EndpointEvent::Resent { replay, .. } | EndpointEvent::Replayed { replay, .. } => {
                self.last_replay = Some(replay.clone());
            }
            EndpointEvent::Deleted { at } => self.deleted_at = Some(*at),
        }
        Ok(self)
    }
}

fn check(settings: &EndpointSettings) -> Result<(), EndpointRejection> {
    let sound = settings.description.as_deref().is_none_or(|text| {
        text.chars().count() <= MAX_DESCRIPTION && !text.is_empty() && !text.chars().any(char::is_control)
    });
    match sound {
        true => Ok(()),
        false => Err(EndpointRejection::BadDescription),
    }
}

impl Aggregate for Endpoint {
    const CATEGORY: &'static str = "endpoint";
    type Command = EndpointCommand;
    type Event = EndpointEvent;
    type Rejection = EndpointRejection;

    fn decide(endpoint: Option<&Self>, command: EndpointCommand) -> Decided<Self> {
        match (endpoint, command) {
            (
                None,
                EndpointCommand::Create {
                    endpoint,
                    owner,
                    settings,
                    at,
                },
            ) => {
                check(&settings)?;
                Ok(vec![EndpointEvent::Created {
                    endpoint,
                    owner,
                    settings,
                    at,
                }])
            }
            (None, _) => Err(EndpointRejection::NotKnown),
            (Some(it), command) => it.decide_next(command),
        }
    }

    fn apply(endpoint: Option<Self>, event: &EndpointEvent) -> Result<Self, ImpossibleHistory> {
        match (endpoint, event) {
            (
                None,
                EndpointEvent::Created {
                    endpoint,
                    owner,
                    settings,
                    at,
                },
            ) => Ok(Self {
                id: endpoint.clone(),
                owner: owner.clone(),
                settings: settings.clone(),
                created_at: *at,
                secrets: vec![EndpointSecret {
                    number: 1,
                    created_at: *at,
                    expires_at: None,
                }],
                disabled: None,
                last_ping: None,
                last_replay: None,
                deleted_at: None,
            }),
            (None, _) => Err(Self::impossible("an endpoint is created first")),
            (Some(it), event) => it.apply_next(event),
        }
    }
}
