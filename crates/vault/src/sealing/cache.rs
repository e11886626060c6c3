//! Keys in use, so that not every sealed text costs a look-up.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::UserId;

use crate::crypto::SealingKey;

/// How long a key is used without asking the store: the time within which every server learns of its destruction.
pub(super) const KEPT_FOR: Duration = Duration::from_secs(30);

/// Most keys held at once.
const CAPACITY: usize = 4096;

/// A bounded cache of unwrapped keys.
#[derive(Debug)]
pub(crate) struct KeyCache(Mutex<Held>);

#[derive(Debug)]
struct Held {
    keys: HashMap<UserId, (Arc<SealingKey>, Instant)>,
    /// In order of arrival. A key that was read again stands here twice; its older place counts for nothing.
    arrivals: VecDeque<(UserId, Instant)>,
    /// Counts destructions.
    generation: u64,
}

/// Taken before the store is asked. A key that is destroyed between the question and the answer is not cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket(u64);

impl KeyCache {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Held {
            keys: HashMap::new(),
            arrivals: VecDeque::new(),
            generation: 0,
        }))
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Every change below is complete before anything could panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ticket(&self) -> Ticket {
        Ticket(self.held().generation)
    }

    pub(super) fn get(&self, user: &UserId, now: Instant) -> Option<Arc<SealingKey>> {
        let held = self.held();
        let (key, since) = held.keys.get(user)?;
        (now.saturating_duration_since(*since) < KEPT_FOR).then(|| Arc::clone(key))
    }

    pub(super) fn put(&self, ticket: Ticket, user: UserId, key: Arc<SealingKey>, now: Instant) {
        let mut held = self.held();
        if held.generation != ticket.0 {
            return;
        }
        held.arrivals.push_back((user.clone(), now));
        held.keys.insert(user, (key, now));
        held.make_room(now);
    }

    pub(super) fn forget(&self, user: &UserId) {
        let mut held = self.held();
        held.generation = held.generation.wrapping_add(1);
        held.keys.remove(user);
    }
}

impl Held {
    /// Drops what is too old and, beyond the capacity, what came first.
    fn make_room(&mut self, now: Instant) {
        while let Some((_, since)) = self.arrivals.front() {
            let stale = now.saturating_duration_since(*since) >= KEPT_FOR;
            if !stale && self.arrivals.len() <= CAPACITY {
                return;
            }
            let Some((user, since)) = self.arrivals.pop_front() else {
                return;
            };
            if self
                .keys
                .get(&user)
                .is_some_and(|(_, held_since)| *held_since == since)
            {
                self.keys.remove(&user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::crypto::Secret;

    fn user(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    fn key() -> Arc<SealingKey> {
        Arc::new(SealingKey::new(&Secret::from_bytes([1; 32])))
    }

    #[test]
    fn a_key_is_held_for_a_while_and_not_longer() {
        let (cache, now) = (KeyCache::new(), Instant::now());
        cache.put(cache.ticket(), user(1), key(), now);
        assert!(cache.get(&user(1), now).is_some());
        assert!(cache.get(&user(1), now + KEPT_FOR).is_none());
        assert!(cache.get(&user(2), now).is_none());
    }

    #[test]
    fn a_key_destroyed_while_it_was_being_read_is_not_held() {
        let (cache, now) = (KeyCache::new(), Instant::now());
        let ticket = cache.ticket();
        cache.forget(&user(1));
        cache.put(ticket, user(1), key(), now);
        assert!(cache.get(&user(1), now).is_none());
        cache.put(cache.ticket(), user(2), key(), now);
        assert!(cache.get(&user(2), now).is_some());
    }

    #[test]
    fn the_cache_is_bounded_and_lets_go_of_the_oldest() {
        let (cache, now) = (KeyCache::new(), Instant::now());
        let count = u128::try_from(CAPACITY).unwrap() + 10;
        for number in 0..count {
            cache.put(cache.ticket(), user(number), key(), now);
            cache.put(cache.ticket(), user(number), key(), now + Duration::from_nanos(1));
        }
        let held = cache.held();
        assert!(held.keys.len() <= CAPACITY && held.arrivals.len() <= CAPACITY);
        assert!(held.keys.contains_key(&user(count - 1)) && !held.keys.contains_key(&user(0)));
        drop(held);
        cache.put(cache.ticket(), user(count), key(), now + KEPT_FOR * 2);
        assert_eq!(cache.held().keys.len(), 1);
    }
}
