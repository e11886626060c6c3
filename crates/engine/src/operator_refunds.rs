//! What of a purchase an operator gives back, by the rules under which it was sold; and the refunds of an operator.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    Money, OperatorId, PassId, PurchaseId, RefundId, TransferId, UserId,
    operator::RefundRules,
    purchase::{Purchase, PurchaseRejection, Stage},
    wallet::{GivenBack, ItemId, NotGivenBack, WalletRejection, issued_items, price_of},
};
use projector::{RefundRow, Sales};

use crate::{
    AsOf, Engine, Failure, OperatorRefund, OperatorRefundProblem, OperatorRefundRefusal, RefundWhat,
    handle::Change,
    located::{Located, Wallets},
    up_to_date::unavailable,
};

/// What goes void in one wallet.
#[derive(Debug, Default)]
pub(crate) struct Voided {
    pub(crate) whole: Vec<ItemId>,
    pub(crate) rides: Vec<PassId>,
}

/// A refund as it is decided, before anything is written.
pub(crate) struct Plan {
    pub(crate) amount: Money,
    pub(crate) keep_fee: bool,
    pub(crate) rules_overridden: bool,
    pub(crate) items: BTreeMap<UserId, Voided>,
    pub(crate) wallets: Wallets,
    /// What stands in which transfer.
    pub(crate) transfers: BTreeMap<TransferId, Vec<ItemId>>,
}

impl Plan {
    /// Everything that goes void.
    pub(crate) fn all_items(&self) -> Vec<ItemId> {
        let voided = self.items.values();
        voided
            .flat_map(|it| {
                let rides = it.rides.iter().cloned().map(ItemId::Pass);
                it.whole.iter().cloned().chain(rides)
            })
            .collect()
    }
}

/// A plan in the making.
struct Choosing<'a> {
    purchase: &'a Purchase,
    bought_at: DateTime<Utc>,
    at: DateTime<Utc>,
    may_override: bool,
    rules_overridden: bool,
    /// Whether the engine's fee comes back, by the rules of each item that cost something.
    returns_fee: Vec<bool>,
    prices: Vec<Money>,
    items: BTreeMap<UserId, Voided>,
    wallets: Wallets,
    transfers: BTreeMap<TransferId, Vec<ItemId>>,
}

/// A refund of an operator's, as the purchase has it, and who asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorsRefund {
    /// The purchase.
    pub purchase: Purchase,
    /// Which of its refunds.
    pub refund: RefundId,
    /// Who asked for it, as the event names them.
    pub actor: String,
    /// When it was started, in microseconds since 1970-01-01 UTC.
    pub started_at: i64,
}

impl Engine {
    pub(crate) async fn plan(
        &self,
        purchase: &Purchase,
        wanted: &OperatorRefund,
        at: DateTime<Utc>,
    ) -> Result<Plan, OperatorRefundProblem> {
        let bought_at = match purchase.stage() {
            Stage::Completed { at } => *at,
            _ => return Err(OperatorRefundRefusal::NotCompleted.into()),
        };
        let remaining = purchase
            .refundable()
            .map_err(|_| OperatorRefundRefusal::NothingPaid)?;
        if purchase.disputes().values().any(|it| it.won != Some(true)) {
            return Err(OperatorRefundRefusal::Disputed.into());
        }
        let mut choosing = Choosing {
            purchase,
            bought_at,
            at,
            may_override: wanted.override_rules,
            rules_overridden: false,
            returns_fee: Vec::new(),
            prices: Vec::new(),
            items: BTreeMap::new(),
            wallets: Wallets::new(),
            transfers: BTreeMap::new(),
        };
        let amount = match &wanted.what {
            RefundWhat::Amount { amount, .. } => {
                for line in &purchase.order().items {
                    choosing.check_time(&self.rules_of(&line.terms), &line.unit_price)?;
                }
                // A part of the price is of no fare in particular: the fee stays where every fare leaves it.
                let returns = choosing.returns_fee.contains(&true) || purchase.order().parked.is_some();
                choosing.returns_fee = vec![returns];
                Money::new(*amount, remaining.currency)
            }
            RefundWhat::Item(item) => {
                self.choose(&mut choosing, item).await?;
                choosing.worth(remaining)?
            }
            RefundWhat::Purchase {
                items: Some(items), ..
            } => {
                if items.is_empty() {
                    return Err(OperatorRefundRefusal::Item(WalletRejection::NoItems).into());
                }
                for item in items {
                    self.choose(&mut choosing, item).await?;
                }
                choosing.worth(remaining)?
            }
            // A stay is no pass: nothing goes void, and all of the money goes back.
            RefundWhat::Purchase { items: None, .. } if purchase.order().parked.is_some() => {
                match remaining.is_positive() {
                    true => remaining,
                    false => return Err(OperatorRefundRefusal::NothingPaid.into()),
                }
            }
            RefundWhat::Purchase { items: None, .. } => {
                self.choose_all(&mut choosing).await?;
                choosing.worth(remaining)?
            }
        };
        choosing.plan(amount)
    }

    /// Everything that can be given back. What cannot is left as it is, unless it is all there is.
    async fn choose_all(&self, choosing: &mut Choosing<'_>) -> Result<(), OperatorRefundProblem> {
        let order = choosing.purchase.order();
        let mut refused = None;
        for sold in issued_items(&order.purchase, &order.items) {
            let located = self
                .locate(&mut choosing.wallets, &order.user, &sold.item)
                .await?;
            let located = located.ok_or(OperatorRefundRefusal::NoSuchItem)?;
            let rules = self.rules_of(&sold.terms);
            let item = located.item.clone();
            match choosing.take(&located, &item, &rules) {
                Ok(()) => {}
                Err(OperatorRefundProblem::Refused(refusal)) => {
                    refused.get_or_insert(refusal);
                }
                Err(other) => return Err(other),
            }
        }
        match refused {
            Some(refusal) if choosing.items.is_empty() => Err(refusal.into()),
            _ => Ok(()),
        }
    }

    /// One item that was named.
    async fn choose(&self, choosing: &mut Choosing<'_>, item: &ItemId) -> Result<(), OperatorRefundProblem> {
        let order = choosing.purchase.order();
        if item.is_of_a_cap() {
            return Err(OperatorRefundRefusal::NotBought.into());
        }
        let sold = item.original().whole();
        let issued = issued_items(&order.purchase, &order.items);
        let issued = issued.into_iter().find(|it| it.item == sold);
        let issued = issued.ok_or(OperatorRefundRefusal::NoSuchItem)?;
        let located = self.locate(&mut choosing.wallets, &order.user, &sold).await?;
        let located = located.ok_or(OperatorRefundRefusal::NoSuchItem)?;
        // Whoever names what was replaced means something that is worth nothing any more.
        if item.whole() != located.item {
            return Err(OperatorRefundRefusal::Item(WalletRejection::Replaced).into());
        }
        let rules = self.rules_of(&issued.terms);
        choosing.take(&located, item, &rules)
    }

    /// An operator's refunds, the newest first, and as of when.
    pub async fn refunds_of(
        &self,
        operator: &OperatorId,
        after: Option<&(i64, String)>,
        limit: usize,
    ) -> Result<(Vec<OperatorsRefund>, AsOf), Failure> {
        let as_of = self.sales_seen().await?;
        let rows = Sales::refunds(self.views()?, operator.as_str(), after, limit).await;
        let mut refunds = Vec::new();
        for row in rows.map_err(unavailable)? {
            refunds.push(self.as_refunded(operator, row).await?);
        }
        Ok((refunds, as_of))
    }

    /// One of them.
    pub async fn refund_of(
        &self,
        operator: &OperatorId,
        refund: &RefundId,
    ) -> Result<Option<OperatorsRefund>, Failure> {
        self.sales_seen().await?;
        let row = Sales::refund(self.views()?, operator.as_str(), refund.as_str()).await;
        match row.map_err(unavailable)? {
            Some(row) => Ok(Some(self.as_refunded(operator, row).await?)),
            None => Ok(None),
        }
    }

    async fn as_refunded(&self, operator: &OperatorId, row: RefundRow) -> Result<OperatorsRefund, Failure> {
        let unreadable = |_| Failure::Corrupt("a row names no refund".to_owned());
        let id = PurchaseId::parse(row.purchase).map_err(unreadable)?;
        let refund = RefundId::parse(row.refund).map_err(unreadable)?;
        let loaded = self.sold_by(operator, &id).await?;
        let purchase = loaded.and_then(|loaded| loaded.state().cloned());
        let purchase = purchase.filter(|it| it.refunds().contains_key(&refund));
        Ok(OperatorsRefund {
            purchase: purchase.ok_or_else(|| Failure::Corrupt(format!("{id} knows no {refund}")))?,
            refund,
            actor: row.actor,
            started_at: row.started_at,
        })
    }
}

impl Choosing<'_> {
    fn check_time(&mut self, rules: &RefundRules, price: &Money) -> Result<(), OperatorRefundProblem> {
        match rules.check_time(self.bought_at, self.at) {
            Err(_) if self.may_override => self.rules_overridden = true,
            checked => checked.map_err(OperatorRefundRefusal::Rule)?,
        }
        if price.is_positive() {
            self.returns_fee.push(rules.returns_engine_fee);
        }
        Ok(())
    }

    fn take(
        &mut self,
        located: &Located,
        item: &ItemId,
        rules: &RefundRules,
    ) -> Result<(), OperatorRefundProblem> {
        let wallet = self.wallets.get(&located.holder).and_then(Change::after);
        let wallet = wallet.ok_or(OperatorRefundRefusal::NoSuchItem)?;
        let (given, overridden) = match wallet.gives_back(item, Some(rules)) {
            Err(NotGivenBack::Rule(_)) if self.may_override => (wallet.gives_back(item, None), true),
            given => (given, false),
        };
        let given = given.map_err(|refusal| match refusal {
            NotGivenBack::Item(rejection) => OperatorRefundRefusal::Item(rejection),
            NotGivenBack::Rule(rule) => OperatorRefundRefusal::Rule(rule),
        })?;
        let order = self.purchase.order();
        let prices: Option<Vec<Money>> = given
            .items()
            .iter()
            .map(|item| price_of(&order.purchase, &order.items, item))
            .collect();
        let price = prices.and_then(|prices| Money::sum(order.total.currency, prices).ok());
        let price = price.ok_or(OperatorRefundRefusal::NoSuchItem)?;
        self.check_time(rules, &price)?;
        self.rules_overridden |= overridden;
        self.prices.push(price);
        let voided = self.items.entry(located.holder.clone()).or_default();
        match given {
            GivenBack::Item(item) => {
                for transfer in &located.transfers {
                    let stands = self.transfers.entry(transfer.clone()).or_default();
                    stands.push(item.clone());
                }
                voided.whole.push(item);
            }
            // A book that is in use stands in no transfer any more.
            GivenBack::Rides(rides) => voided.rides.extend(rides),
        }
        Ok(())
    }

    /// What the items cost, as far as it is left: a part of the price may have been given back before.
    fn worth(&self, remaining: Money) -> Result<Money, OperatorRefundProblem> {
        let sum = Money::sum(remaining.currency, self.prices.iter().copied());
        let sum = sum.map_err(|error| OperatorRefundRefusal::Money(PurchaseRejection::Money(error)))?;
        if !sum.is_positive() {
            return Err(OperatorRefundRefusal::NothingPaid.into());
        }
        if !remaining.is_positive() {
            return Err(
                OperatorRefundRefusal::Money(PurchaseRejection::ExceedsRemaining { remaining }).into(),
            );
        }
        Ok(if sum.amount < remaining.amount {
            sum
        } else {
            remaining
        })
    }

    fn plan(self, amount: Money) -> Result<Plan, OperatorRefundProblem> {
        let returns = self.returns_fee.first().copied().unwrap_or(true);
        if self.returns_fee.iter().any(|it| *it != returns) {
            return Err(OperatorRefundRefusal::FeesDiffer.into());
        }
        Ok(Plan {
            amount,
            keep_fee: !returns,
            rules_overridden: self.rules_overridden,
            items: self.items,
            wallets: self.wallets,
            transfers: self.transfers,
        })
    }
}
