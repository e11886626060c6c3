//! Fare capping: nobody pays more than the operator's cap for passes of a group within a day, a week or a month.
//!
//! What counts is what the holder paid for passes of the group that were first used in the period. Passes that were
//! given back, declared invalid or sent on do not count; those that a shorter period's cap has replaced do. Buying is
//! never free and never refused: riders stop paying because they need no further pass.

use chrono::{DateTime, Utc};

use super::{
    command::WalletRejection,
    event::{CapReached, Held, IssueCause, IssuedItem, ItemId, WalletEvent},
    pass::Pass,
    riding::{Request, activation, can_activate},
    standing::Standing,
    state::Wallet,
    status::PassStatus,
};
use crate::{
    DeviceId, Money, OperatorId, PassId,
    catalog::{CatalogVersion, FareCap, PassTerms, Product, ServiceCalendar},
    validity::{Period, period_of},
};

/// A fare cap as it stands at a moment, and what a rider gets who reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapTerms {
    /// The cap.
    pub cap: FareCap,
    /// What replaces the passes. Its calendar is that by which periods are counted.
    pub replacement: PassTerms,
}

impl CapTerms {
    /// The caps of a catalog for one group of fares, as its operator counts days now.
    #[must_use]
    pub fn of(
        operator: &OperatorId,
        calendar: ServiceCalendar,
        catalog: &CatalogVersion,
        group: &str,
    ) -> Vec<Self> {
        let caps = catalog.content.caps.iter().filter(|cap| cap.group == group);
        caps.filter_map(|cap| {
            let fare = catalog.content.fare(&cap.replacement)?.clone();
            Some(Self {
                cap: cap.clone(),
                replacement: PassTerms {
                    operator: operator.clone(),
                    catalog_version: catalog.version,
                    fare,
                    calendar,
                },
            })
        })
        .collect()
    }

    fn is_for(&self, pass: &Pass) -> bool {
        pass.terms.fare.cap_group.as_ref() == Some(&self.cap.group)
            && pass.terms.operator == self.replacement.operator
    }
}

/// A cap that an activation reaches, and the passes that end by it.
struct Upgrade<'a> {
    terms: &'a CapTerms,
    reached: CapReached,
    passes: Vec<PassId>,
    /// When the last of them that were activated would have ended.
    last_ends_at: Option<DateTime<Utc>>,
}

/// What counts towards a cap.
struct Counted {
    passes: Vec<PassId>,
    last_ends_at: Option<DateTime<Utc>>,
    spent: Money,
}

impl Wallet {
    /// The pass that lets its holder board where this one was activated: itself, or what a fare cap gave in its stead.
    #[must_use]
    pub fn boarding_pass(&self, id: &PassId, device: Option<&DeviceId>, now: DateTime<Utc>) -> Option<&Pass> {
        let pass = self.passes.get(id)?;
        let stand_in = match pass.status(device, now) {
            PassStatus::Active => None,
            _ => self.stand_in(pass, now),
        };
        Some(stand_in.unwrap_or(pass))
    }

    /// What was given when a cap was reached, and lets its holder ride now without using up this pass.
    pub(super) fn stand_in(&self, pass: &Pass, at: DateTime<Utc>) -> Option<&Pass> {
        let group = pass.terms.fare.cap_group.as_ref()?;
        let of_group = |cause: &IssueCause| match cause {
            IssueCause::FareCap { cap_group } => cap_group == group,
            IssueCause::Purchase { .. } | IssueCause::Reissue { .. } => false,
        };
        let live = self.passes.values().filter(|it| {
            of_group(&it.cause)
                && it.terms.operator == pass.terms.operator
                && it.standing == Standing::Good
                && it.activation.is_some()
                && !it.is_over(at)
        });
        live.max_by_key(|it| it.activation.as_ref().map(|activation| activation.ends_at))
    }

    /// The decision where a pass that was never used is activated, and a cap has been reached before or is by this.
    /// Nothing where no cap has to do with it.
    pub(super) fn ride_capped(
        &self,
        pass: &Pass,
        request: &Request,
    ) -> Result<Option<Vec<WalletEvent>>, WalletRejection> {
        if pass.activation.is_some() {
            return Ok(None);
        }
        if let Some(stand_in) = self.stand_in(pass, request.at) {
            can_activate(stand_in, request.device.as_ref(), request.at)?;
            return Ok(Some(vec![activation(stand_in, request)?]));
        }
        match self.upgrade(pass, request)? {
            Some(upgrade) => Ok(Some(upgraded(pass, upgrade, request)?)),
            None => Ok(None),
        }
    }

    /// Of the caps that an activation reaches, the one that lets its rider ride the longest.
    fn upgrade<'a>(&self, pass: &Pass, request: &'a Request) -> Result<Option<Upgrade<'a>>, WalletRejection> {
        let mut best: Option<Upgrade<'a>> = None;
        for terms in request.caps.iter().filter(|terms| terms.is_for(pass)) {
            let within = period_of(terms.cap.period, terms.replacement.calendar, request.at)
                .ok_or(WalletRejection::ValidityOutOfRange)?;
            let limit = terms.cap.limit;
            if pass.paid.currency != limit.currency {
                continue;
            }
            let counted = self.counted(pass, &within, limit)?;
            let spent = counted.spent;
            let outlasts = best
                .as_ref()
                .is_none_or(|best| best.reached.within.until < within.until);
            if spent.amount >= limit.amount && outlasts {
                let period = terms.cap.period;
                best = Some(Upgrade {
                    terms,
                    reached: CapReached {
                        period,
                        within,
                        limit,
                        spent,
                    },
                    passes: counted.passes,
                    last_ends_at: counted.last_ends_at,
                });
            }
        }
        Ok(best)
    }

    /// The passes that a cap would end by the activation of one more of its group, and what was paid for all that count.
    fn counted(&self, one_more: &Pass, within: &Period, limit: Money) -> Result<Counted, WalletRejection> {
        let group = one_more.terms.fare.cap_group.as_ref();
        let counts = |pass: &&Pass| {
            pass.id != one_more.id
                && pass.terms.operator == one_more.terms.operator
                && pass.terms.fare.cap_group.as_ref() == group
                && !matches!(pass.cause, IssueCause::FareCap { .. })
                && pass.paid.currency == limit.currency
                && pass.first_used_at().is_some_and(|at| within.contains(at))
        };
        let others: Vec<&Pass> = self.passes().filter(counts).collect();
        let paid = others.iter().copied().chain([one_more]).map(Pass::paid);
        let spent = Money::sum(limit.currency, paid).map_err(|_| WalletRejection::OutOfRange)?;
        let good = others.iter().filter(|pass| pass.standing == Standing::Good);
        let ends = good.clone().filter_map(|pass| pass.activation.as_ref());
        Ok(Counted {
            last_ends_at: ends.map(|activation| activation.ends_at).max(),
            passes: good
                .copied()
                .chain([one_more])
                .map(|pass| pass.id.clone())
                .collect(),
            spent,
        })
    }

    /// Whether a recorded cap was due: what ends by it was paid for within what was spent, and that reached the limit.
    pub(super) fn is_due(&self, passes: &[PassId], group: &str, cap: &CapReached, at: DateTime<Utc>) -> bool {
        let ending: Vec<&Pass> = passes.iter().filter_map(|id| self.passes.get(id)).collect();
        let in_group = ending
            .iter()
            .all(|pass| pass.terms.fare.cap_group.as_deref() == Some(group));
        let in_time = ending
            .iter()
            .all(|pass| cap.within.contains(pass.first_used_at().unwrap_or(at)));
        let paid = Money::sum(cap.limit.currency, ending.iter().map(|pass| pass.paid));
        let covered = paid.is_ok_and(|paid| paid.amount <= cap.spent.amount);
        in_group && in_time && covered && cap.limit.is_positive() && cap.limit.amount <= cap.spent.amount
    }
}

impl Pass {
    /// When it was used for the first time; none as long as it was not, or when it is void, promised or gone.
    fn first_used_at(&self) -> Option<DateTime<Utc>> {
        let activated_at = self.activation.as_ref().map(|activation| activation.first_at);
        match self.standing {
            Standing::Good => activated_at,
            // The one that reached the cap was never activated itself.
            Standing::Capped { at, .. } => Some(activated_at.unwrap_or(at)),
            Standing::Reserved { .. }
            | Standing::Moved { .. }
            | Standing::Refunded { .. }
            | Standing::Invalidated { .. }
            | Standing::Suspended { .. } => None,
        }
    }
}

/// Ends the passes, gives what replaces them and activates it. It lasts to the end of the period, and never less than
/// any of the passes that it replaces would have.
fn upgraded(
    pass: &Pass,
    upgrade: Upgrade<'_>,
    request: &Request,
) -> Result<Vec<WalletEvent>, WalletRejection> {
    let Upgrade {
        terms,
        reached,
        passes,
        last_ends_at,
    } = upgrade;
    let at = request.at;
    let replacement = PassId::capping(&pass.id).ok_or(WalletRejection::NotAsSold)?;
    let own_end = pass.would_end_at(at).ok_or(WalletRejection::ValidityOutOfRange)?;
    let ends_at = reached
        .within
        .until
        .max(own_end)
        .max(last_ends_at.unwrap_or(own_end));
    let calendar = terms.replacement.calendar;
    let ticket_expires_at = crate::validity::ticket_expires_at(calendar, at, ends_at)
        .ok_or(WalletRejection::ValidityOutOfRange)?;
    let cap_group = terms.cap.group.clone();
    Ok(vec![
        WalletEvent::PassesCapped {
            passes,
            cap_group: cap_group.clone(),
            cap: Some(reached),
            at,
        },
        WalletEvent::PassesIssued {
            cause: IssueCause::FareCap { cap_group },
            items: vec![IssuedItem {
                item: ItemId::Pass(replacement.clone()),
                terms: terms.replacement.clone(),
                paid: None,
            }],
            held: Held::default(),
            at,
        },
        WalletEvent::PassActivated {
            pass: replacement,
            device: request.device.clone(),
            at,
            ends_at,
            ticket_expires_at,
        },
    ])
}

/// What was paid for each pass of an item, in their order. The shares of a book's rides differ by one minor unit at
/// most, and their sum is the price of the book.
pub(super) fn paid_for_each(issued: &IssuedItem, cause: &IssueCause) -> Vec<Money> {
    let price = issued.terms.fare.price;
    let whole = issued.paid.unwrap_or(match cause {
        IssueCause::Purchase { .. } => price,
        IssueCause::Reissue { .. } | IssueCause::FareCap { .. } => Money::zero(price.currency),
    });
    match issued.terms.fare.product {
        Product::SinglePass => vec![whole],
        Product::PassBook { passes } => (1..=passes)
            .map(|ordinal| share_of_ride(whole, ordinal, passes).unwrap_or(Money::zero(whole.currency)))
            .collect(),
    }
}

/// What the first `ordinal` rides cost, less what those before it did.
pub(super) fn share_of_ride(whole: Money, ordinal: u32, rides: u32) -> Option<Money> {
    let first = |rides_of_it: u32| whole.share(i64::from(rides_of_it), i64::from(rides)).ok();
    first(ordinal)?.minus(first(ordinal.checked_sub(1)?)?).ok()
}
