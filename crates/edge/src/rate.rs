//! So many requests per API key, and no more.

use std::{
    hash::BuildHasher,
    net::{IpAddr, Ipv4Addr},
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};

use crate::{caller::key_of, limits::Rate, listener::Peer, server::Edge, ticketing::TicketingError};

/// Buckets for all who have no key that we issued. Several addresses may share one, and so whoever has many addresses
/// fills no memory.
const STRANGERS: u64 = 1 << 14;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Whoever holds this key, which we issued.
    Key([u8; 32]),
    /// Somebody without one, at this address.
    Stranger(IpAddr),
}

type Limiter<K, C> = RateLimiter<K, HashMapStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Buckets for each issued key and for everybody else: as many as were issued, and a fixed number.
pub(crate) struct Buckets<C: Clock = DefaultClock> {
    keys: Limiter<[u8; 32], C>,
    strangers: Limiter<u64, C>,
    hasher: std::hash::RandomState,
    clock: C,
}

impl Buckets {
    pub(crate) fn new(rate: Rate) -> Self {
        Self::with_clock(rate, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Buckets<C> {
    fn with_clock(rate: Rate, clock: C) -> Self {
        let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
        Self {
            keys: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()),
            strangers: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()),
            hasher: std::hash::RandomState::new(),
            clock,
        }
    }

    /// Takes a token, or says in how many whole seconds there is one again.
    pub(crate) fn take(&self, who: Who) -> Result<(), u32> {
        let taken = match who {
            Who::Key(digest) => self.keys.check_key(&digest),
            Who::Stranger(address) => self.strangers.check_key(&self.bucket(address)),
        };
        taken.map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            let whole = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0));
            u32::try_from(whole).unwrap_or(u32::MAX).max(1)
        })
    }

    /// A network that one customer gets is one address, or IPv6 would give everybody as many as they like.
    fn bucket(&self, address: IpAddr) -> u64 {
        let network = match address.to_canonical() {
            IpAddr::V4(address) => u64::from(address.to_bits()),
            IpAddr::V6(address) => u64::try_from(address.to_bits() >> 64).unwrap_or_default(),
        };
        self.hasher.hash_one(network) % STRANGERS
    }
}

/// Refuses a request of the ticketing API whose key has none left, before anything is done for it.
pub(crate) async fn limit(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let Some(buckets) = edge.buckets() else {
        return next.run(request).await;
    };
    let who = match key_of(&edge, request.headers()) {
        Some((key, Some(_))) => Who::Key(*key.sha256()),
        // Any well-formed key opens `fake`, so that a key there says nothing about who asks.
        Some(_) | None => stranger(&request),
    };
    match buckets.take(who) {
        Ok(()) => next.run(request).await,
        Err(seconds) => {
            metrics::counter!("http_requests_limited_total").increment(1);
            TicketingError::rate_limited(seconds).into_response()
        }
    }
}

fn stranger(request: &Request) -> Who {
    let peer = request.extensions().get::<Peer>();
    Who::Stranger(peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0))
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU32, time::Duration};

    use governor::clock::FakeRelativeClock;

    use super::*;

    fn buckets(per_second: u32, burst: u32) -> (Buckets<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let rate = Rate {
            per_second: NonZeroU32::new(per_second).unwrap(),
            burst: NonZeroU32::new(burst).unwrap(),
        };
        (Buckets::with_clock(rate, clock.clone()), clock)
    }

    fn from(address: &str) -> Who {
        Who::Stranger(address.parse().unwrap())
    }

    #[test]
    fn a_key_has_its_burst_at_once_and_then_its_rate() {
        let (buckets, clock) = buckets(2, 3);
        let key = Who::Key([1; 32]);
        assert_eq!([(); 3].map(|()| buckets.take(key)), [Ok(()); 3]);
        assert_eq!(buckets.take(key), Err(1));
        clock.advance(Duration::from_millis(500));
        assert_eq!((buckets.take(key), buckets.take(key)), (Ok(()), Err(1)));
        clock.advance(Duration::from_mins(1));
        assert_eq!([(); 3].map(|()| buckets.take(key)), [Ok(()); 3]);
        assert!(
            buckets.take(key).is_err(),
            "a pause saves up no more than a burst"
        );
    }

    #[test]
    fn waiting_as_long_as_is_said_is_long_enough() {
        let clock = FakeRelativeClock::default();
        let quota = Quota::with_period(Duration::from_millis(2_500)).unwrap();
        let buckets = Buckets {
            keys: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()),
            strangers: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()),
            hasher: std::hash::RandomState::new(),
            clock: clock.clone(),
        };
        let key = Who::Key([1; 32]);
        assert_eq!(buckets.take(key), Ok(()));
        assert_eq!(buckets.take(key), Err(3));
        clock.advance(Duration::from_secs(3));
        assert_eq!(buckets.take(key), Ok(()));
    }

    #[test]
    fn one_key_takes_nothing_from_another_or_from_strangers() {
        let (buckets, _) = buckets(1, 1);
        assert_eq!(buckets.take(Who::Key([1; 32])), Ok(()));
        assert!(buckets.take(Who::Key([1; 32])).is_err());
        assert_eq!(buckets.take(Who::Key([2; 32])), Ok(()));
        assert_eq!(buckets.take(from("192.0.2.1")), Ok(()));
        assert!(buckets.take(from("192.0.2.1")).is_err());
        assert!(
            buckets.take(from("::ffff:192.0.2.1")).is_err(),
            "the same address, written otherwise"
        );
    }

    #[test]
    fn a_network_of_one_customer_is_one_stranger() {
        let (buckets, _) = buckets(1, 1);
        assert_eq!(buckets.take(from("2001:db8:1:2::1")), Ok(()));
        assert!(buckets.take(from("2001:db8:1:2:ffff::9")).is_err());
    }

    #[test]
    fn strangers_fill_no_memory() {
        let (buckets, _) = buckets(1, 1);
        for number in 0..3 * STRANGERS {
            let address = Ipv4Addr::from_bits(u32::try_from(number).unwrap());
            let _ = buckets.take(Who::Stranger(IpAddr::V4(address)));
        }
        assert!(u64::try_from(buckets.strangers.len()).unwrap() <= STRANGERS);
    }
}
