//! An app's API keys: issued, replaced with an overlap, revoked at once.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ApiKeyId, AppId,
    app::{App, AppCommand, AppRejection, DeclaredKey, KeyKind},
};
use event_log::Answer;

use crate::{AdministerProblem, Claim, Context, Engine, Failure, FreshKey, RenderKey};

/// Why a key was not issued or replaced.
pub type ApiKeyProblem = AdministerProblem<AppRejection>;

/// A key of an app as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueApiKey {
    /// Whose.
    pub app: AppId,
    /// Its handle; a fresh one unless named.
    pub key: Option<ApiKeyId>,
    /// What it may do.
    pub kind: KeyKind,
}

/// Why a key was not revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeProblem {
    /// There is no such app, or it has no such key.
    #[error("there is no such key")]
    NoSuchKey,
    /// The machinery.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Engine {
    /// Issues a key, whose text begins with `prefix`.
    pub async fn issue_api_key(
        &self,
        context: &Context,
        prefix: &str,
        wanted: &IssueApiKey,
        claim: Option<&Claim>,
        render: RenderKey<'_, DeclaredKey>,
    ) -> Result<Answer, ApiKeyProblem> {
        let fresh = FreshKey::with_prefix(prefix)?;
        let key = self.declared(&fresh, wanted.key.clone(), wanted.kind)?;
        let command = |at| AppCommand::IssueKey { key: key.clone(), at };
        self.administer::<App>(context, wanted.app.as_str(), &command, claim, &|_, _| {
            render(&key, &fresh)
        })
        .await
    }

    /// Issues a key of the same kind in the place of another, which is good for `overlap` yet.
    pub async fn rotate_api_key(
        &self,
        context: &Context,
        prefix: &str,
        (app, old, overlap): (&AppId, &ApiKeyId, TimeDelta),
        claim: Option<&Claim>,
        render: RenderKey<'_, DeclaredKey>,
    ) -> Result<Answer, ApiKeyProblem> {
        let known = self.directory().app(app);
        let known = known.ok_or(ApiKeyProblem::Refused(AppRejection::NotRegistered))?;
        let kind = known.key(old).map(|known| known.key.kind);
        let kind =
            kind.ok_or_else(|| ApiKeyProblem::Refused(AppRejection::NoSuchKey { key: old.clone() }))?;
        let fresh = FreshKey::with_prefix(prefix)?;
        let successor = self.declared(&fresh, None, kind)?;
        let command = |at: DateTime<Utc>| AppCommand::RetireKey {
            key: old.clone(),
            successor: successor.clone(),
            until: at.checked_add_signed(overlap).unwrap_or(at),
            at,
        };
        self.administer::<App>(context, app.as_str(), &command, claim, &|_, _| {
            render(&successor, &fresh)
        })
        .await
    }

    /// Revokes a key, for good. When this returns, this server takes it no more, and the others follow the log.
    /// Revoking it again records nothing.
    pub async fn revoke_key(
        &self,
        context: &Context,
        app: &AppId,
        key: &ApiKeyId,
    ) -> Result<(), RevokeProblem> {
        let command = |at| AppCommand::RevokeKey { key: key.clone(), at };
        match self
            .record::<App>(&context.correlated(app.as_str()), app.as_str(), &command)
            .await?
        {
            Ok(_) => Ok(()),
            Err(AppRejection::NotRegistered | AppRejection::NoSuchKey { .. }) => {
                Err(RevokeProblem::NoSuchKey)
            }
            Err(rejection) => Err(Failure::Corrupt(rejection.to_string()).into()),
        }
    }

    fn declared(
        &self,
        fresh: &FreshKey,
        key: Option<ApiKeyId>,
        kind: KeyKind,
    ) -> Result<DeclaredKey, Failure> {
        let key = match key {
            Some(key) => key,
            None => ApiKeyId::parse(format!("key_{}", self.host().fresh_id().simple()))
                .map_err(|error| Failure::Corrupt(error.to_string()))?,
        };
        Ok(DeclaredKey {
            key,
            kind,
            sha256: fresh.digest()?,
            hint: fresh.hint()?,
        })
    }
}
