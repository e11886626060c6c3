//! What operators are told of their own business: from the read models, and from Stripe's books of their own account.

use domain::{OperatorId, StripeAccountId};
use event_log::Position;
use payments::{BalanceFacts, ListPage, Listed, Outcome, PayoutFacts, Platform};
use projector::{
    DayRow, DaysAsked, DisputeRow, Matched, SaleRow, Sales, SalesAsked, ValidationRow, ValidationsAsked,
};

use crate::{Engine, Failure, up_to_date::unavailable};

/// Up to which position of the log a report holds everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf(pub Position);

/// A page of Stripe's books, or nothing where there is no account to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Balance<T> {
    /// What they hold.
    Page(Listed<T>),
    /// The operator has no account, or there is no platform that Stripe lets ask about it.
    NotAskable,
    /// The books have no such entry or payout as the page was asked by.
    NoSuchEntry,
}

/// A movement of the balance, and what of ours it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceLine {
    /// What Stripe says.
    pub facts: BalanceFacts,
    /// Which purchase or refund, where it is one.
    pub matched: Option<Matched>,
}

impl Engine {
    /// Waits a little until the read model of sales has taken in what is in the log now, and says how far it is.
    pub(crate) async fn sales_seen(&self) -> Result<AsOf, Failure> {
        self.taken_in_by::<Sales>().await.map(AsOf)
    }

    /// An operator's sales, the newest first.
    pub async fn sales_of(
        &self,
        operator: &OperatorId,
        asked: &SalesAsked,
    ) -> Result<(Vec<SaleRow>, AsOf), Failure> {
        let as_of = self.sales_seen().await?;
        let rows = Sales::list(self.views()?, operator.as_str(), asked).await;
        Ok((rows.map_err(unavailable)?, as_of))
    }

    /// An operator's days.
    pub async fn days_of(
        &self,
        operator: &OperatorId,
        asked: &DaysAsked,
    ) -> Result<(Vec<DayRow>, AsOf), Failure> {
        let as_of = self.sales_seen().await?;
        let rows = Sales::summary(self.views()?, operator.as_str(), asked).await;
        Ok((rows.map_err(unavailable)?, as_of))
    }

    /// An operator's disputes, the newest first; of one state, if one is named.
    pub async fn disputes_of(
        &self,
        operator: &OperatorId,
        state: Option<&str>,
        after: Option<&(i64, String)>,
        limit: usize,
    ) -> Result<(Vec<DisputeRow>, AsOf), Failure> {
        let as_of = self.sales_seen().await?;
        let rows = Sales::disputes(self.views()?, operator.as_str(), state, after, limit).await;
        Ok((rows.map_err(unavailable)?, as_of))
    }

    /// The uses of an operator's passes, the latest first.
    pub async fn validations_of(
        &self,
        operator: &OperatorId,
        asked: &ValidationsAsked,
    ) -> Result<(Vec<ValidationRow>, AsOf), Failure> {
        let as_of = self.sales_seen().await?;
        let rows = Sales::validations(self.views()?, operator.as_str(), asked).await;
        Ok((rows.map_err(unavailable)?, as_of))
    }

    /// What moved the balance of an operator's account, joined to purchases and refunds.
    pub async fn settlements_of(
        &self,
        operator: &OperatorId,
        page: &ListPage,
    ) -> Result<Balance<BalanceLine>, Failure> {
        let Some((account, platforms)) = self.askable(operator) else {
            return Ok(Balance::NotAskable);
        };
        self.sales_seen().await?;
        let mut unanswered = false;
        for platform in &platforms {
            let told = self.gateway().list_balance(platform, &account, page).await;
            let listed = match said(operator, told) {
                Said::Page(listed) => listed,
                Said::NoSuchEntry => return Ok(Balance::NoSuchEntry),
                Said::ShutOut => continue,
                Said::Nothing => {
                    unanswered = true;
                    continue;
                }
            };
            let mut items = Vec::with_capacity(listed.items.len());
            for facts in listed.items {
                let matched = match &facts.source {
                    Some(source) => Sales::find(self.views()?, operator.as_str(), source)
                        .await
                        .map_err(unavailable)?,
                    None => None,
                };
                items.push(BalanceLine { facts, matched });
            }
            let has_more = listed.has_more;
            return Ok(Balance::Page(Listed { items, has_more }));
        }
        untold(unanswered)
    }

    /// What went from an operator's account to its bank.
    pub async fn payouts_of(
        &self,
        operator: &OperatorId,
        page: &ListPage,
    ) -> Result<Balance<PayoutFacts>, Failure> {
        let Some((account, platforms)) = self.askable(operator) else {
            return Ok(Balance::NotAskable);
        };
        let mut unanswered = false;
        for platform in &platforms {
            let told = self.gateway().list_payouts(platform, &account, page).await;
            match said(operator, told) {
                Said::Page(listed) => return Ok(Balance::Page(listed)),
                Said::NoSuchEntry => return Ok(Balance::NoSuchEntry),
                Said::ShutOut => {}
                Said::Nothing => unanswered = true,
            }
        }
        untold(unanswered)
    }

    /// The operator's account, and the platforms through which it can be asked about.
    fn askable(&self, operator: &OperatorId) -> Option<(StripeAccountId, Vec<Platform>)> {
        let known = self.directory().operator(operator)?;
        let account = known.account()?.account.clone();
        let platforms: Vec<Platform> = known
            .links()
            .filter_map(|link| self.platform(&link.app))
            .collect();
        (!platforms.is_empty()).then_some((account, platforms))
    }
}

/// What one platform was told.
enum Said<T> {
    Page(Listed<T>),
    NoSuchEntry,
    /// Asking again would be refused again.
    ShutOut,
    Nothing,
}

fn said<T>(operator: &OperatorId, told: Outcome<Listed<T>>) -> Said<T> {
    match told {
        Outcome::Done(done) => Said::Page(done.value),
        Outcome::Refused(refusal)
            if matches!(refusal.param.as_deref(), Some("starting_after" | "payout")) =>
        {
            Said::NoSuchEntry
        }
        Outcome::Refused(refusal) => {
            tracing::warn!(%operator, code = refusal.code, "Stripe would not tell about the account");
            Said::ShutOut
        }
        Outcome::NotExecuted(_) | Outcome::Unknown(_) => Said::Nothing,
    }
}

/// None of the platforms was told anything.
fn untold<T>(unanswered: bool) -> Result<Balance<T>, Failure> {
    if unanswered {
        return Err(Failure::Unavailable(
            "Stripe does not tell about the account".to_owned(),
        ));
    }
    Ok(Balance::NotAskable)
}
