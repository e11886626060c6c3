//! The one row that holds the root secret.

use event_log::Store;

use super::on_either;
use crate::VaultError;

/// How the secret stands in its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// As it is: no master key is configured.
    Clear,
    /// Wrapped by the master key.
    MasterKey,
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::MasterKey => "master_key",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Clear, Self::MasterKey]
            .into_iter()
            .find(|scheme| scheme.name() == name)
    }
}

/// The root secret as stored.
pub(crate) struct Row {
    pub(crate) scheme: Scheme,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) async fn read(store: &Store) -> Result<Option<Row>, VaultError> {
    const READ: &str = "SELECT scheme, secret FROM root WHERE id = 1";
    let row: Option<(String, Vec<u8>)> =
        on_either!(store, pool => sqlx::query_as(READ).fetch_optional(pool).await)?;
    let Some((scheme, bytes)) = row else {
        return Ok(None);
    };
    let scheme = Scheme::parse(&scheme).ok_or(VaultError::Damaged("root secret"))?;
    Ok(Some(Row { scheme, bytes }))
}

/// Stores the row unless there is one.
pub(crate) async fn offer(store: &Store, row: &Row) -> Result<(), VaultError> {
    const OFFER: &str = "INSERT INTO root (id, scheme, secret) VALUES (1, $1, $2) ON CONFLICT DO NOTHING";
    let (scheme, bytes) = (row.scheme.name(), row.bytes.as_slice());
    on_either!(store, pool => sqlx::query(OFFER).bind(scheme).bind(bytes).execute(pool).await.map(drop))?;
    Ok(())
}

/// Stores `new` if the row is still `old`.
pub(crate) async fn replace(store: &Store, old: &Row, new: &Row) -> Result<(), VaultError> {
    const REPLACE: &str =
        "UPDATE root SET scheme = $1, secret = $2 WHERE id = 1 AND scheme = $3 AND secret = $4";
    let (scheme, bytes) = (new.scheme.name(), new.bytes.as_slice());
    let (old_scheme, old_bytes) = (old.scheme.name(), old.bytes.as_slice());
    on_either!(store, pool => {
        let query = sqlx::query(REPLACE).bind(scheme).bind(bytes).bind(old_scheme).bind(old_bytes);
        query.execute(pool).await.map(drop)
    })?;
    Ok(())
}
