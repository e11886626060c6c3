//! Purchases as receipts show them.

use domain::{
    PurchaseId,
    purchase::{Purchase, Stage},
};

use crate::{Engine, Failure, handle::Loaded};

impl Engine {
    /// A purchase that gave what was bought, with whatever of it was refunded since; nothing for one that did not, or
    /// has not yet.
    pub async fn completed_purchase(&self, id: &PurchaseId) -> Result<Option<Purchase>, Failure> {
        let loaded: Loaded<Purchase> = self.repository().load(id.as_str()).await?;
        let completed = loaded
            .state()
            .filter(|it| matches!(it.stage(), Stage::Completed { .. }));
        Ok(completed.cloned())
    }
}
