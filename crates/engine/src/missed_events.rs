//! Events that Stripe told and nobody here heard: read from Stripe's own list, and taken in as if they had been told.

use chrono::{DateTime, TimeDelta, Utc};
use domain::StripeAccountId;
use event_log::{Snapshot, StreamId};
use futures::{StreamExt, stream};
use payments::{EventPage, Outcome, Platform, StripeEvent};

use crate::{
    Engine, Failure, ReceiveProblem, Received,
    poll::{pause, to_delta},
};

/// How many accounts are walked at the same time, and in one round at most; the others have their turn in the next.
const AT_ONCE: usize = 4;
const A_ROUND: usize = 200;

/// How long Stripe keeps events.
const KEPT: TimeDelta = TimeDelta::days(30);

/// How far before the last moment seen a walk begins: events are not listed in the very order of their times, and clocks
/// differ.
const OVERLAP: TimeDelta = TimeDelta::minutes(10);

/// How many pages one step holds in memory. A step with more is cut in half, down to one second.
const A_STEP: usize = 5;
const SHORTEST: TimeDelta = TimeDelta::seconds(1);

/// How many steps one turn of an account takes.
const A_TURN: usize = 40;

/// Under what the last moment seen is kept: that of the newest event, by Stripe's clock, since ours may be wrong. It may be thrown away: then everything that Stripe keeps is walked again.
const SEEN: &str = "eventsseen";
const SHAPE: u16 = 1;

/// Whose events are walked.
#[derive(Clone)]
struct Source {
    /// The connected account; none for the platform's own.
    account: Option<StripeAccountId>,
    /// What the moment is kept under.
    name: String,
    platforms: Vec<Platform>,
}

/// What came of asking for a stretch of time.
enum Stretch {
    /// Everything that happened in it, the oldest first.
    All(Vec<StripeEvent>),
    /// It holds more than one step takes.
    TooMuch,
    /// Stripe did not show it.
    Unseen,
}

impl Engine {
    /// Walks the events of every account whose turn it is. Gives how many of them nobody had heard.
    pub async fn look_for_missed_events(&self) -> usize {
        let now = self.host().now();
        let due: Vec<Source> = self
            .sources()
            .into_iter()
            .filter(|source| self.is_turn(source, now))
            .take(A_ROUND)
            .collect();
        let missed = stream::iter(due).map(|source| async move {
            self.walked().note(&source.name, self.host().now());
            match self.walk_events(&source).await {
                Ok(missed) => missed,
                Err(failure) => {
                    tracing::warn!(account = source.name, %failure, "its events are left for the next round");
                    0
                }
            }
        });
        let missed: usize = missed
            .buffer_unordered(AT_ONCE)
            .fold(0, async |sum, it| sum + it)
            .await;
        metrics::counter!("stripe_events_missed_total").increment(u64::try_from(missed).unwrap_or(u64::MAX));
        missed
    }

    /// Whether it was not walked lately; what was never walked by this process is.
    fn is_turn(&self, source: &Source, now: DateTime<Utc>) -> bool {
        let usual = self.settings().missed_events_every;
        self.walked()
            .last(&source.name)
            .is_none_or(|last| now - last >= to_delta(pause(&source.name, usual)))
    }

    /// Every platform account, and every account that operators are paid on.
    fn sources(&self) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::new();
        let mut add = |source: Source| {
            if !sources.iter().any(|known| known.name == source.name) {
                sources.push(source);
            }
        };
        for app in self.directory().apps() {
            if let (Some(own), Some(platform)) = (app.platform(), self.platform(app.id())) {
                add(Source {
                    account: None,
                    name: own.account.to_string(),
                    platforms: vec![platform],
                });
            }
        }
        for operator in self.directory().operators() {
            let Some(account) = operator.account().map(|it| it.account.clone()) else {
                continue;
            };
            let platforms = self.platforms_on(&account);
            if !platforms.is_empty() {
                add(Source {
                    name: account.to_string(),
                    account: Some(account),
                    platforms,
                });
            }
        }
        sources
    }

    /// From the last moment seen to now, in steps that fit into memory.
    async fn walk_events(&self, source: &Source) -> Result<usize, Failure> {
        let begun = self.host().now();
        let oldest = begun - KEPT;
        let known = self.seen_until(source).await?;
        let mut seen = known.map_or(oldest, |seen| seen - OVERLAP).max(oldest);
        let mut missed = 0;
        let mut step = KEPT;
        for _ in 0..A_TURN {
            // What happens in this very second may not be all listed yet; the overlap of the next walk has it.
            let until = (seen + step).min(begun + SHORTEST);
            match self.stretch(source, seen, until).await {
                Stretch::Unseen => break,
                Stretch::TooMuch => {
                    step = ((until - seen) / 2).max(SHORTEST);
                    continue;
                }
                Stretch::All(events) => {
                    for event in &events {
                        missed += usize::from(self.take_in_missed(event).await?);
                    }
                    if let Some(newest) = events.iter().map(|event| event.created).max() {
                        self.keep_seen(source, newest).await;
                    }
                }
            }
            seen = until;
            if seen >= begun {
                break;
            }
            step = step * 2;
        }
        Ok(missed)
    }

    async fn stretch(&self, source: &Source, since: DateTime<Utc>, until: DateTime<Utc>) -> Stretch {
        for platform in &source.platforms {
            let found = self.pages(platform, source.account.as_ref(), since, until).await;
            if !matches!(found, Stretch::Unseen) {
                return found;
            }
        }
        Stretch::Unseen
    }

    async fn pages(
        &self,
        platform: &Platform,
        account: Option<&StripeAccountId>,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Stretch {
        let mut page = EventPage {
            since,
            until,
            after: None,
        };
        let mut events = Vec::new();
        // A second cannot be cut.
        let most = match until - since <= SHORTEST {
            true => usize::MAX,
            false => A_STEP,
        };
        for _ in 0..most {
            let listed = match self.gateway().list_events(platform, account, &page).await {
                Outcome::Done(done) => done.value,
                Outcome::Refused(refusal) => {
                    tracing::info!(account = ?account, code = refusal.code, "Stripe would not list events");
                    return Stretch::Unseen;
                }
                Outcome::NotExecuted(_) | Outcome::Unknown(_) => return Stretch::Unseen,
            };
            let last = listed.items.last().map(|event| event.id.clone());
            events.extend(listed.items);
            match last.filter(|last| listed.has_more && page.after.as_ref() != Some(last)) {
                Some(last) => page.after = Some(last),
                None => {
                    events.reverse();
                    return Stretch::All(events);
                }
            }
        }
        Stretch::TooMuch
    }

    /// Whether nobody had heard of it, and something follows from it.
    async fn take_in_missed(&self, event: &StripeEvent) -> Result<bool, Failure> {
        match self.take_in(event).await {
            Ok(Received::Kept(id)) => {
                if let Err(failure) = self.act_on(&id).await {
                    tracing::warn!(%id, %failure, "what Stripe listed is left for the resolver");
                }
                Ok(true)
            }
            Ok(Received::Known | Received::Reported | Received::Unheeded) => Ok(false),
            Err(ReceiveProblem::Failure(failure)) => Err(failure),
            Err(ReceiveProblem::NotBelieved(_) | ReceiveProblem::Unreadable(_)) => {
                tracing::warn!("an event that Stripe listed could not be read");
                Ok(false)
            }
        }
    }

    async fn seen_until(&self, source: &Source) -> Result<Option<DateTime<Utc>>, Failure> {
        let Ok(stream) = StreamId::new(SEEN, &source.name) else {
            return Ok(None);
        };
        let kept = self
            .log()
            .snapshot(&stream)
            .await?
            .filter(|it| it.schema == SHAPE);
        let seconds = kept.and_then(|it| i64::try_from(it.version).ok());
        Ok(seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)))
    }

    /// Of several servers, the one that has come the furthest counts.
    async fn keep_seen(&self, source: &Source, until: DateTime<Utc>) {
        let (Ok(stream), Ok(version)) = (
            StreamId::new(SEEN, &source.name),
            u64::try_from(until.timestamp()),
        ) else {
            return;
        };
        let snapshot = Snapshot {
            stream,
            version,
            schema: SHAPE,
            state: String::new(),
        };
        if let Err(error) = self.log().save_snapshot(snapshot).await {
            tracing::debug!(account = source.name, %error, "how far events were seen is not kept");
        }
    }
}
