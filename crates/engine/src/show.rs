//! Taking note of passes being shown to whoever drives.

use chrono::{DateTime, Utc};
use domain::{
    PassId, UserId,
    wallet::{WalletCommand, WalletRejection},
};
use event_log::Answer;

use crate::{Claim, Context, Engine, Failure, Seen, failure::Refused, handle::ATTEMPTS};

/// A showing as a device reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowPass {
    /// Whose pass.
    pub user: UserId,
    /// Which.
    pub pass: PassId,
    /// When, as the device says.
    pub shown_at: DateTime<Utc>,
    /// Where, in millionths of a degree, if the device knew.
    pub latitude_microdegrees: Option<i32>,
    /// Where, in millionths of a degree, if the device knew.
    pub longitude_microdegrees: Option<i32>,
}

/// Why a showing was not noted.
#[derive(Debug, thiserror::Error)]
pub enum ShowProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] WalletRejection),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Engine {
    /// Notes that a pass was shown, once per claim. Nothing that another device must know is changed by it.
    pub async fn show_pass(
        &self,
        context: &Context,
        show: &ShowPass,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<Answer, ShowProblem> {
        let context = context.correlated(show.pass.as_str());
        for _ in 0..ATTEMPTS {
            if let Some(claim) = claim {
                match self.seen(claim).await? {
                    Seen::Answered(answer) => return Ok(answer),
                    Seen::Mismatch => return Err(ShowProblem::KeyReused),
                    Seen::Fresh | Seen::Underway { .. } => {}
                }
            }
            let at = self.host().now();
            let command = WalletCommand::Show {
                pass: show.pass.clone(),
                shown_at: show.shown_at,
                latitude_microdegrees: show.latitude_microdegrees,
                longitude_microdegrees: show.longitude_microdegrees,
                at,
            };
            let change = self
                .wallet(&show.user)
                .await?
                .decide(command)
                .map_err(Failure::from)??;
            let records: Vec<_> = claim
                .map(|claim| claim.claimed(show.pass.as_str(), Some(answer.clone())))
                .into_iter()
                .collect();
            if change.is_empty() && records.is_empty() {
                return Ok(answer.clone());
            }
            let write = change.write().map_err(Failure::from)?;
            let stored = self.repository().commit(&context, at, vec![write], records).await;
            match stored.map_err(Refused::from) {
                Ok(_) => return Ok(answer.clone()),
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }
}
