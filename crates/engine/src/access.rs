//! Keys to the admin API: issued, replaced with an overlap, revoked at once. A key is shown once and kept as a hash.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AccessKeyId,
    access::{AccessCommand, AccessKey, AccessRejection, Role},
    app::{KeyDigest, KeyHint},
};
use event_log::Answer;
use sha2::{Digest, Sha256};
use vault::RandomKey;

use crate::{
    AdministerProblem, Claim, Context, Engine, Failure,
    failure::Refused,
    handle::{ATTEMPTS, Loaded},
    redemption_code::hex,
};

/// Why a key was not issued, replaced or revoked.
pub type KeyProblem = AdministerProblem<AccessRejection>;

/// Renders the answer that shows a fresh key.
pub type RenderKey<'a, A> = &'a (dyn Fn(&A, &FreshKey) -> Answer + Send + Sync);

/// A key as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueAccess {
    /// What it is for.
    pub label: String,
    /// What it may do.
    pub role: Role,
    /// Until when, if not for good.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key that nobody has seen yet.
#[derive(Debug)]
pub struct FreshKey {
    prefix: String,
    random: RandomKey,
}

impl FreshKey {
    /// One that begins with `prefix`.
    pub(crate) fn with_prefix(prefix: &str) -> Result<Self, Failure> {
        Ok(Self {
            prefix: prefix.to_owned(),
            random: RandomKey::random()?,
        })
    }

    /// The whole key, for the answer and for nothing else.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{}{}", self.prefix, self.random.expose())
    }

    pub(crate) fn digest(&self) -> Result<KeyDigest, Failure> {
        let digest = Sha256::digest(self.expose().as_bytes());
        KeyDigest::parse(hex(&digest)).map_err(|error| Failure::Corrupt(error.to_string()))
    }

    pub(crate) fn hint(&self) -> Result<KeyHint, Failure> {
        let plain = self
            .random
            .expose()
            .chars()
            .rev()
            .filter(char::is_ascii_alphanumeric);
        let last: Vec<char> = plain.take(4).collect();
        KeyHint::parse(last.into_iter().rev().collect::<String>())
            .map_err(|error| Failure::Corrupt(error.to_string()))
    }
}

impl Engine {
    /// Issues an access key, whose text begins with `prefix`.
    pub async fn issue_access(
        &self,
        context: &Context,
        prefix: &str,
        wanted: &IssueAccess,
        claim: Option<&Claim>,
        render: RenderKey<'_, AccessKey>,
    ) -> Result<Answer, KeyProblem> {
        let fresh = FreshKey::with_prefix(prefix)?;
        let key = AccessKeyId::from_uuid(self.host().fresh_id());
        let (sha256, hint) = (fresh.digest()?, fresh.hint()?);
        let command = |at| AccessCommand::Issue {
            key: key.clone(),
            label: wanted.label.clone(),
            role: wanted.role.clone(),
            sha256: sha256.clone(),
            hint: hint.clone(),
            expires_at: wanted.expires_at,
            replaces: None,
            at,
        };
        self.administer::<AccessKey>(context, key.as_str(), &command, claim, &|issued, _| {
            render(issued, &fresh)
        })
        .await
    }

    /// Issues a key with the same label and role in the place of another, which is good for `overlap` yet.
    pub async fn rotate_access(
        &self,
        context: &Context,
        prefix: &str,
        (old, overlap): (&AccessKeyId, TimeDelta),
        claim: Option<&Claim>,
        render: RenderKey<'_, AccessKey>,
    ) -> Result<Answer, KeyProblem> {
        let fresh = FreshKey::with_prefix(prefix)?;
        let key = AccessKeyId::from_uuid(self.host().fresh_id());
        let context = context.correlated(old.as_str());
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered(claim).await? {
                return Ok(answer);
            }
            let at = self.host().now();
            let known: Loaded<AccessKey> = self.load_access(old).await?;
            let (label, role, expires_at) = match known.state() {
                Some(known) => (known.label.clone(), known.role.clone(), known.expires_at),
                None => return Err(KeyProblem::Refused(AccessRejection::NotKnown)),
            };
            let retired = known.decide(AccessCommand::Retire {
                successor: key.clone(),
                until: at.checked_add_signed(overlap).unwrap_or(at),
                at,
            });
            let retired = retired.map_err(Failure::from)?.map_err(KeyProblem::Refused)?;
            // It may stand already, if nobody could tell whether it was stored.
            let issued = self.load_access(&key).await?.decide(AccessCommand::Issue {
                key: key.clone(),
                label,
                role,
                sha256: fresh.digest()?,
                hint: fresh.hint()?,
                expires_at,
                replaces: Some(old.clone()),
                at,
            });
            let issued = issued.map_err(Failure::from)?.map_err(KeyProblem::Refused)?;
            let state = issued
                .after()
                .ok_or(KeyProblem::Refused(AccessRejection::NotKnown))?;
            let answer = render(state, &fresh);
            let records = claim.map(|claim| claim.claimed(key.as_str(), Some(answer.clone())));
            let writes = [retired.write(), issued.write()];
            let writes = writes
                .into_iter()
                .collect::<Result<_, _>>()
                .map_err(Failure::from)?;
            let stored = self
                .repository()
                .commit(&context, at, writes, records.into_iter().collect())
                .await;
            match stored.map_err(Refused::from) {
                Ok(appended) => {
                    self.directory().reach(appended.last).await?;
                    return Ok(answer);
                }
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }

    /// Revokes an access key, for good. When this returns, this server takes it no more, and the others follow the log.
    pub async fn revoke_access(
        &self,
        context: &Context,
        key: &AccessKeyId,
        claim: Option<&Claim>,
        render: &(dyn Fn(&AccessKey, DateTime<Utc>) -> Answer + Send + Sync),
    ) -> Result<Answer, KeyProblem> {
        let command = |at| AccessCommand::Revoke { at };
        self.administer(context, key.as_str(), &command, claim, render)
            .await
    }

    async fn load_access(&self, key: &AccessKeyId) -> Result<Loaded<AccessKey>, Failure> {
        Ok(self.repository().load(key.as_str()).await?)
    }
}
