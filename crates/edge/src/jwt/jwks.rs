//! The key sets of all apps, fetched no more often than needed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::fetch::JwksFetcher;
use super::keys::Keys;
use super::{JwksUrl, JwtError};

/// How long a key set is used before it is fetched again.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// How long a key set is used while it cannot be fetched again. Then a key that was withdrawn may still be in it.
const STALE: TimeDelta = TimeDelta::hours(1);

/// Least time between two fetches, whether for an unknown key, a wrong signature or after a failure: whoever sends
/// nonsense cannot make us call an app's server more often.
const BETWEEN: TimeDelta = TimeDelta::seconds(15);

/// Which fetch a key set came from, so that a reader can ask for a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Generation(u64);

/// A key set as it is handed out.
#[derive(Debug, Clone)]
pub(super) struct Fetched {
    pub(super) keys: Arc<Keys>,
    pub(super) generation: Generation,
    at: DateTime<Utc>,
}

#[derive(Debug, Default)]
struct State {
    fetched: Option<Fetched>,
    last_attempt: Option<DateTime<Utc>>,
}

/// One URL. At most one fetch is under way at a time; it goes on even if the request that began it is given up.
#[derive(Debug, Default)]
struct Entry {
    state: Mutex<State>,
    flight: Arc<tokio::sync::Mutex<()>>,
}

/// A cache of key sets by URL: as many as apps have URLs configured.
pub struct JwksCache {
    fetcher: Arc<dyn JwksFetcher>,
    entries: Mutex<HashMap<JwksUrl, Arc<Entry>>>,
}

impl std::fmt::Debug for JwksCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JwksCache").finish_non_exhaustive()
    }
}

/// Whether `at` is less than `span` before `now`. A clock that was set back makes nothing young.
fn within(span: TimeDelta, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let age = now.signed_duration_since(at);
    age >= TimeDelta::zero() && age < span
}

impl Entry {
    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is a single assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self, span: TimeDelta, now: DateTime<Utc>) -> Option<Fetched> {
        self.state()
            .fetched
            .clone()
            .filter(|fetched| within(span, fetched.at, now))
    }

    fn newer(&self, than: Generation) -> Option<Fetched> {
        self.state()
            .fetched
            .clone()
            .filter(|fetched| fetched.generation > than)
    }

    /// Whether enough time has passed; if so, it counts as an attempt.
    fn may_fetch(&self, now: DateTime<Utc>) -> bool {
        let mut state = self.state();
        if state.last_attempt.is_some_and(|last| within(BETWEEN, last, now)) {
            return false;
        }
        state.last_attempt = Some(now);
        true
    }

    fn store(&self, keys: Keys, now: DateTime<Utc>) {
        let mut state = self.state();
        let generation = state
            .fetched
            .as_ref()
            .map_or(0, |fetched| fetched.generation.0.wrapping_add(1));
        state.fetched = Some(Fetched {
            keys: Arc::new(keys),
            generation: Generation(generation),
            at: now,
        });
    }
}

impl JwksCache {
    /// An empty cache that fetches with `fetcher`.
    #[must_use]
    pub fn new(fetcher: impl JwksFetcher) -> Self {
        Self {
            fetcher: Arc::new(fetcher),
            entries: Mutex::default(),
        }
    }

    fn entry(&self, url: &JwksUrl) -> Arc<Entry> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(entries.entry(url.clone()).or_default())
    }

    /// The keys at the URL, fetched if need be. While they are being fetched again, or cannot be, those that are
    /// held serve on for a while.
    pub(super) async fn keys(&self, url: &JwksUrl, now: DateTime<Utc>) -> Result<Fetched, JwtError> {
        let entry = self.entry(url);
        if let Some(fresh) = entry.held(FRESH, now) {
            return Ok(fresh);
        }
        let stale = entry.held(STALE, now);
        let flight = match (Arc::clone(&entry.flight).try_lock_owned(), &stale) {
            (Ok(flight), _) => flight,
            (Err(_), Some(stale)) => return Ok(stale.clone()),
            (Err(_), None) => Arc::clone(&entry.flight).lock_owned().await,
        };
        if let Some(fresh) = entry.held(FRESH, now) {
            return Ok(fresh);
        }
        if entry.may_fetch(now) {
            self.fetch(url, &entry, flight, now).await;
        }
        entry.held(STALE, now).ok_or(JwtError::KeysUnavailable)
    }

    /// Keys newer than those of `than`, fetched if that is not too soon; nothing if there are none.
    pub(super) async fn newer(&self, url: &JwksUrl, than: Generation, now: DateTime<Utc>) -> Option<Fetched> {
        let entry = self.entry(url);
        if let Some(newer) = entry.newer(than) {
            return Some(newer);
        }
        let flight = Arc::clone(&entry.flight).lock_owned().await;
        if entry.newer(than).is_none() && entry.may_fetch(now) {
            self.fetch(url, &entry, flight, now).await;
        }
        entry.newer(than)
    }

    async fn fetch(
        &self,
        url: &JwksUrl,
        entry: &Arc<Entry>,
        flight: tokio::sync::OwnedMutexGuard<()>,
        now: DateTime<Utc>,
    ) {
        let (entry, url, fetching) = (Arc::clone(entry), url.clone(), self.fetcher.fetch(url));
        let fetch = tokio::spawn(async move {
            match fetching.await.map(|document| Keys::parse(&document)) {
                Ok(Some(keys)) => entry.store(keys, now),
                Ok(None) => tracing::warn!(url = url.as_str(), "what was fetched is no key set"),
                Err(error) => tracing::warn!(url = url.as_str(), %error, "an app's keys cannot be fetched"),
            }
            drop(flight);
        });
        // It fails only if the fetcher panics; then nothing was stored, and the caller sees that.
        let _ = fetch.await;
    }
}
