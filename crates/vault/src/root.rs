//! The root secret: made once, by whichever server comes first, and stored wrapped if there is a master key.

use event_log::Store;

use crate::VaultError;
use crate::crypto::{MasterKey, Secret, open, wrap};
use crate::rows::root::{self as rows, Row, Scheme};
use crate::rows::scrub;

/// Binds the wrapped secret to its place.
const CONTEXT: &[u8] = b"switchyard root secret 1";

/// Finds the root secret, or makes it.
///
/// Servers that start at the same time agree: all offer one, the store keeps the first, and all take what was kept.
/// A master key that is configured for the first time takes the stored secret under its protection; from then on no
/// server opens the vault without it.
pub(crate) async fn load_or_create(store: &Store, master: Option<&MasterKey>) -> Result<Secret, VaultError> {
    let stored = match rows::read(store).await? {
        Some(row) => row,
        None => create(store, master).await?,
    };
    match (master, stored.scheme) {
        (Some(master), Scheme::Clear) => adopt(store, master, &stored).await,
        _ => reveal(master, &stored),
    }
}

async fn create(store: &Store, master: Option<&MasterKey>) -> Result<Row, VaultError> {
    rows::offer(store, &row_of(master, &Secret::random()?)?).await?;
    rows::read(store).await?.ok_or(VaultError::Damaged("root secret"))
}

/// Wraps a secret that was kept in clear. Of several servers doing so one succeeds; the others check that they hold
/// the same master key by opening what it stored.
async fn adopt(store: &Store, master: &MasterKey, stored: &Row) -> Result<Secret, VaultError> {
    let secret = reveal(None, stored)?;
    rows::replace(store, stored, &row_of(Some(master), &secret)?).await?;
    scrub(store).await?;
    let kept = rows::read(store)
        .await?
        .ok_or(VaultError::Damaged("root secret"))?;
    reveal(Some(master), &kept)
}

fn row_of(master: Option<&MasterKey>, secret: &Secret) -> Result<Row, VaultError> {
    Ok(match master {
        None => Row {
            scheme: Scheme::Clear,
            bytes: secret.expose().to_vec(),
        },
        Some(master) => Row {
            scheme: Scheme::MasterKey,
            bytes: wrap(master.secret(), CONTEXT, secret)?,
        },
    })
}

fn reveal(master: Option<&MasterKey>, row: &Row) -> Result<Secret, VaultError> {
    match (row.scheme, master) {
        (Scheme::Clear, _) => Secret::from_slice(&row.bytes).ok_or(VaultError::Damaged("root secret")),
        (Scheme::MasterKey, None) => Err(VaultError::MasterKeyMissing),
        (Scheme::MasterKey, Some(master)) => {
            open(master.secret(), CONTEXT, &row.bytes).ok_or(VaultError::MasterKeyWrong)
        }
    }
}
