//! A log that was sound, and what is added to it.

use domain::{Purchase, User, Wallet, purchase::PurchaseEvent, user::UserEvent, wallet::WalletEvent};
use projector::audit::{Report, Rule};

use crate::{
    auditing::{audit, live_a_little},
    fixtures::{purchase, rider},
    world::{Server, World, write},
};

/// A database with a log that was sound so far.
pub(super) struct Tampered {
    pub(super) server: Server,
    _world: World,
}

impl Tampered {
    /// A log that was sound so far.
    pub(super) async fn new() -> Self {
        let world = World::sqlite().await;
        let server = world.serve().await;
        live_a_little(&server).await;
        let report = audit(&server).await;
        assert!(report.is_sound(), "{report}");
        Self {
            server,
            _world: world,
        }
    }

    pub(super) async fn purchase(
        &self,
        number: u128,
        events: impl IntoIterator<Item = PurchaseEvent>,
    ) -> &Self {
        self.server
            .append([write::<Purchase>(purchase(number), events)])
            .await;
        self
    }

    pub(super) async fn wallet(&self, number: u128, events: impl IntoIterator<Item = WalletEvent>) -> &Self {
        self.server.append([write::<Wallet>(rider(number), events)]).await;
        self
    }

    pub(super) async fn user(&self, number: u128, events: impl IntoIterator<Item = UserEvent>) -> &Self {
        self.server.append([write::<User>(rider(number), events)]).await;
        self
    }

    /// A commit of a purchase and the first rider's wallet.
    pub(super) async fn both(&self, number: u128, ended: PurchaseEvent, wallet: WalletEvent) -> &Self {
        let writes = [
            write::<Purchase>(purchase(number), [ended]),
            write::<Wallet>(rider(1), [wallet]),
        ];
        self.server.append(writes).await;
        self
    }

    /// Exactly these rules are found broken.
    pub(super) async fn breaks(&self, rules: &[Rule]) -> Report {
        let report = audit(&self.server).await;
        assert_eq!(
            report.broken.keys().copied().collect::<Vec<_>>(),
            rules,
            "{report}"
        );
        assert!(!report.is_sound());
        assert!(report.to_string().contains("NOT SOUND"));
        report
    }
}
