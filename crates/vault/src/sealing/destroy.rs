//! Erasing a person by destroying a key.

use domain::UserId;

use crate::rows::{scrub, user_keys};
use crate::{Vault, VaultError};

impl Vault {
    /// Destroys the user's key and ends the user's sessions. What was sealed for the user is unreadable for ever,
    /// wherever it stands, and nothing can be sealed for the user any more. Doing it again changes nothing; so does
    /// it for a user who never had a key, except that none is made any more.
    ///
    /// On this server it holds at once, on others within the half minute for which they hold keys in use. SQLite's file and
    /// write-ahead log are wiped of the key. PostgreSQL forgets the old row when it is vacuumed; copies in its
    /// write-ahead log archive and in backups last as long as these are kept.
    pub async fn destroy_key(&self, user: &UserId) -> Result<(), VaultError> {
        let destroyed = user_keys::destroy(self.store(), user).await;
        // Even where the outcome is unknown: the next use asks the store.
        self.cache().forget(user);
        destroyed?;
        scrub(self.store()).await
    }
}
