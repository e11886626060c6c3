//! Which apps can redeem a code: for people who have a link and no app yet.

use domain::app::App;

use crate::{Engine, Failure, Redeemable, RedemptionCode};

/// An app that can redeem a code.
#[derive(Clone, PartialEq, Eq)]
pub struct Redeemer {
    /// The app's name.
    pub name: String,
    /// The app's deep link with the code, if the app has one.
    pub link: Option<String>,
}

// The link is a secret.
impl std::fmt::Debug for Redeemer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redeemer")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// The apps that can redeem a code, by name, whatever became of what it opens: those have the words for it. Passes
    /// go to riders of the app that sent them; vouchers are for every app that does business with their operator.
    /// Nothing if nothing has this code.
    pub async fn redeemers(&self, code: &RedemptionCode) -> Result<Option<Vec<Redeemer>>, Failure> {
        let hash = code.hash();
        let mut apps = match code.opens() {
            Redeemable::Transfer(id) => {
                let loaded = self.transfer_stream(id).await?;
                let transfer = loaded.state().filter(|it| hash.as_ref() == Some(it.code_hash()));
                let Some(transfer) = transfer else {
                    return Ok(None);
                };
                self.directory().app(transfer.app()).into_iter().collect()
            }
            Redeemable::Voucher(id) => {
                let loaded = self.voucher_stream(id).await?;
                let voucher = loaded.state().filter(|it| hash.as_ref() == Some(it.code_hash()));
                let Some(voucher) = voucher else {
                    return Ok(None);
                };
                let series = self.series_stream(voucher.series()).await?;
                let operator = series
                    .state()
                    .and_then(|it| self.directory().operator(it.operator()));
                let linked = |app: &App| operator.as_ref().is_some_and(|it| it.link(app.id()).is_some());
                let mut apps = self.directory().apps();
                apps.retain(|app| linked(app));
                apps
            }
        };
        apps.retain(|app| app.is_active());
        apps.sort_by(|one, other| one.name().cmp(other.name()));
        let redeemers = apps.iter().map(|app| Redeemer {
            name: app.name().to_owned(),
            link: app.redemption_prefix().map(|prefix| code.link(Some(prefix))),
        });
        Ok(Some(redeemers.collect()))
    }
}
