//! The vault as its callers hold it.

use std::fmt;
use std::sync::Arc;

use event_log::{Database, Store};

use crate::VaultError;
use crate::crypto::{MasterKey, Secret, derive};
use crate::root;
use crate::sealing::KeyCache;

/// Keys, sessions and secrets of one database. Cheap to clone; clones share their cache.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    store: Store,
    root: Secret,
    wrapping: Secret,
    cache: KeyCache,
}

impl Vault {
    /// Opens the vault of a database, making its root secret if there is none yet. Several servers may do so at the
    /// same time.
    ///
    /// With a master key the root secret is stored wrapped, and the keys of users hang on it. A database that was
    /// begun without one is protected from the first time it is opened with one. Replaced copies of the unprotected
    /// secret remain where the store keeps history (PostgreSQL's write-ahead log, backups).
    ///
    /// # Errors
    /// [`VaultError::MasterKeyMissing`] and [`VaultError::MasterKeyWrong`] when the database is protected otherwise.
    pub async fn open(database: &Database, master_key: Option<MasterKey>) -> Result<Self, VaultError> {
        let store = database.vault().clone();
        let root = root::load_or_create(&store, master_key.as_ref()).await?;
        let wrapping = derive(&root, "wrap user keys");
        Ok(Self(Arc::new(Inner {
            store,
            root,
            wrapping,
            cache: KeyCache::new(),
        })))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn root(&self) -> &Secret {
        &self.0.root
    }

    pub(crate) fn wrapping(&self) -> &Secret {
        &self.0.wrapping
    }

    pub(crate) fn cache(&self) -> &KeyCache {
        &self.0.cache
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}
