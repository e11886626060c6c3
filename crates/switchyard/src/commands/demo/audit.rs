//! Journey 5: the log, the books that follow from it, and whether both agree with Stripe's.

use std::collections::BTreeSet;

use anyhow::Context;
use event_log::{Filter, Position, Recorded};
use projector::ledger::TrialBalance;
use serde_json::Value;

use super::{stage::Stage, story::Story};

pub(crate) async fn tell(stage: &Stage, story: &mut Story) -> anyhow::Result<()> {
    let log = stage.world.database.log();
    let upcasters = engine::handle::upcasters();
    story.title("The event log");
    let events = log.read(Position::START, 10_000, &Filter::All).await?;
    for event in &events {
        story.show(&line(event));
    }
    story.title("Trial balance");
    let balance = TrialBalance::of(&*log, &upcasters).await?;
    story.show(&balance.to_string());
    story.check("debits equal credits in every currency", balance.is_balanced());

    story.title("Verification");
    let report = projector::audit::verify(&*log, &upcasters).await?;
    story.show(&report.to_string());
    story.check("every invariant holds over the whole log", report.is_sound());
    let books = stage.stripe().books();
    let named = charges_named(&events)?;
    let agree = charges_taken(&books) == named.iter().map(String::as_str).collect();
    story.check(
        "Stripe's books hold exactly the charges that the log names",
        agree && !named.is_empty(),
    );
    Ok(())
}

fn line(event: &Recorded) -> String {
    let actor = event
        .metadata()
        .map_or_else(|_| "?".to_owned(), |metadata| metadata.actor);
    let at = event.at.format("%H:%M:%S%.3f");
    format!(
        "{:>4}  {at}  {:<46} {:<32} {actor}",
        event.position.0,
        event.stream.as_str(),
        event.kind
    )
}

/// The rows of one kind in an account's books.
fn rows<'a>(account: Option<&'a Value>, kind: &str) -> impl Iterator<Item = &'a Value> {
    account
        .and_then(|account| account.get(kind))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn of<'a>(books: &'a Value, account: &str, kind: &str) -> impl Iterator<Item = &'a Value> {
    rows(
        books.get("accounts").and_then(|accounts| accounts.get(account)),
        kind,
    )
}

/// The charges on an account, by Stripe's own books.
pub(crate) fn charges_of<'a>(books: &'a Value, account: &str) -> impl Iterator<Item = &'a Value> {
    of(books, account, "charges")
}

/// The refunds on an account, by Stripe's own books.
pub(crate) fn refunds_of<'a>(books: &'a Value, account: &str) -> impl Iterator<Item = &'a Value> {
    of(books, account, "refunds")
}

/// The ids of all successful charges, by Stripe's own books.
fn charges_taken(books: &Value) -> BTreeSet<&str> {
    let accounts = books
        .get("accounts")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|map| map.values());
    accounts
        .flat_map(|account| rows(Some(account), "charges"))
        .filter(|charge| charge.get("status").and_then(Value::as_str) == Some("succeeded"))
        .filter_map(|charge| charge.get("id")?.as_str())
        .collect()
}

/// The ids of all charges that the log names.
fn charges_named(events: &[Recorded]) -> anyhow::Result<BTreeSet<String>> {
    let charged = events.iter().filter(|event| event.kind == "purchase.charged");
    charged
        .map(|event| {
            let data: Value = serde_json::from_str(&event.data)?;
            let charge = data.pointer("/facts/charge").and_then(Value::as_str);
            charge.map(str::to_owned).context("a charge without a name")
        })
        .collect()
}
