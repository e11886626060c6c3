//! Making, finding and ending sessions.

use chrono::{DateTime, Utc};
use domain::{AppId, DeviceId, UserId};

use super::token::{self, SessionToken};
use crate::rows::sessions as rows;
use crate::{Vault, VaultError};

/// Sessions a user has at once. The one that would expire first gives way: a client that logs in with a JWT on every
/// request gets a session each time, and forgets most of them.
pub const SESSIONS_PER_USER: u32 = 64;

/// A session to be made.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose it is.
    pub user: UserId,
    /// Through which app the user logged in; the session is good with this app's keys only.
    pub app: AppId,
    /// The device the JWT named.
    pub device: Option<DeviceId>,
    /// The JWT's `jti`: sessions of different JWTs are never the same.
    pub jti: Option<String>,
    /// When the user logged in.
    pub created_at: DateTime<Utc>,
    /// From when on it is no longer good.
    pub expires_at: DateTime<Utc>,
}

/// A session that is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub user: UserId,
    /// Through which app the user logged in; the session is good with this app's keys only.
    pub app: AppId,
    /// The device the JWT named.
    pub device: Option<DeviceId>,
    /// The JWT's `jti`.
    pub jti: Option<String>,
    /// From when on it is no longer good.
    pub expires_at: DateTime<Utc>,
}

impl Vault {
    /// Makes a session and tells its token, once. As only hashes are kept, every log-in makes a session of its own;
    /// a user has at most [`SESSIONS_PER_USER`]. Each log-in also removes some of the sessions that have expired,
    /// more than it adds, so that the table stays as small as its use.
    pub async fn create_session(&self, new: NewSession) -> Result<SessionToken, VaultError> {
        let token = SessionToken::random()?;
        let hash = token::hash(token.expose()).ok_or(VaultError::Randomness)?;
        rows::insert(self.store(), &hash, &new).await?;
        Ok(token)
    }

    /// The session of a token, if it is good at `now`.
    pub async fn find_session(&self, token: &str, now: DateTime<Utc>) -> Result<Option<Session>, VaultError> {
        let Some(hash) = token::hash(token) else {
            return Ok(None);
        };
        let found = rows::find(self.store(), &hash).await?;
        Ok(found.filter(|session| now < session.expires_at))
    }

    /// Ends a session at once, on every server. Whether there was one is nobody's business.
    pub async fn revoke_session(&self, token: &str) -> Result<(), VaultError> {
        match token::hash(token) {
            Some(hash) => rows::delete(self.store(), &hash).await,
            None => Ok(()),
        }
    }

    /// Ends all sessions of a user at once.
    pub async fn revoke_sessions_of(&self, user: &UserId) -> Result<(), VaultError> {
        rows::delete_of(self.store(), user).await
    }
}
