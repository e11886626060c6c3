//! Idempotency keys of requests that are being executed: a second request with such a key gets 409.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug, Clone, Default)]
pub(crate) struct Gate {
    busy: Arc<Mutex<HashSet<(String, String)>>>,
}

/// Holds a key until it is dropped.
pub(crate) struct Held {
    gate: Gate,
    key: (String, String),
}

impl Gate {
    /// `None` if another request holds the key.
    pub(crate) fn enter(&self, key: (String, String)) -> Option<Held> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(key.clone()).then(|| Held {
            gate: self.clone(),
            key,
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.gate
            .busy
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_can_be_held_once_and_again_after_release() {
        let gate = Gate::default();
        let key = ("acct_1".to_owned(), "k".to_owned());
        let held = gate.enter(key.clone());
        assert!(held.is_some());
        assert!(gate.enter(key.clone()).is_none());
        drop(held);
        assert!(gate.enter(key).is_some());
    }
}
