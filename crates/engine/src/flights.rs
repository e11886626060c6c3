//! Who is at work on what, within this process. Duplicates that arrive together wait for each other here instead of
//! meeting at Stripe; across servers the log's versions and Stripe's keys do the same, only slower.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use domain::PurchaseId;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// The name under which a purchase is driven.
pub(crate) fn seat_of(purchase: &PurchaseId) -> String {
    format!("purchase:{purchase}")
}

/// One lock per name, kept only while somebody holds or wants it.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    locks: Mutex<HashMap<String, Weak<AsyncMutex<()>>>>,
}

impl Flights {
    /// Waits until nobody else in this process works on `name`.
    pub(crate) async fn board(&self, name: String) -> OwnedMutexGuard<()> {
        let lock = self.lock_of(name);
        lock.lock_owned().await
    }

    /// Marks that somebody works on `name`, unless somebody does already. It keeps nobody from working on it as well.
    pub(crate) fn try_board(&self, name: String) -> Option<OwnedMutexGuard<()>> {
        self.lock_of(name).try_lock_owned().ok()
    }

    fn lock_of(&self, name: String) -> Arc<AsyncMutex<()>> {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        if locks.len() > 1_024 {
            locks.retain(|_, lock| lock.strong_count() > 0);
        }
        if let Some(lock) = locks.get(&name).and_then(Weak::upgrade) {
            return lock;
        }
        let lock = Arc::new(AsyncMutex::new(()));
        locks.insert(name, Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn two_never_fly_under_one_name() {
        let flights = Arc::new(Flights::default());
        let (aboard, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let (flights, aboard, most) = (flights.clone(), aboard.clone(), most.clone());
                tokio::spawn(async move {
                    let _seat = flights.board("one".to_owned()).await;
                    most.fetch_max(aboard.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    aboard.fetch_sub(1, Ordering::SeqCst);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }
}
