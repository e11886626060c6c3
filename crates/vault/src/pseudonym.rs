//! A rider's id, from which nobody learns the app's own name for the rider.

use domain::{AppId, UserId};
use uuid::Builder;

use crate::Vault;
use crate::crypto::{derive, hmac_sha256};

impl Vault {
    /// The id of an app's rider: a keyed hash of the JWT's `sub`, as a UUID of version 8 (RFC 9562, section 5.8).
    ///
    /// It is the same for the life of the database and needs no table. Without the root secret it cannot be tied to
    /// the `sub`, nor can riders of two apps be told to be the same person.
    #[must_use]
    pub fn pseudonym(&self, app: &AppId, subject: &str) -> UserId {
        self.pseudonym_under("pseudonym", app, subject)
    }

    /// The id of an app's test user. It is derived under a key of its own, so that no name a test user is given leads to
    /// a rider's id, nor a rider's to a test user's.
    #[must_use]
    pub fn test_pseudonym(&self, app: &AppId, subject: &str) -> UserId {
        self.pseudonym_under("test pseudonym", app, subject)
    }

    fn pseudonym_under(&self, label: &str, app: &AppId, subject: &str) -> UserId {
        let key = derive(self.root(), label);
        // The app's length delimits it: ("a", "bc") and ("ab", "c") are different riders.
        let app = app.as_str().as_bytes();
        let [id @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
            hmac_sha256(&key, &[&app.len().to_be_bytes(), app, subject.as_bytes()]);
        UserId::from_uuid(Builder::from_custom_bytes(id).into_uuid())
    }
}
