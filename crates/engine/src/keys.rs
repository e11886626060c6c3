//! Taking an app's API key away.

use domain::{
    ApiKeyId, AppId,
    app::{App, AppCommand, AppRejection},
};

use crate::{
    Context, Engine, Failure,
    failure::Refused,
    handle::{ATTEMPTS, Loaded},
};

/// Why a key was not revoked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RevokeProblem {
    /// There is no such app, or it has no such key.
    #[error("there is no such key")]
    NoSuchKey,
    /// The machinery.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Engine {
    /// Revokes a key, for good. When this returns, this server takes it no more, and the others follow the log.
    /// Revoking it again records nothing.
    pub async fn revoke_key(
        &self,
        context: &Context,
        app: &AppId,
        key: &ApiKeyId,
    ) -> Result<(), RevokeProblem> {
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded: Loaded<App> = self
                .repository()
                .load(app.as_str())
                .await
                .map_err(Failure::from)?;
            let key = key.clone();
            let command = AppCommand::RevokeKey { key, at };
            let change = match loaded.decide(command).map_err(Failure::from)? {
                Ok(change) => change,
                Err(AppRejection::NotRegistered | AppRejection::NoSuchKey { .. }) => {
                    return Err(RevokeProblem::NoSuchKey);
                }
                Err(rejection) => return Err(Failure::Corrupt(rejection.to_string()).into()),
            };
            if change.is_empty() {
                return Ok(());
            }
            let writes = vec![change.write().map_err(Failure::from)?];
            match self
                .repository()
                .commit(context, at, writes, vec![])
                .await
                .map_err(Refused::from)
            {
                Ok(appended) => return Ok(self.directory().reach(appended.last).await?),
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }
}
