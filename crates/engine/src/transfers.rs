//! Pass transfers as their sender sees them.

use std::{collections::BTreeSet, fmt};

use domain::{
    Aggregate, AppId, TransferId, UserId,
    transfer::Transfer,
    wallet::{Wallet, WalletEvent},
};
use event_log::{Answer, StreamId};

use crate::{
    Engine, Failure, Redeemable, RedemptionCode,
    handle::{Loaded, upcasters},
};

/// A transfer, and the link that was sent for it.
#[derive(Clone, PartialEq, Eq)]
pub struct PassTransfer {
    /// How it stands.
    pub transfer: Transfer,
    /// What redeems it: for its sender's eyes only.
    pub redemption_url: String,
}

// The link is a secret.
impl fmt::Debug for PassTransfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassTransfer")
            .field("transfer", &self.transfer)
            .finish_non_exhaustive()
    }
}

/// Renders the answer to what was asked of a transfer, before the commit that makes it true.
pub type RenderTransfer<'a> = &'a (dyn Fn(&PassTransfer) -> Answer + Send + Sync);

impl Engine {
    /// A transfer as its sender sees it; nothing if it is somebody else's, or none.
    pub async fn transfer(
        &self,
        app: &AppId,
        from: &UserId,
        id: &TransferId,
    ) -> Result<Option<PassTransfer>, Failure> {
        let loaded = self.transfer_stream(id).await?;
        let own = loaded.state().filter(|it| (it.app(), it.sender()) == (app, from));
        Ok(own.map(|transfer| self.as_sent(transfer.clone())))
    }

    /// Every transfer that an account ever sent, the oldest first. Read from the wallet's own history, so it holds
    /// what was sent a moment ago, and what was taken back.
    pub async fn transfers_of(&self, app: &AppId, from: &UserId) -> Result<Vec<PassTransfer>, Failure> {
        let stream = StreamId::new(Wallet::CATEGORY, from.as_str())
            .map_err(|error| Failure::Corrupt(error.to_string()))?;
        let upcasters = upcasters();
        let (mut ids, mut seen) = (Vec::new(), BTreeSet::new());
        for recorded in self.log().load(&stream, 0).await? {
            let event: WalletEvent = recorded
                .lift(&upcasters)
                .map_err(|error| Failure::Corrupt(error.to_string()))?;
            if let WalletEvent::ItemsReserved { transfer, .. } = event
                && seen.insert(transfer.clone())
            {
                ids.push(transfer);
            }
        }
        let mut transfers = Vec::new();
        for id in ids {
            transfers.extend(self.transfer(app, from, &id).await?);
        }
        Ok(transfers)
    }

    pub(crate) async fn transfer_stream(&self, id: &TransferId) -> Result<Loaded<Transfer>, Failure> {
        Ok(self.repository().load(id.as_str()).await?)
    }

    pub(crate) fn code_of(&self, transfer: &TransferId) -> RedemptionCode {
        RedemptionCode::of(self.vault(), Redeemable::Transfer(transfer.clone()))
    }

    pub(crate) fn as_sent(&self, transfer: Transfer) -> PassTransfer {
        let app = self.directory().app(transfer.app());
        let prefix = app.as_ref().and_then(|app| app.redemption_prefix());
        let redemption_url = self.code_of(transfer.id()).link(prefix);
        PassTransfer {
            transfer,
            redemption_url,
        }
    }
}
