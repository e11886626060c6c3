//! Reading a whole log and checking everything that must hold.

use std::collections::HashSet;

use domain::{
    Aggregate, Purchase, PurchaseId, Wallet,
    purchase::Order,
    wallet::{IssueCause, IssuedItem, Standing, WalletEvent, issued_items},
};
use event_log::{EventLog, Filter, Position, ReadError, Recorded, StreamId, Upcasters, canonical_json};
use serde_json::Value;

use super::{
    Report, Rule,
    commits::{Commits, hands_out_for},
    money::MoneyRules,
    privacy,
    state::{Event, State, Unreadable},
    stays::StayRules,
    streams::Streams,
};
use crate::ledger::{Books, TrialBalance};

/// How many events are held in memory at once.
const BATCH: usize = 1_000;

/// Reads the log once, from its first event to its head as it is now, and checks everything that must hold. Memory
/// grows with the number of streams by a few hundred bytes each, not with the number of events.
///
/// # Errors
/// When the log cannot be read; what it says is never an error but part of the report.
pub async fn verify(log: &dyn EventLog, upcasters: &Upcasters) -> Result<Report, ReadError> {
    let head = log.head().await?;
    let mut audit = Audit::new(log, upcasters);
    while audit.report.head < head {
        let events = log.read(audit.report.head, BATCH, &Filter::All).await?;
        if events.is_empty() {
            break;
        }
        for event in events.iter().take_while(|event| event.position <= head) {
            audit.take(event).await?;
        }
        if events.last().is_some_and(|last| last.position > head) {
            break;
        }
    }
    Ok(audit.finish(head))
}

struct Audit<'a> {
    upcasters: &'a Upcasters,
    streams: Streams<'a>,
    commits: Commits,
    money: MoneyRules,
    stays: StayRules,
    books: Books,
    unbooked: HashSet<PurchaseId>,
    balance: TrialBalance,
    last: Option<StreamId>,
    report: Report,
}

impl<'a> Audit<'a> {
    fn new(log: &'a dyn EventLog, upcasters: &'a Upcasters) -> Self {
        Self {
            upcasters,
            streams: Streams::new(log, upcasters),
            commits: Commits::default(),
            money: MoneyRules::default(),
            stays: StayRules::default(),
            books: Books::default(),
            unbooked: HashSet::new(),
            balance: TrialBalance::default(),
            last: None,
            report: Report::default(),
        }
    }

    fn note(&mut self, rule: Rule, recorded: &Recorded, what: impl Into<String>) {
        self.report.note(rule, recorded.position, &recorded.stream, what);
    }

    async fn take(&mut self, recorded: &Recorded) -> Result<(), ReadError> {
        self.sequence(recorded);
        self.origin(recorded);
        self.form(recorded);
        self.commits.next(recorded, &mut self.report);
        let event = match Event::of(recorded, self.upcasters) {
            Ok(event) => event,
            Err(unreadable) => {
                self.note(Rule::Readable, recorded, unreadable.to_string());
                self.streams.give_up(&recorded.stream);
                return Ok(());
            }
        };
        self.order(recorded, &event).await?;
        self.replay(recorded, &event).await?;
        self.stays.take(recorded, &event);
        self.follow_money(recorded, &event);
        Ok(())
    }

    fn sequence(&mut self, recorded: &Recorded) {
        let due = self.report.head.0.saturating_add(1);
        if recorded.position != Position(due) {
            self.note(
                Rule::GaplessPositions,
                recorded,
                format!("position {due} was due"),
            );
        }
        self.report.head = self.report.head.max(recorded.position);
        self.report.counts.events += 1;
        *self
            .report
            .by_category
            .entry(recorded.stream.category().to_owned())
            .or_default() += 1;
        self.last = Some(recorded.stream.clone());
        let due = self.streams.expect(&recorded.stream, recorded.version);
        if recorded.version != due {
            let what = format!("version {} where {due} was due", recorded.version);
            self.note(Rule::GaplessVersions, recorded, what);
            self.streams.give_up(&recorded.stream);
        }
    }

    fn origin(&mut self, recorded: &Recorded) {
        let what = match recorded.metadata() {
            Err(_) => "the metadata cannot be read",
            Ok(it) if it.actor.is_empty() => "it names no actor",
            Ok(it) if it.correlation.is_empty() => "it names no correlation",
            Ok(it)
                if [&it.app, &it.causation, &it.request]
                    .into_iter()
                    .flatten()
                    .any(String::is_empty) =>
            {
                "a part of its origin is empty"
            }
            Ok(_) => return,
        };
        self.note(Rule::Origin, recorded, what);
    }

    fn form(&mut self, recorded: &Recorded) {
        for (name, text) in [
            ("payload", recorded.data.as_str()),
            ("metadata", recorded.metadata.as_str()),
        ] {
            let value: Option<Value> = serde_json::from_str(text).ok();
            let written = value.as_ref().and_then(|value| canonical_json(value).ok());
            if written.as_deref() != Some(text) {
                self.note(
                    Rule::Canonical,
                    recorded,
                    format!("the {name} is not canonical JSON"),
                );
            }
        }
        let Ok(payload) = serde_json::from_str::<Value>(&recorded.data) else {
            return;
        };
        let variant = payload.get("type").and_then(Value::as_str).unwrap_or_default();
        if recorded.kind != format!("{}.{variant}", recorded.stream.category()) {
            self.note(Rule::Readable, recorded, "its kind is not what the payload says");
        }
        for find in privacy::in_clear(recorded, &payload) {
            self.note(Rule::NothingInClear, recorded, find.text());
        }
    }

    async fn replay(&mut self, recorded: &Recorded, event: &Event) -> Result<(), ReadError> {
        let stream = &recorded.stream;
        if self.streams.is_broken(stream) {
            return Ok(());
        }
        let before = self.streams.take(stream, recorded.version).await?;
        let rule = rule_of_impossible(before.as_ref(), event);
        match State::apply(before, event) {
            Ok(state) => self.streams.put(stream, state),
            Err(error) => {
                let rule = if matches!(error, Unreadable::Impossible(_)) {
                    rule
                } else {
                    Rule::Possible
                };
                self.note(rule, recorded, error.to_string());
                self.streams.give_up(stream);
            }
        }
        Ok(())
    }

    /// What is issued for a purchase is what it ordered, in the wallet of whoever ordered it.
    async fn order(&mut self, recorded: &Recorded, event: &Event) -> Result<(), ReadError> {
        let Event::Wallet(WalletEvent::PassesIssued { cause, items, .. }) = event else {
            return Ok(());
        };
        self.report.counts.items_issued += u64::try_from(items.len()).unwrap_or(u64::MAX);
        let IssueCause::Purchase { purchase, .. } = cause else {
            return Ok(());
        };
        let Ok(stream) = StreamId::new(Purchase::CATEGORY, purchase) else {
            return Ok(());
        };
        let what = match self.streams.look(&stream).await? {
            Some(State::Purchase(state)) => {
                let Order {
                    user, items: lines, ..
                } = state.order();
                if !are_as_ordered(items, &issued_items(purchase, lines)) {
                    "the items are not those that were ordered"
                } else if recorded.stream.id() != user.as_str() {
                    "the items are in another wallet than that of who ordered them"
                } else {
                    return Ok(());
                }
            }
            // That there is no such purchase, or that it makes no sense, is said elsewhere.
            _ => return Ok(()),
        };
        self.note(Rule::AsOrdered, recorded, what);
        Ok(())
    }

    fn follow_money(&mut self, recorded: &Recorded, event: &Event) {
        let id = match event {
            Event::Purchase(_) => PurchaseId::parse(recorded.stream.id()).ok(),
            _ => None,
        };
        self.commits.take(id.as_ref(), event, recorded);
        if let Some(purchase) = hands_out_for(event) {
            self.money.issued(purchase, recorded, &mut self.report);
        }
        let Event::Purchase(event) = event else { return };
        let Some(id) = id else {
            self.note(Rule::Readable, recorded, "the stream is not named by a purchase");
            return;
        };
        self.money.take(&id, event, recorded, &mut self.report);
        if self.unbooked.contains(&id) {
            return;
        }
        match self.books.book(&id, event) {
            Ok(entry) if entry.is_balanced() => self.balance.add(&entry),
            Ok(_) => self.note(Rule::Balanced, recorded, "debits and credits of the event differ"),
            Err(unbookable) => {
                self.note(Rule::Balanced, recorded, unbookable.to_string());
                self.unbooked.insert(id);
            }
        }
    }

    fn finish(mut self, head: Position) -> Report {
        self.commits.close(&mut self.report);
        self.money.finish(&mut self.report);
        self.stays.finish(&mut self.report);
        self.report.counts.streams = u64::try_from(self.streams.count()).unwrap_or(u64::MAX);
        if let Some(last) = &self.last {
            let position = self.report.head;
            if position < head {
                let what = format!("the log ends here, and its head is said to be {head}");
                self.report.note(Rule::GaplessPositions, position, last, what);
            }
            if !self.balance.is_balanced() {
                self.report.note(
                    Rule::Balanced,
                    position,
                    last,
                    "debits and credits of the log differ",
                );
            }
        }
        self.report.violations.sort_by_key(|violation| violation.position);
        self.report
    }
}

/// What was paid for an item is not said by events that are older than its being recorded.
fn are_as_ordered(items: &[IssuedItem], ordered: &[IssuedItem]) -> bool {
    let is_as_ordered = |(item, ordered): (&IssuedItem, &IssuedItem)| {
        item.item == ordered.item
            && item.terms == ordered.terms
            && (item.paid.is_none() || item.paid == ordered.paid)
    };
    items.len() == ordered.len() && items.iter().zip(ordered).all(is_as_ordered)
}

/// Which rule an event breaks if it cannot follow upon the state before it.
fn rule_of_impossible(before: Option<&State>, event: &Event) -> Rule {
    match (before, event) {
        (Some(State::Wallet(wallet)), Event::Wallet(WalletEvent::PassActivated { pass, at, .. })) => {
            rule_of_activation(wallet, pass, *at)
        }
        (_, Event::Wallet(WalletEvent::PassesCapped { .. })) => Rule::CappedIsReplaced,
        // Two that count for one payment are one that was issued for nothing.
        (
            _,
            Event::Wallet(WalletEvent::PassesIssued {
                cause: IssueCause::Reissue { .. },
                ..
            }),
        ) => Rule::ChargedIsIssued,
        _ => Rule::Possible,
    }
}

fn rule_of_activation(wallet: &Wallet, pass: &domain::PassId, at: chrono::DateTime<chrono::Utc>) -> Rule {
    let Some(pass) = wallet.pass(pass) else {
        return Rule::Possible;
    };
    match (pass.standing(), pass.activation()) {
        (Standing::Moved { .. } | Standing::Refunded { .. }, _) => Rule::GoneIsGone,
        (Standing::Good, Some(before)) if at < before.ticket_expires_at => Rule::OneDevice,
        _ => Rule::Possible,
    }
}
