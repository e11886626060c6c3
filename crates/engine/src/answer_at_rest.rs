//! Answers as they lie in the log. They show passes, redemption links and keys, so they are closed: those of a rider under
//! the rider's key, whose destruction closes them for ever as it does with everything else that is the rider's, and those
//! of administration, which show fresh keys and codes, under one of its own.

use std::sync::Arc;

use domain::{Sealed, UserId};
use event_log::{Answer, AppendError, IdempotencyRecord, RecordWrite};
use vault::{Vault, VaultError};

use crate::{Actor, Failure};

/// What the body of a sealed answer begins with, before the rider's id, a colon and the ciphertext. Answers are JSON,
/// which begins otherwise, so those that were kept before there was sealing are told apart.
const MARK: &str = "sealed:1:";

/// Whose name the key of administration has among the riders' keys; no pseudonym of a rider looks like it.
const ADMINISTRATION: &str = "user_administration";

/// Closes answers on their way into the log, and opens them on their way out.
#[derive(Debug, Clone)]
pub(crate) struct AtRest(Arc<Vault>);

impl AtRest {
    pub(crate) const fn new(vault: Arc<Vault>) -> Self {
        Self(vault)
    }

    /// Closes what is to be kept for a rider or for administration. What an app is answered for itself shows nothing that
    /// its own key does not, and stays as it is.
    pub(crate) async fn close(
        &self,
        actor: &Actor,
        records: Vec<RecordWrite>,
    ) -> Result<Vec<RecordWrite>, AppendError> {
        let holder = match actor {
            Actor::User(user) => user.clone(),
            Actor::Admin | Actor::AccessKey(_) => {
                UserId::parse(ADMINISTRATION).map_err(|error| AppendError::Invalid(error.to_string()))?
            }
            Actor::App(_) | Actor::Resolver | Actor::Marketplace => return Ok(records),
        };
        let mut closed = Vec::with_capacity(records.len());
        for record in records {
            closed.push(self.close_one(&holder, record).await?);
        }
        Ok(closed)
    }

    async fn close_one(&self, user: &UserId, mut record: RecordWrite) -> Result<RecordWrite, AppendError> {
        let answer = match &mut record {
            RecordWrite::Claim { answer, .. } => answer.as_mut(),
            RecordWrite::Settle { answer, .. } => Some(answer),
            RecordWrite::Release { .. } => None,
        };
        if let Some(answer) = answer {
            let ciphertext = match self.0.seal(user, &answer.body).await {
                Ok(sealed) => sealed.ciphertext().to_owned(),
                // What happened has to be recorded all the same; nobody will be able to ask for the answer.
                Err(VaultError::KeyDestroyed) => String::new(),
                Err(error @ VaultError::Store(_)) => return Err(AppendError::Unavailable(error.to_string())),
                Err(error) => return Err(AppendError::Invalid(error.to_string())),
            };
            answer.body = format!("{MARK}{user}:{ciphertext}");
        }
        Ok(record)
    }

    /// The record with its answer as it was given.
    pub(crate) async fn open(&self, mut record: IdempotencyRecord) -> Result<IdempotencyRecord, Failure> {
        if let Some(answer) = record.answer.take() {
            record.answer = Some(self.open_answer(answer).await?);
        }
        Ok(record)
    }

    async fn open_answer(&self, answer: Answer) -> Result<Answer, Failure> {
        let Some(rest) = answer.body.strip_prefix(MARK) else {
            return Ok(answer);
        };
        let unreadable = || Failure::Corrupt("an answer was sealed for nobody".to_owned());
        let (user, ciphertext) = rest.split_once(':').ok_or_else(unreadable)?;
        let user = UserId::parse(user).map_err(|_| unreadable())?;
        if ciphertext.is_empty() {
            return Err(Failure::Erased);
        }
        let sealed = Sealed::from_ciphertext(ciphertext.to_owned());
        let body = self.0.unseal(&user, &sealed).await?.ok_or(Failure::Erased)?;
        Ok(Answer { body, ..answer })
    }
}
